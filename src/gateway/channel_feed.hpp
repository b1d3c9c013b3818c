// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "media_sink.hpp"
#include "viewer.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/gateway/failover_reason.hpp>

#include <chrono>
#include <string>

namespace plex_tuner::gateway {

/// How what supplied a channel came to its end.
struct UpstreamEnd {
    enum class Kind {
        stopped,   ///< stop() was called
        finished,  ///< the programme is over
        no_source, ///< none of the sources can be played at all
        no_data,   ///< every source failed before anything could be played
        lost,      ///< nothing came any more, and no source brought it back in time
        original,  ///< of a transcode: the channel that it is made of ended, as `viewers` says
    };

    Kind kind = Kind::stopped;
    std::string detail = {}; ///< for logs and answers, free of secrets
    ViewerEnd viewers = {};  ///< of an original
};

/// What a feed asks of and tells its session.
class UpstreamHost : public MediaSink {
public:
    /// Another connection begins to deliver.
    virtual void begin_upstream() = 0;
    /// Viewers have a place to start at.
    [[nodiscard]] virtual bool playable() const = 0;
    /// Gives up a connection that is kept though nobody watches; true: one is being closed.
    [[nodiscard]] virtual bool make_room() = 0;
    /// Start at anything that can be decoded: time is running out.
    virtual void settle_for_anything() = 0;
};

/// Keeps one channel session supplied. Confined to the session's strand.
class ChannelFeed {
public:
    virtual ~ChannelFeed() = default;

    /// Call once.
    [[nodiscard]] virtual asio::awaitable<UpstreamEnd> run() = 0;
    /// run() ends soon; what is open is closed at once.
    virtual void stop() = 0;

    /// What is delivered is of no use.
    virtual void condemn(FailoverReason reason, std::string why) = 0;
    /// Another source could be tried now.
    [[nodiscard]] virtual bool has_alternative() const = 0;
    /// Nothing plays, and it is being seen to.
    [[nodiscard]] virtual bool in_outage() const = 0;

    /// Media arrived: nothing has stalled.
    virtual void on_media(SteadyTime now) = 0;
    virtual void set_patience(std::chrono::milliseconds patience) = 0;

    /// Waits of the sink on behalf of what delivers; fails when that is cancelled.
    [[nodiscard]] virtual asio::awaitable<Result<void>> sleep_until(SteadyTime time) = 0;
    virtual void wake() = 0;
};

} // namespace plex_tuner::gateway
