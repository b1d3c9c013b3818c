// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::guide {

/// When the programmes of one channel run: finds duplicates, gives a stop time to those without
/// and shortens one that the next in the source cuts into. Programmes are already written when the
/// next one shows where they end, so the answer says which stop time in the output to change.
///
/// A programme without a stop ends at the next start on the channel, provided that this is within
/// kMaxImplied; else, and at the end of the guide, after kDefaultLength. Programmes that overlap
/// without following each other in the source stay as they are.
class ChannelSchedule {
public:
    static constexpr std::chrono::minutes kDefaultLength{30};
    static constexpr std::chrono::hours kMaxImplied{24};
    /// Bounds the memory for the start times: two weeks of programmes of five minutes.
    static constexpr std::size_t kMaxProgrammes = 4'096;

    enum class Verdict { accepted, duplicate, too_many };

    struct Placement {
        Verdict verdict = Verdict::accepted;
        WallTime stop{}; ///< to write for this programme
        /// The new stop of the programme before it, which was written at `previous_offset`.
        std::optional<WallTime> previous_stop;
        std::uint64_t previous_offset = 0;
    };

    /// `stop`, if given, is after `start`. When accepted, written_at() must follow.
    [[nodiscard]] Placement place(WallTime start, std::optional<WallTime> stop);

    /// Where the digits of its stop time stand in the output.
    void written_at(std::uint64_t stop_offset) noexcept { last_offset_ = stop_offset; }

    [[nodiscard]] bool empty() const noexcept { return starts_.empty(); }

private:
    [[nodiscard]] Verdict remember(WallTime start);
    [[nodiscard]] std::optional<WallTime> next_start(WallTime start) const;

    std::vector<std::uint32_t> starts_; ///< sorted, seconds since 1970
    WallTime last_start_{};
    WallTime last_stop_{};
    std::uint64_t last_offset_ = 0;
    bool last_open_ = false; ///< its stop is only the default so far
};

} // namespace plex_tuner::guide
