// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/pes.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// Maps the clocks of successive time bases onto one that goes on without a jump: after a seam, and
/// where a source jumps by itself, the main stream (video, else sound) continues where it stopped,
/// and everything else keeps its distance to it. Times are 33-bit ticks of 90 kHz that wrap. Pure;
/// not thread-safe.
class Timeline {
public:
    enum class Role : std::uint8_t {
        main,     ///< decides where a new time base begins
        steady,   ///< sound beside video: has something all the time
        sporadic, ///< subtitles, data
    };

    /// Another time base begins with the next unit of the main stream.
    void seam() noexcept { awaits_main_ = has_now_; }

    /// What is to be added to the times of this unit of `stream` (a small number that stays with a
    /// stream); nullopt: it fits nowhere, or would overlap what the stream has had, and must go.
    [[nodiscard]] std::optional<std::int64_t> place(
        std::size_t stream, Role role, std::int64_t decoded, std::int64_t shown);

    /// What is to be added to the times of the time base in force.
    [[nodiscard]] std::int64_t shift() const noexcept { return shift_; }

    /// True when a clock reference (27 MHz, mapped) may be sent: they never run backwards.
    [[nodiscard]] bool admit_clock(std::int64_t pcr) noexcept;
    /// What is to be added to a clock reference that comes alone, in 90 kHz.
    [[nodiscard]] std::optional<std::int64_t> place_clock(std::int64_t pcr) const noexcept;

    /// The latest decoding time that was given out; nullopt at the begin.
    [[nodiscard]] std::optional<std::int64_t> now() const noexcept {
        return has_now_ ? std::optional(now_) : std::nullopt;
    }

    [[nodiscard]] const std::optional<std::int64_t>& last_clock() const noexcept {
        return last_clock_;
    }

    /// Time bases that were joined without a seam having been announced.
    [[nodiscard]] std::uint64_t jumps() const noexcept { return jumps_; }

private:
    struct Track {
        std::optional<std::int64_t> last; ///< given out
        std::int64_t shown = 0;           ///< the latest time of presentation given out
        std::int64_t step = 0;            ///< between its latest units
        std::int64_t longest_step = 0;    ///< of its latest time base
        std::uint32_t base = 0;           ///< number of the time base it was last placed in
        int misfits = 0;                  ///< in a row
    };

    /// What makes a unit follow what the stream has had.
    [[nodiscard]] std::int64_t shift_behind(
        const Track& track, std::int64_t decoded, std::int64_t shown) const noexcept;
    [[nodiscard]] bool fits(const Track& track, Role role, std::int64_t time) const noexcept;
    void begin_base(std::int64_t shift) noexcept;
    void advance(Track& track, std::int64_t decoded, std::int64_t shown) noexcept;

    std::vector<Track> tracks_;
    std::int64_t shift_ = 0;
    std::optional<std::int64_t> previous_shift_; ///< for what is still of the base before
    std::uint32_t base_ = 0;
    bool awaits_main_ = false;
    bool has_now_ = false;
    std::int64_t now_ = 0;
    std::optional<std::int64_t> last_clock_; ///< 27 MHz
    std::uint64_t jumps_ = 0;
};

} // namespace plex_tuner::ts
