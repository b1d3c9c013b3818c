// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clip_store.hpp"
#include "loop_clip.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::demo {

/// Where "now" is on the timeline of every clip. All viewers of a provider share it, so they see
/// the same picture; a clip of a minute is where the wall clock's minute is, to within a second. It
/// runs on the steady clock: a step of the wall clock is no jump in a stream. Immutable,
/// thread-safe.
class Timeline {
public:
    explicit Timeline(std::shared_ptr<const Clock> clock)
        : clock_(std::move(clock)), started_wall_(clock_->wall()), started_(clock_->steady()) {}

    /// At least one turn of the clip, so that a viewer may start in the past.
    [[nodiscard]] Ticks now(const LoopClip& clip) const;

private:
    std::shared_ptr<const Clock> clock_;
    WallTime started_wall_;
    SteadyTime started_;
};

/// What the streams of one provider share; outlives them all.
struct StreamService {
    ClipStore& clips;
    Timeline timeline;
    log::Logger logger;
    std::atomic<bool> stopping{false};
    std::atomic<int> open{0}; ///< streams being sent
};

/// How much is sent at once before the stream runs in real time. FFmpeg's libraries, and so Plex
/// and ffprobe, look at five seconds of a stream before they say what is in it.
inline constexpr std::chrono::milliseconds kHeadStart{4500};

/// Answers a request for channel `index` with endless MPEG-TS, until the viewer goes, takes nothing
/// for ten seconds, falls behind by more than half a minute, or the service stops.
[[nodiscard]] asio::awaitable<void> serve_channel(
    net::Exchange& exchange, StreamService& service, std::size_t index);

} // namespace plex_tuner::demo
