// SPDX-License-Identifier: GPL-3.0-or-later
#include "upstream.hpp"

#include "http_source.hpp"
#include "local_source.hpp"

#include <plex_tuner/base/redact.hpp>

#include <algorithm>
#include <numeric>
#include <utility>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;

/// A source that delivered for so long is worth asking again at once.
constexpr milliseconds kHealthyRun{10'000};
/// Pause before a healthy source is asked again: time for the provider to notice the closed
/// connection, as accounts often allow only one.
constexpr milliseconds kReconnectPause{100};
/// First pause after a run that was no good; doubled with each further one.
constexpr milliseconds kFirstPause{250};
constexpr milliseconds kLongestPause{5'000};
/// A source gets at least so long to show its first media, however many wait behind it.
constexpr milliseconds kMinAttempt{3'000};
/// Somebody who was asked to make room has so long.
constexpr milliseconds kSlotPatience{3'000};
constexpr milliseconds kSlotPause{100};
/// How often the sources are gone through before a channel that never played is given up.
constexpr int kStartRounds = 4;
/// Stands for "no limit" where a deadline is needed.
constexpr std::chrono::hours kNoLimit{24 * 365};

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

[[nodiscard]] milliseconds pause_after(int bad_runs) {
    if (bad_runs <= 0) {
        return kReconnectPause;
    }
    return std::min(kFirstPause * (1 << std::min(bad_runs - 1, 10)), kLongestPause);
}

/// Whether asking again within seconds may help: the provider had a fault or was not reachable.
/// A refusal is an answer, and repeating a request over the account's limit makes it worse.
[[nodiscard]] bool is_transient(const Error& error) {
    switch (error.code()) {
    case ErrorCode::network:
    case ErrorCode::unavailable:
        return true;
    case ErrorCode::http_status:
        return error.http_status() >= 500 && error.http_status() != 509;
    default:
        return false;
    }
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
      bandwidth_(sources_.size()), host_(host), counters_(counters), log_(std::move(log)),
      cookies_(fetch::make_cookie_jar()) {}

asio::awaitable<UpstreamEnd> Upstream::run() {
    auto started = co_await start();
    if (!started) {
        co_return std::move(started).error();
    }
    co_return co_await keep_going(std::move(*started));
}

asio::awaitable<std::expected<Upstream::Run, UpstreamEnd>> Upstream::start() {
    using Kind = UpstreamEnd::Kind;
    const SteadyTime end = now() + options_.start_timeout;
    UpstreamEnd failure{Kind::no_source, "the channel has no source"};
    std::vector<std::size_t> candidates(sources_.size());
    std::iota(candidates.begin(), candidates.end(), std::size_t{0});
    for (int round = 0; round < kStartRounds && !candidates.empty(); ++round) {
        if (round > 0) {
            begin_attempt();
            (void)co_await attempt_->sleep_until(std::min(now() + pause_after(round), end));
        }
        std::vector<std::size_t> again;
        for (std::size_t i = 0; i < candidates.size() && now() < end && !stopping_; ++i) {
            current_ = candidates[i];
            Run run = co_await play(sources_[current_], share(end, candidates.size() - i));
            if (stopping_) {
                break;
            }
            if (run.result && host_.playable()) {
                co_return std::unexpected(UpstreamEnd{Kind::finished, ""});
            }
            if (host_.playable()) {
                co_return run;
            }
            const Error& error = run.result.error();
            // What the first source said tells most, but a reachable one more than the others.
            if (current_ == 0 || (failure.kind == Kind::no_source && run.connectable)) {
                failure.detail = error.message();
            }
            if (run.connectable) {
                failure.kind = Kind::no_data;
            }
            if (run.connectable && is_transient(error)) {
                again.push_back(current_);
            }
        }
        if (stopping_) {
            co_return std::unexpected(UpstreamEnd{Kind::stopped, ""});
        }
        candidates = std::move(again);
    }
    co_return std::unexpected(std::move(failure));
}

asio::awaitable<UpstreamEnd> Upstream::keep_going(Run broken) {
    using Kind = UpstreamEnd::Kind;
    Run run = std::move(broken);
    SteadyTime outage_begin{};
    int bad_runs = 0;
    for (;;) {
        // A source that stalled was silent for longer than the time in which another must be found:
        // that time begins with the break, not with the last picture.
        if (run.media) {
            outage_begin = now();
        }
        const bool healthy = run.media && run.lasted >= kHealthyRun;
        bad_runs = healthy ? 0 : bad_runs + 1;
        if (!healthy || run.stalled) {
            current_ = (current_ + 1) % sources_.size();
        }
        const SteadyTime end = outage_begin + options_.start_timeout;
        if (now() >= end) {
            co_return UpstreamEnd{Kind::lost, run.result.error().message()};
        }
        begin_attempt();
        (void)co_await attempt_->sleep_until(std::min(now() + pause_after(bad_runs), end));
        if (!stopping_) {
            run = co_await play(sources_[current_], share(end, sources_.size()));
        }
        if (stopping_) {
            co_return UpstreamEnd{Kind::stopped, ""};
        }
        if (run.result) {
            co_return UpstreamEnd{Kind::finished, ""};
        }
    }
}

SteadyTime Upstream::share(SteadyTime end, std::size_t sources) const {
    const SteadyTime start = now();
    const auto part = (end - start) / static_cast<std::int64_t>(std::max<std::size_t>(sources, 1));
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
    run.stalled = playing_ && attempt_->timed_out();
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
    log_end(source, run);
    co_return run;
}

asio::awaitable<SlotOffer> Upstream::take_slot(Url url) {
    if (options_.slots == nullptr || !url.is_http()) {
        co_return SlotOffer();
    }
    const SteadyTime end = now() + kSlotPatience;
    for (;;) {
        SlotOffer offer = co_await options_.slots->take(url);
        if (!offer.ask_again || now() >= end) {
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
        bandwidth_[current_], options_.remuxing, log_, opened);
}

void Upstream::log_end(const Source& source, const Run& run) const {
    const auto url = Url::parse(source.url);
    const std::string upstream = url ? url->redacted() : redact_text(source.url);
    if (run.result || stopping_) {
        log_.info("upstream ended",
            {{"upstream", upstream}, {"reason", stopping_ ? "closed" : "end of programme"}});
    } else if (run.media) {
        log_.warn("upstream ended",
            {{"upstream", upstream}, {"reason", run.result.error()}, {"ms", run.lasted.count()}});
    } else {
        log_.warn(
            "upstream failed", {{"upstream", upstream}, {"source", current_ + 1},
                                   {"sources", sources_.size()}, {"error", run.result.error()}});
    }
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
