// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace plex_tuner::guide {

/// When the programmes of one channel run, source after source. Within a source it finds
/// duplicates, gives a stop time to those without and shortens one that the next cuts into; the
/// order in which they come makes no difference. Programmes of a later source go only where the
/// earlier ones left a gap, shortened to fit. Programmes are already written when another one shows
/// where they end, so the answer says which stop time in the output to change.
///
/// A programme without a stop ends at the next start on the channel, provided that this is within
/// kMaxImplied; else, and at the end of the guide, after kDefaultLength.
class ChannelSchedule {
public:
    static constexpr std::chrono::minutes kDefaultLength{30};
    static constexpr std::chrono::hours kMaxImplied{24};
    /// A shorter pause is no gap for another source to fill, and a piece of a programme that is
    /// shorter than this is not worth showing.
    static constexpr std::chrono::minutes kShortestGap{5};
    /// Bounds the memory, 16 bytes each: two weeks of programmes of five minutes.
    static constexpr std::size_t kMaxProgrammes = 4'096;

    enum class Verdict { accepted, covered, duplicate, too_many };

    struct Placement {
        Verdict verdict = Verdict::accepted;
        WallTime start{}; ///< later than asked for where an earlier source runs until then
        WallTime stop{};  ///< to write for this programme
        /// The new stop of the one that runs before it, which was written at `previous_offset`.
        std::optional<WallTime> previous_stop;
        std::uint64_t previous_offset = 0;
    };

    /// `stop`, if given, is after `start`; both lie between 1970 and 2105. When accepted,
    /// written_at() must follow.
    [[nodiscard]] Placement place(WallTime start, std::optional<WallTime> stop);

    /// Where the digits of its stop time stand in the output.
    void written_at(std::uint64_t stop_offset) noexcept { entries_[placed_].offset = stop_offset; }

    /// Whether earlier sources leave no room for a programme. Cheap.
    [[nodiscard]] bool is_covered(WallTime start, std::optional<WallTime> stop) const noexcept;

    /// A stop time in the output to change.
    struct NewStop {
        std::uint64_t offset;
        WallTime stop;
    };

    /// Of the source at hand: has programmes with a pause shorter than kShortestGap behind them
    /// last until the next, and says which.
    void stretch(std::vector<NewStop>& changed);

    /// A programme of the source at hand.
    struct Programme {
        std::uint32_t start; ///< seconds since 1970
        std::uint32_t stop;
        std::uint64_t offset;
    };

    /// Of the source at hand, by start.
    [[nodiscard]] std::vector<Programme> programmes() const;
    /// The source is over: from now on its programmes are where nothing else goes.
    void settle();

    /// Forgets the programmes of the source that is being read.
    void forget_unsettled() noexcept { entries_.clear(); }

    /// No source has been settled with anything in it.
    [[nodiscard]] bool empty() const noexcept { return busy_.empty(); }

    /// What no programme of settled sources covers between `begin` and `end`, in order.
    [[nodiscard]] std::vector<std::pair<WallTime, WallTime>> gaps(
        WallTime begin, WallTime end) const;

private:
    struct Entry {
        std::uint32_t start; ///< seconds since 1970
        std::uint32_t stop;  ///< as it is in the output
        std::uint64_t offset : 63;
        std::uint64_t open : 1; ///< the source gave no stop
    };

    struct Interval {
        std::uint32_t start;
        std::uint32_t stop;
    };

    /// Where a programme fits between those of earlier sources.
    struct Fit {
        std::uint32_t start;
        std::uint32_t limit; ///< where the next one begins
    };

    [[nodiscard]] std::optional<Fit> fit(
        std::uint32_t start, std::uint32_t stop, bool open) const noexcept;

    std::vector<Entry> entries_; ///< of the source at hand, by start; none runs into the next
    std::vector<Interval> busy_; ///< of the sources before it, by start, with gaps between
    std::size_t placed_ = 0;     ///< the last one
};

} // namespace plex_tuner::guide
