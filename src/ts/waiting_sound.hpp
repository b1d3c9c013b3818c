// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/program_merger.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// PES packets of sound, in order, that wait for the pictures of their time. Time bases are counted
/// on both sides; that numbers may differ, when one side has lost count, is found out by the times
/// themselves. Pure; not thread-safe.
class WaitingSound {
public:
    struct Unit {
        std::vector<std::uint8_t> packets;
        std::int64_t time = 0; ///< PTS
        std::shared_ptr<const ElementaryStream> stream;
        std::uint64_t base = 0; ///< number of its time base
    };

    void push(Unit unit);

    void begin_time_base(std::uint64_t count) noexcept { base_ += count; }

    /// Another time base of the pictures begins.
    void begin_picture_base(std::uint64_t count) noexcept;
    /// The pictures have come to that decoding time.
    void advance(std::int64_t now) noexcept;

    /// They have begun in their time base.
    [[nodiscard]] bool has_pictures() const noexcept { return now_.has_value(); }

    /// The next that is due, when all up to `lead` ticks ahead is; what never will be is dropped.
    /// Valid until the next call.
    [[nodiscard]] const Unit* next_due(std::int64_t lead);

    /// The stream of the next that waits; null when nothing does.
    [[nodiscard]] std::shared_ptr<const ElementaryStream> next_stream() const noexcept {
        return units_.empty() ? nullptr : units_.front().stream;
    }

    /// Time of what was pushed last.
    [[nodiscard]] const std::optional<std::int64_t>& newest() const noexcept { return newest_; }

    /// As ProgramMerger::sound_ahead().
    [[nodiscard]] std::optional<std::int64_t> ahead() const noexcept;

    [[nodiscard]] const ProgramMerger::Counters& counters() const noexcept { return counters_; }

private:
    enum class Verdict : std::uint8_t { due, wait, drop };

    [[nodiscard]] Verdict judge(const Unit& unit, std::int64_t lead) const noexcept;
    /// Drops what stands before the first unit that fits, when there is one.
    void find_match(std::int64_t lead);
    void drop_front(std::uint64_t& counter);

    std::deque<Unit> units_;
    std::size_t bytes_ = 0;
    Unit given_;
    std::uint64_t base_ = 0;                   ///< of the sound that comes
    std::uint64_t picture_base_ = 0;           ///< in the count of the sound
    std::optional<std::int64_t> now_;          ///< of the pictures, in their time base
    bool matched_ = false;                     ///< sound went out in the pictures' time base
    std::optional<std::int64_t> silent_since_; ///< in the pictures' time base
    std::optional<std::int64_t> newest_;
    std::uint64_t newest_base_ = 0;
    ProgramMerger::Counters counters_;
};

} // namespace plex_tuner::ts
