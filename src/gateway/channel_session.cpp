// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_session.hpp"

#include "transcoded_feed.hpp"

#include <plex_tuner/base/hash.hpp>

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// The upstream of an evicted channel gets so long to close before the next one opens.
constexpr milliseconds kPredecessorLimit{1'000};
/// Time for the provider to notice that it has closed.
constexpr milliseconds kHandover{100};
/// A source that is so much ahead of real time can wait when no viewer keeps up.
constexpr milliseconds kMaxAhead{5'000};
/// How often a held source is looked at when nobody wakes it.
constexpr milliseconds kHoldCheck{1'000};
/// How often viewers are sent something while nothing comes.
constexpr milliseconds kKeepAlive{500};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

[[nodiscard]] std::int64_t ms_since(SteadyTime begin) {
    return std::chrono::duration_cast<milliseconds>(now() - begin).count();
}

} // namespace

ChannelSession::ChannelSession(asio::io_context& io, fetch::Client& client, const Options& options,
    LiveCounters& counters, std::shared_ptr<SessionHost> host, Identity identity, Sources sources,
    const log::Logger& log)
    : identity_(std::move(identity)), options_(options), counters_(counters),
      host_(std::move(host)), strand_(asio::make_strand(io)),
      log_(log.with({{"channel", identity_.guide_number}, {"tuner", identity_.tuner}})),
      output_(options.ring_bytes, is_transcode() ? std::vector<std::uint64_t>() : options.slates),
      waiting_room_(options.start_keep_alive, output_), linger_timer_(strand_),
      keep_alive_timer_(strand_), start_timer_(strand_), opened_at_(now()) {
    if (is_transcode()) {
        log_ = log_.with({{"profile", identity_.profile}});
    }
    feed_ = make_feed(client, std::move(sources));
    LiveCounters::add(is_transcode() ? counters_.transcodes_open : counters_.channels_open);
}

std::unique_ptr<ChannelFeed> ChannelSession::make_feed(fetch::Client& client, Sources sources) {
    if (auto* transcode = std::get_if<TranscodeSource>(&sources); transcode != nullptr) {
        return std::make_unique<TranscodedFeed>(
            strand_, client, options_, std::move(*transcode), *this, counters_, log_);
    }
    return std::make_unique<Upstream>(strand_, client, options_,
        std::get<std::vector<Upstream::Source>>(std::move(sources)), *this, counters_, log_);
}

ChannelSession::~ChannelSession() = default;

std::uint64_t ChannelSession::bits_per_second() const noexcept {
    return rate_.bits_per_second(now());
}

std::shared_ptr<const ts::StreamFormat> ChannelSession::format() const {
    const std::lock_guard lock(status_mutex_);
    return format_;
}

StreamInsight ChannelSession::insight() const {
    const std::lock_guard lock(status_mutex_);
    return insight_;
}

// --- life ---------------------------------------------------------------------------------------

void ChannelSession::start(const std::shared_ptr<ChannelSession>& predecessor) {
    log_.info(
        is_transcode() ? "transcode opened" : "channel opened", {{"name", identity_.guide_name}});
    if (!predecessor) {
        asio::post(strand_, [self = shared_from_this()] { self->begin(); });
        return;
    }
    asio::post(strand_, [self = shared_from_this()] { self->begin_after(kPredecessorLimit); });
    predecessor->when_finished([self = shared_from_this()] {
        asio::post(self->strand_, [self] { self->begin_after(kHandover); });
    });
}

void ChannelSession::begin_after(milliseconds pause) {
    if (begun_) {
        return;
    }
    start_timer_.expires_after(closed_ ? milliseconds(0) : pause);
    start_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
        if (!error || self->closed_) {
            self->begin();
        }
    });
}

void ChannelSession::when_finished(std::function<void()> callback) {
    asio::dispatch(strand_, [self = shared_from_this(), callback = std::move(callback)] {
        if (self->finished_) {
            callback();
        } else {
            self->finished_callbacks_.push_back(callback);
        }
    });
}

