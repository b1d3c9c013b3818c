// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/program_tracker.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// The program that viewers see, whatever the programs of the sources look like: PIDs that were
/// given out stay with their kind of stream for good, those of the first source being taken as they
/// are; the tables get another version when they change. Pure; not thread-safe.
class ProgramMap {
public:
    enum class Kind : std::uint8_t { video, audio, other, clock };

    /// A stream that viewers have, or had from an earlier source.
    struct Place {
        Kind kind = Kind::other;
        std::uint16_t pid = kNullPid; ///< for viewers
        Codec codec = Codec::unknown;
        std::string language;
        std::optional<std::uint16_t> source_pid; ///< none: the source in force has it not
        std::optional<ElementaryStream> stream;  ///< as the source describes it; none for a clock
        bool announced = true;                   ///< in the PMT
    };

    /// Another program of a source is in force: finds the places of its streams.
    void adopt(const ProgramTables& source);

    /// The stream of that PID of the source turned out to be another: it gets a place of its kind.
    void correct(const ElementaryStream& stream);

    [[nodiscard]] const std::vector<Place>& places() const noexcept { return places_; }

    /// Whether a stream stands in the PMT; one that never shows itself should not.
    void announce(std::size_t place, bool announced);

    /// The clock of the program: a place, or nullopt for the one the source names.
    void set_clock(std::optional<std::size_t> place);

    /// The place that decoding goes by: the first video that is announced, else the first sound.
    [[nodiscard]] std::optional<std::size_t> main() const noexcept { return main_; }

    /// The place that clock references are read from.
    [[nodiscard]] std::optional<std::size_t> clock() const noexcept { return clock_; }

    /// Brings the sections up to date; true when they have changed.
    bool write();

    [[nodiscard]] Bytes pat() const noexcept { return pat_; }

    [[nodiscard]] Bytes pmt() const noexcept { return pmt_; }

    [[nodiscard]] std::uint16_t pmt_pid() const noexcept { return pmt_pid_; }

private:
    [[nodiscard]] Place* find(Kind kind, const ElementaryStream& stream);
    [[nodiscard]] std::uint16_t free_pid(std::uint16_t wanted) const;
    [[nodiscard]] std::optional<std::size_t> find_main() const noexcept;
    [[nodiscard]] std::optional<std::size_t> find_clock() const noexcept;
    /// Places have changed.
    void look_up() noexcept;

    std::vector<Place> places_;
    std::uint16_t transport_stream_id_ = 0;
    std::uint16_t program_number_ = 0;
    std::uint16_t pmt_pid_ = kNullPid;
    std::vector<std::uint8_t> descriptors_;
    std::uint16_t source_clock_pid_ = kNullPid;
    std::optional<std::size_t> own_clock_; ///< in place of the one the source names
    std::optional<std::size_t> main_;      ///< asked for with every packet, like clock_
    std::optional<std::size_t> clock_;
    std::uint8_t version_ = 0;
    std::vector<std::uint8_t> pat_;
    std::vector<std::uint8_t> pmt_;
};

} // namespace plex_tuner::ts
