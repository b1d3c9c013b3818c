// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/hls/playlist.hpp>

#include <chrono>
#include <cstddef>
#include <optional>

namespace plex_tuner::gateway {

/// Which variant of an HLS source to play: the highest that the line carries, without going back
/// and forth. Kept for the session of a channel, so that a reconnection does not begin anew. Pure.
class BandwidthPolicy {
public:
    /// So many segments in a row must take longer than they play, and together by more than one of
    /// them: an origin that sends segments while they are made is never far behind.
    static constexpr int kSlowSegments = 3;
    /// After so long without one that took even half of its time, a better variant gets one chance.
    static constexpr std::chrono::minutes kGoodTime{10};

    enum class Change { none, lower, higher };

    /// A segment that plays for `plays` took `took` to fetch. `levels`: variants to choose from.
    /// When it says to change, level() is the new one.
    [[nodiscard]] Change after_segment(
        hls::Seconds took, hls::Seconds plays, std::size_t levels, SteadyTime now) noexcept;

    /// The variant cannot be had at all. False when there is no lower one; else level() is the
    /// next.
    [[nodiscard]] bool variant_failed(std::size_t levels) noexcept;

    /// 0: the best variant; each step is the next lower one.
    [[nodiscard]] std::size_t level() const noexcept { return level_; }

private:
    void begin_anew() noexcept;

    std::size_t level_ = 0;
    bool raised_ = false;
    int slow_ = 0;         ///< in a row
    hls::Seconds late_{0}; ///< by how much, together
    std::optional<SteadyTime> good_since_;
};

} // namespace plex_tuner::gateway