void ChannelSession::begin() {
    if (begun_) {
        return;
    }
    begun_ = true;
    if (closed_) {
        finish(UpstreamEnd{});
        return;
    }
    keep_alive();
    asio::co_spawn(
        strand_, [self = shared_from_this()]() { return self->run(); },
        [self = shared_from_this()](const std::exception_ptr& exception) {
            if (exception) {
                std::rethrow_exception(exception); // a bug of ours; the runtime reports it
            }
        });
}

asio::awaitable<void> ChannelSession::run() {
    const UpstreamEnd end = co_await feed_->run();
    finish(end);
}

void ChannelSession::finish(const UpstreamEnd& end) {
    using Kind = UpstreamEnd::Kind;
    host_->release(*this);
    std::string detail = end.detail;
    if (end.kind == Kind::no_data) {
        const std::string missing = start_.missing();
        detail += missing.empty() ? "" : "; " + missing;
        start_.write(log_);
    }
    switch (end.kind) {
    case Kind::stopped:
        break; // close_now() has told the viewers
    case Kind::finished:
        end_viewers({.reason = "programme over", .programme_over = true}, true);
        break;
    case Kind::lost:
        end_viewers({.reason = "upstream lost", .detail = end.detail}, true);
        break;
    case Kind::no_source:
        end_viewers(
            {.reason = "no playable source", .error = TuneError::tune_failed, .detail = end.detail},
            false);
        break;
    case Kind::no_data:
        end_viewers(
            {.reason = "no video", .error = TuneError::no_video_data, .detail = std::move(detail)},
            false);
        break;
    case Kind::original:
        end_viewers(end.viewers, !end.viewers.error);
        break;
    }
    finished_ = true;
    tee_.reset();
    linger_timer_.cancel();
    keep_alive_timer_.cancel();
    log_.info(is_transcode() ? "transcode closed" : "channel closed",
        {{"reason", end_.reason}, {"ms", ms_since(opened_at_)}, {"bytes", total_bytes_}});
    for (const auto& callback : std::exchange(finished_callbacks_, {})) {
        callback();
    }
    LiveCounters::subtract(is_transcode() ? counters_.transcodes_open : counters_.channels_open);
    host_->session_finished();
}

void ChannelSession::end_viewers(ViewerEnd end, bool drain) {
    if (!closed_) {
        closed_ = true;
        draining_ = drain;
        end_ = std::move(end);
    }
    wake_viewers();
}

void ChannelSession::close(std::string reason) {
    asio::dispatch(strand_, [self = shared_from_this(), reason = std::move(reason)]() mutable {
        self->close_now(std::move(reason));
    });
}

void ChannelSession::close_now(std::string reason) {
    host_->release(*this);
    if (closed_ && !draining_) {
        return;
    }
    draining_ = false;
    end_viewers({.reason = std::move(reason), .error = TuneError::system_busy}, false);
    for (const auto& viewer : viewers_) {
        asio::post(viewer->connection, [viewer] { viewer->abort(); });
    }
    feed_->stop();
    start_timer_.cancel();
    linger_timer_.cancel();
}

void ChannelSession::linger() {
    asio::dispatch(strand_, [self = shared_from_this()] {
        if (self->finished_) {
            return;
        }
        self->linger_timer_.expires_after(self->options_.linger);
        self->linger_timer_.async_wait([self](boost::system::error_code error) {
            if (!error && self->host_->release_if_idle(*self)) {
                self->close_now("nobody watches");
            }
        });
    });
}

// --- media --------------------------------------------------------------------------------------

void ChannelSession::begin_upstream() {
    if (!first_upstream_) {
        output_.seam(ts::Seam::discontinuity, true);
    }
    first_upstream_ = false;
    if (DebugTee* const tee = host_->debug_tee(); tee != nullptr && !is_transcode()) {
        tee_ = tee->begin(identity_.guide_number, identity_.guide_name);
    }
    watch_.begin(now());
}

void ChannelSession::seam(ts::Seam kind) {
    output_.seam(kind, false);
}

void ChannelSession::feed(std::string bytes) {
    if (tee_) {
        tee_->write(bytes);
    }
    const std::size_t size = bytes.size();
    output_.feed(std::move(bytes), now());
    account(size);
    judge();
}

