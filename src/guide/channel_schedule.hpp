// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::guide {

/// When the programmes of one channel run: finds duplicates, gives a stop time to those without
/// and shortens one that the next cuts into. The order in which they come makes no difference.
/// Programmes are already written when another one shows where they end, so the answer says which
/// stop time in the output to change.
///
/// A programme without a stop ends at the next start on the channel, provided that this is within
/// kMaxImplied; else, and at the end of the guide, after kDefaultLength.
class ChannelSchedule {
public:
    static constexpr std::chrono::minutes kDefaultLength{30};
    static constexpr std::chrono::hours kMaxImplied{24};
    /// Bounds the memory, 16 bytes each: two weeks of programmes of five minutes.
    static constexpr std::size_t kMaxProgrammes = 4'096;

    enum class Verdict { accepted, duplicate, too_many };

    struct Placement {
        Verdict verdict = Verdict::accepted;
        WallTime stop{}; ///< to write for this programme
        /// The new stop of the one that runs before it, which was written at `previous_offset`.
        std::optional<WallTime> previous_stop;
        std::uint64_t previous_offset = 0;
    };

    /// `stop`, if given, is after `start`; both lie between 1970 and 2105. When accepted,
    /// written_at() must follow.
    [[nodiscard]] Placement place(WallTime start, std::optional<WallTime> stop);

    /// Where the digits of its stop time stand in the output.
    void written_at(std::uint64_t stop_offset) noexcept { entries_[placed_].offset = stop_offset; }

    [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }

    /// Of the whole schedule, which is not empty.
    [[nodiscard]] WallTime first_start() const noexcept;
    [[nodiscard]] WallTime last_stop() const noexcept;

private:
    struct Entry {
        std::uint32_t start; ///< seconds since 1970
        std::uint32_t stop;  ///< as it is in the output
        std::uint64_t offset : 63;
        std::uint64_t open : 1; ///< the source gave no stop
    };

    std::vector<Entry> entries_; ///< by start; none runs into the next
    std::size_t placed_ = 0;     ///< the last one
};

} // namespace plex_tuner::guide
