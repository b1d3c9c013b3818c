// SPDX-License-Identifier: GPL-3.0-or-later
#include "upstream.hpp"

#include "http_source.hpp"
#include "local_source.hpp"

#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A source that delivered for so long is worth asking again at once.
constexpr milliseconds kHealthyRun{10'000};
/// A source gets at least so long to show its first media, however many wait behind it.
constexpr milliseconds kMinAttempt{3'000};
/// Viewers who wait get one more try so long before they are let go.
constexpr milliseconds kLastTry{1'000};
/// Somebody who was asked to make room has so long.
constexpr milliseconds kSlotPatience{3'000};
constexpr milliseconds kSlotPause{100};
/// How often a source is tried before a channel that never played is given up.
constexpr int kStartTries = 4;
/// Stands for "no limit" where a deadline is needed.
constexpr std::chrono::hours kNoLimit{24 * 365};
constexpr int kFirstServerFault = 500;

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

/// Whether asking again within seconds may help: the provider had a fault or was not reachable.
/// A refusal is an answer, and repeating a request over the account's limit makes it worse.
[[nodiscard]] bool is_transient(FailoverReason reason) {
    return reason == FailoverReason::connect || reason == FailoverReason::server_fault ||
           reason == FailoverReason::no_slot || reason == FailoverReason::cut;
}

/// The account has as many connections open as it may.
[[nodiscard]] bool is_over_limit(const Error& error) {
    return error.http_status() == 458 || error.http_status() == 509;
}

[[nodiscard]] std::string seconds_text(SteadyTime::duration duration) {
    const auto ms = std::chrono::duration_cast<milliseconds>(duration).count();
    return ms % 1000 == 0 ? std::to_string(ms / 1000) + " s" : std::to_string(ms) + " ms";
}

} // namespace

Upstream::Upstream(asio::any_io_executor strand, fetch::Client& client, const Options& options,
    std::vector<Source> sources, UpstreamHost& host, LiveCounters& counters, log::Logger log)
    : strand_(std::move(strand)), client_(client), options_(options), sources_(std::move(sources)),
      plan_(sources_.size()), memory_(sources_.size()), host_(host), counters_(counters),
      log_(std::move(log)), cookies_(fetch::make_cookie_jar()) {}

asio::awaitable<UpstreamEnd> Upstream::run() {
    using Kind = UpstreamEnd::Kind;
    UpstreamEnd failure{Kind::no_source, "the channel has no source"};
    SteadyTime end = now() + options_.start_timeout;
    bool has_played = false;
    for (;;) {
        const auto choice = plan_.next(now());
        if (stopping_) {
            co_return UpstreamEnd{Kind::stopped, ""};
        }
        const SteadyTime begin = choice ? when(*choice, has_played, end) : end;
        if (begin >= end || now() >= end) {
            co_return failure;
        }
        if (begin > now()) {
            begin_attempt();
            (void)co_await attempt_->sleep_until(begin);
        }
        current_ = choice->source;
        const Run run = co_await play(sources_[current_], share(end));
        if (stopping_) {
            co_return UpstreamEnd{Kind::stopped, ""};
        }
        if (run.result) {
            co_return UpstreamEnd{Kind::finished, ""};
        }
        const std::string& detail = run.result.error().message();
        has_played = has_played || host_.playable();
        if (has_played) {
            failure = {Kind::lost, detail};
            // A source that stalled was silent for longer than the time in which another must be
            // found: that time begins with the break, not with the last picture.
            end = run.media ? now() + options_.recovery_timeout : end;
        } else {
            // What the first source said tells most, but a reachable one more than the others.
            if (current_ == 0 || (failure.kind == Kind::no_source && run.connectable)) {
                failure.detail = detail;
            }
            failure.kind = run.connectable ? Kind::no_data : failure.kind;
        }
        conclude(run, has_played);
    }
}

FailoverReason Upstream::reason_of(const Run& run) const {
    if (condemned_) {
        return *condemned_;
    }
    const Error& error = run.result.error();
    const int status = error.http_status().value_or(0);
    switch (error.code()) {
    case ErrorCode::http_status:
        return is_over_limit(error)          ? FailoverReason::over_limit
               : status >= kFirstServerFault ? FailoverReason::server_fault
                                             : FailoverReason::refused;
    case ErrorCode::timeout:
        return run.stalled ? FailoverReason::stall : FailoverReason::first_byte;
    case ErrorCode::unavailable:
        return FailoverReason::no_slot;
    case ErrorCode::unsupported:
        return FailoverReason::unsupported;
    case ErrorCode::blocked:
    case ErrorCode::parse:
    case ErrorCode::empty_body:
    case ErrorCode::too_large:
        return FailoverReason::wrong_content;
    default:
        return run.media ? FailoverReason::cut : FailoverReason::connect;
    }
}

void Upstream::conclude(const Run& run, bool has_played) {
    const FailoverReason reason = reason_of(run);
    const SteadyTime time = now();
    const bool healthy = run.media && run.lasted >= kHealthyRun && !condemned_;
    if (healthy && !run.stalled) {
        plan_.broke_off(current_, time);
    } else {
        plan_.failed(current_, reason, time, run.told_to_wait);
    }
    const bool is_hopeless =
        !run.told_to_wait && (!is_transient(reason) || plan_.failures(current_) >= kStartTries);
    if (!run.connectable || (!has_played && is_hopeless)) {
        plan_.give_up(current_);
    }
    LiveCounters::add(counters_.failovers[static_cast<std::size_t>(reason)]);
    const auto url = Url::parse(sources_[current_].url);
    const auto next = plan_.next(time);
    const std::int64_t wait =
        next ? std::chrono::duration_cast<milliseconds>(next->not_before - time).count() : 0;
    log_.warn(run.media ? "upstream ended" : "upstream failed",
        {{"upstream", url ? url->redacted() : redact_text(sources_[current_].url)},
            {"reason", to_string(reason)}, {"error", run.result.error()},
            {"played_ms", run.lasted.count()}, {"source", current_ + 1},
            {"sources", sources_.size()}, {"next_source", next ? next->source + 1 : 0},
            {"next_in_ms", wait}});
}

void Upstream::condemn(FailoverReason reason, std::string why) {
    if (attempt_ && !attempt_->cancelled()) {
        condemned_ = reason;
        attempt_->cancel(Error(ErrorCode::parse, std::move(why)));
    }
}

bool Upstream::has_alternative() const {
    return plan_.has_alternative(current_, now());
}

SteadyTime Upstream::when(const FailoverPlan::Choice& choice, bool has_played, SteadyTime end) {
    if (has_played && !choice.is_told && choice.not_before >= end && end - now() > kLastTry) {
        return end - kLastTry;
    }
    return choice.not_before;
}

SteadyTime Upstream::share(SteadyTime end) const {
    const SteadyTime start = now();
    const auto sources = static_cast<std::int64_t>(std::max<std::size_t>(plan_.left(), 1));
    const auto part =
        std::min<SteadyTime::duration>((end - start) / sources, options_.start_timeout);
    return std::min(end, start + std::max<SteadyTime::duration>(part, kMinAttempt));
}

void Upstream::begin_attempt() {
    attempt_ = std::make_shared<Attempt>(strand_, client_);
    if (stopping_) {
        attempt_->cancel(Error(ErrorCode::cancelled, "closed"));
    }
}

asio::awaitable<Upstream::Run> Upstream::play(const Source& source, SteadyTime deadline) {
    begin_attempt();
    const SteadyTime begun = now();
    condemned_.reset();
    first_media_.reset();
    playing_ = false;
    settle_at_ = begun + (deadline - begun) / 2;
    patience_ = options_.upstream_limits.stall;
    attempt_->set_deadline(deadline, "no video within " + seconds_text(deadline - begun));

    Run run;
    auto url = Url::parse(source.url);
    if (!url) {
        run.connectable = false;
        run.result = fail(std::move(url).error().with_context("stream address"));
    } else if (!url->is_http() && !is_local_source(*url)) {
        run.connectable = false;
        run.result = fail(ErrorCode::unsupported,
            std::string(url->scheme()) +
                " sources are not supported; http, https, udp, rtp and file are");
    } else {
        SlotOffer offer = co_await take_slot(*url);
        if (offer.refusal.empty()) {
            run.result = co_await play_url(source, std::move(*url));
            if (offer.slot && !run.result && is_over_limit(run.result.error())) {
                offer.slot->refused();
            }
        } else {
            run.result = fail(ErrorCode::unavailable, std::move(offer.refusal));
        }
    }
    run.stalled = playing_ && !run.result && run.result.error().code() == ErrorCode::timeout;
    run.told_to_wait = attempt_->told_to_wait();
    attempt_->cancel(Error(ErrorCode::cancelled, "over"));
    if (run.result && !host_.playable()) {
        run.result = fail(ErrorCode::parse, "the source ended without any video");
    }
    if (first_media_) {
        run.media = true;
        run.lasted = std::chrono::duration_cast<milliseconds>(last_media_ - *first_media_);
    }
    if (!run.result && !stopping_) {
        LiveCounters::add(counters_.upstream_failures);
    }
    in_outage_ = true;
    if (run.result || stopping_) {
        log_.info("upstream ended",
            {{"source", current_ + 1}, {"reason", stopping_ ? "closed" : "end of programme"}});
    }
    co_return run;
}

asio::awaitable<SlotOffer> Upstream::take_slot(Url url) {
    if (options_.slots == nullptr || !url.is_http()) {
        co_return SlotOffer();
    }
    const SteadyTime end = now() + kSlotPatience;
    for (;;) {
        SlotOffer offer = co_await options_.slots->take(url);
        // Whoever zaps has left a channel that lingers.
        const bool ask_again = offer.ask_again || (!offer.refusal.empty() && host_.make_room());
        if (!ask_again || now() >= end) {
            co_return offer;
        }
        if (auto slept = co_await attempt_->sleep_until(now() + kSlotPause); !slept) {
            offer.refusal = slept.error().message();
            co_return offer;
        }
    }
}

asio::awaitable<Result<void>> Upstream::play_url(const Source& source, Url url) {
    const SteadyTime begun = now();
    const RequestFactory requests(
        url, source.headers, options_.upstream_limits, options_.credentials, cookies_);
    const std::string redacted = url.redacted();
    std::optional<OpenCount> open;
    const auto opened = [&](const SourceOpened& what) {
        open.emplace(counters_.upstream_open);
        LiveCounters::add(counters_.upstream_connects);
        log_.info("upstream connected",
            {{"upstream", redacted}, {"source", current_ + 1}, {"sources", sources_.size()},
                {"kind", what.kind}, {"status", what.status},
                {"ms", std::chrono::duration_cast<milliseconds>(now() - begun).count()}});
        host_.begin_upstream();
    };
    if (is_local_source(url)) {
        co_return co_await play_local_source(
            *attempt_, host_, std::move(url), options_.multicast_interface, log_, opened);
    }
    co_return co_await play_http_source(*attempt_, host_, requests, std::move(url),
        memory_[current_], options_.remuxing, log_, opened);
}

void Upstream::stop() {
    stopping_ = true;
    if (attempt_) {
        attempt_->cancel(Error(ErrorCode::cancelled, "closed"));
    }
}

void Upstream::on_media(SteadyTime time) {
    last_media_ = time;
    first_media_ = first_media_.value_or(time);
    in_outage_ = false;
    if (!host_.playable()) {
        if (time >= settle_at_) {
            host_.settle_for_anything();
        }
        return;
    }
    if (patience_ <= milliseconds(0)) {
        attempt_->move_deadline(time + kNoLimit);
    } else if (!playing_) {
        attempt_->set_deadline(time + patience_, "no media for " + seconds_text(patience_));
    } else {
        attempt_->move_deadline(time + patience_);
    }
    playing_ = true;
}

void Upstream::set_patience(milliseconds patience) {
    if (options_.upstream_limits.stall > milliseconds(0)) {
        patience_ = std::max(options_.upstream_limits.stall, patience);
        playing_ = false; // the deadline's text names the patience
    }
}

asio::awaitable<Result<void>> Upstream::sleep_until(SteadyTime time) {
    return attempt_->sleep_until(time);
}

void Upstream::wake() {
    if (attempt_) {
        attempt_->wake();
    }
}

} // namespace plex_tuner::gateway