void ChannelSession::judge() {
    const SteadyTime time = now();
    const ts::Splicer::Progress progress = output_.progress();
    if (watch_.wants_to_settle(progress, time)) {
        output_.settle_for_anything();
    }
    if (progress.first_picture && progress.first_picture != first_picture_ && !is_transcode()) {
        // As PLEX_TUNER_SLATES takes it.
        log_.info("first picture", {{"hash", hash_digits(*progress.first_picture)}});
    }
    first_picture_ = progress.first_picture;
    auto verdict = watch_.look(progress, stream_pace_.ahead(time), time);
    if (!verdict && progress.first_picture && !is_transcode() &&
        std::ranges::find(options_.slates, *progress.first_picture) != options_.slates.end()) {
        verdict = {FailoverReason::slate, "it shows a picture that is listed in SLATES"};
    }
    // A slow source is better than none.
    if (verdict && (verdict->reason != FailoverReason::too_slow || feed_->has_alternative())) {
        feed_->condemn(verdict->reason, std::move(verdict->why));
    }
}

void ChannelSession::keep_alive() {
    // All sessions at the same time: that wakes the thread once and not once for each of them.
    const auto periods = now().time_since_epoch() / kKeepAlive;
    keep_alive_timer_.expires_at(SteadyTime((periods + 1) * kKeepAlive));
    keep_alive_timer_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->closed_) {
            return;
        }
        if (self->feed_->in_outage() && self->placed_) {
            self->output_.pad();
            self->trim();
            self->wake_viewers();
        }
        self->keep_alive();
    });
}

void ChannelSession::finish_piece() {
    output_.finish_piece();
    account(0);
}

void ChannelSession::abandon_piece() {
    output_.abandon_piece();
    account(0);
}

void ChannelSession::segments_missed(std::uint64_t count) {
    LiveCounters::add(counters_.segments_missed, count);
}

void ChannelSession::sound_lost(std::uint64_t segments) {
    LiveCounters::add(counters_.sound_lost, segments);
}

void ChannelSession::datagrams_lost(std::uint64_t count) {
    LiveCounters::add(counters_.datagrams_lost, count);
}

void ChannelSession::trim() {
    const auto point = output_.ring().access_point();
    if (!point) {
        return; // a place to start may still be found in what is there
    }
    StreamPosition needed = placed_ ? point->offset : output_.first_access()->offset;
    for (const auto& viewer : viewers_) {
        if (viewer->positioned) {
            needed = std::min(needed, viewer->position);
        } else if (viewer->early && !viewer->jumping) {
            needed = std::min(needed, viewer->told_until.value_or(output_.first_access()->offset));
        }
    }
    output_.ring().trim(needed);
}

asio::awaitable<Result<void>> ChannelSession::pace(std::size_t bytes) {
    if (!playable()) {
        co_return Result<void>{};
    }
    if (const auto time = gather_.after_read(bytes, now())) {
        if (auto slept = co_await feed_->sleep_until(*time); !slept) {
            co_return slept;
        }
    }
    co_return co_await wait_for_room();
}

asio::awaitable<Result<void>> ChannelSession::wait_for_room() {
    while (playable() && must_hold(now())) {
        holding_ = true;
        auto slept = co_await feed_->sleep_until(now() + kHoldCheck);
        holding_ = false;
        if (!slept) {
            co_return slept;
        }
        feed_->on_media(now()); // it is we who wait
    }
    co_return Result<void>{};
}

bool ChannelSession::must_hold(SteadyTime time) const {
    if (stream_pace_.ahead(time) <= kMaxAhead) {
        return false;
    }
    const Ring& ring = output_.ring();
    const StreamPosition room = options_.ring_bytes / 2;
    return std::ranges::none_of(viewers_, [&](const auto& viewer) {
        return viewer->positioned && ring.end() - viewer->position < room;
    });
}

void ChannelSession::release_hold() {
    if (holding_ && !must_hold(now())) {
        feed_->wake();
    }
}

void ChannelSession::set_patience(std::chrono::milliseconds patience) {
    feed_->set_patience(patience);
}

} // namespace plex_tuner::gateway
