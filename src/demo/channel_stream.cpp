// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_stream.hpp"

#include "channels.hpp"
#include "loop_player.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::demo {
namespace {

using std::chrono::nanoseconds;

constexpr std::chrono::seconds kWriteDeadline{10};
constexpr std::chrono::seconds kMostBehind{30};
constexpr std::size_t kBatchBytes = 64 * 1024;
// Between two writes: bursts of a frame or two. The upper limit is how long stopping may take.
constexpr std::chrono::milliseconds kShortestPause{40};
constexpr std::chrono::milliseconds kLongestPause{200};

constexpr Ticks to_ticks(nanoseconds time) {
    return time.count() * 27 / 1000;
}

constexpr nanoseconds to_time(Ticks ticks) {
    return nanoseconds(ticks * 1000 / 27);
}

/// Sends one clip to one viewer. Lives on the connection's executor.
class ChannelStream {
public:
    ChannelStream(
        net::Exchange& exchange, const StreamService& service, std::shared_ptr<const LoopClip> clip)
        : exchange_(exchange), service_(service), clip_(std::move(clip)),
          player_(clip_, service.timeline.now(*clip_) - to_ticks(kHeadStart)),
          pause_(exchange.executor()) {}

    ~ChannelStream() { exchange_.on_disconnect({}); }

    ChannelStream(const ChannelStream&) = delete;
    ChannelStream& operator=(const ChannelStream&) = delete;

    /// Returns why it ended.
    asio::awaitable<std::string_view> run() {
        exchange_.on_disconnect([this] {
            gone_ = true;
            pause_.cancel();
        });
        while (!gone_ && !service_.stopping) {
            const Ticks now = service_.timeline.now(*clip_);
            if (player_.next_due() + to_ticks(kMostBehind) < now) {
                co_return "too slow";
            }
            batch_.clear();
            if (player_.take(now, kBatchBytes, batch_) == 0) {
                co_await wait_for_next(now);
                continue;
            }
            const std::array<asio::const_buffer, 1> buffers{asio::buffer(batch_)};
            if (const auto written = co_await exchange_.write(buffers, kWriteDeadline); !written) {
                // A viewer who goes with bytes unread resets the connection: the write sees it
                // first.
                co_return written.error().code() == ErrorCode::timeout ? "too slow" : "viewer left";
            }
            sent_ += batch_.size();
        }
        co_return gone_ ? "viewer left" : "stopping";
    }

    [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }

private:
    asio::awaitable<void> wait_for_next(Ticks now) {
        const nanoseconds until_due = to_time(player_.next_due() - now);
        pause_.expires_after(std::clamp<nanoseconds>(until_due, kShortestPause, kLongestPause));
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }

    net::Exchange& exchange_;
    const StreamService& service_;
    std::shared_ptr<const LoopClip> clip_;
    LoopPlayer player_;
    asio::steady_timer pause_;
    std::string batch_;
    std::uint64_t sent_ = 0;
    bool gone_ = false;
};

/// Counts a stream as open for as long as it lives.
class OpenStream {
public:
    explicit OpenStream(std::atomic<int>& open) : open_(open) { ++open_; }

    ~OpenStream() { --open_; }

    OpenStream(const OpenStream&) = delete;
    OpenStream& operator=(const OpenStream&) = delete;

private:
    std::atomic<int>& open_;
};

net::Headers stream_headers() {
    net::Headers headers;
    headers.add("Content-Type", "video/mp2t");
    headers.add("Cache-Control", "no-store");
    return headers;
}

} // namespace

Ticks Timeline::now(const LoopClip& clip) const {
    const Ticks phase = started_wall_.time_since_epoch().count() * ts::kPcrHz % clip.duration();
    return clip.duration() + phase + to_ticks(clock_->steady() - started_);
}

asio::awaitable<void> serve_channel(
    net::Exchange& exchange, StreamService& service, std::size_t index) {
    const OpenStream open(service.open);
    const bool head = exchange.request().method == net::Method::head;
    if (head) {
        (void)co_await exchange.start_stream(200, stream_headers());
        co_return;
    }
    const ClipResult clip = co_await service.clips.get(index);
    if (!clip) {
        (void)co_await exchange.send(net::Response::text(503, clip.error().message() + "\n"));
        co_return;
    }
    if (const auto started = co_await exchange.start_stream(200, stream_headers()); !started) {
        co_return;
    }
    const log::Logger logger = service.logger.with(
        {{"channel", channels().at(index).number}, {"request", exchange.request().id}});
    logger.debug("stream started");
    ChannelStream stream(exchange, service, *clip);
    const std::string_view reason = co_await stream.run();
    logger.debug("stream ended", {{"reason", reason}, {"bytes", stream.sent()}});
}

} // namespace plex_tuner::demo
