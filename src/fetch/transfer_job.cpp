// SPDX-License-Identifier: GPL-3.0-or-later
#include "transfer_job.hpp"

#include "fetch_core.hpp"
#include "transfer_error.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace plex_tuner::fetch {

namespace {

/// Waiting for a connection slot that others hold.
constexpr std::chrono::milliseconds kQueueLimit{30'000};
/// The body of a redirect is read only so that its connection can be used again.
constexpr std::size_t kMaxSkippedBody = 64 * 1024;
constexpr std::chrono::milliseconds kSkipLimit{2'000};

} // namespace

TransferJob::TransferJob(FetchCore& core, Request request)
    : core_(core), request_(std::move(request)), jar_(request_.cookies), url_(request_.url),
      watch_timer_(core.context()), total_timer_(core.context()) {}

void TransferJob::start() {
    core_.assert_on_thread();
    if (!url_.is_http()) {
        finish(Error(ErrorCode::unsupported,
            "only http and https addresses can be fetched: " + url_.redacted()));
        return;
    }
    if (!configure()) {
        finish(Error(ErrorCode::internal, "libcurl refuses a new transfer"));
        return;
    }
    if (request_.limits.total > Millis::zero()) {
        total_timer_.expires_after(request_.limits.total);
        total_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
            const auto self = weak.lock();
            if (!error && self) {
                self->fail_with(Error(ErrorCode::timeout,
                    "not complete within " + duration_text(self->request_.limits.total) + ": " +
                        self->url_.redacted()));
            }
        });
    }
    origin_ = url_.origin();
    queue_up();
}

void TransferJob::queue_up() {
    watch(Phase::queued, Millis::zero());
    core_.acquire(*this, origin_);
    if (phase_ == Phase::queued) {
        watch(Phase::queued, kQueueLimit);
    }
}

void TransferJob::begin_hop() {
    core_.assert_on_thread();
    has_slot_ = true;
    header_ = {};
    decoder_ = {};
    next_url_.reset();
    skipped_ = 0;
    socket_errno_ = 0;
    error_text_[0] = '\0';
    watch(Phase::connecting, Millis::zero()); // libcurl's own limit, see configure()
    if (auto configured = configure_hop(); !configured) {
        finish(std::move(configured).error());
        return;
    }
    if (!core_.loop().add(easy_.get())) {
        finish(Error(ErrorCode::internal, "libcurl refuses a new transfer"));
        return;
    }
    in_multi_ = true;
}

bool TransferJob::on_header_line(std::string_view line) {
    if (header_.complete()) {
        return true; // a trailer field
    }
    auto complete = header_.add_line(line);
    if (!complete) {
        own_error_ = complete.error().with_context(url_.redacted());
        return false;
    }
    if (*complete) {
        if (auto begun = on_header_complete(); !begun) {
            own_error_ = std::move(begun).error();
            return false;
        }
    }
    return true;
}

Result<void> TransferJob::on_header_complete() {
    const auto location = header_.field("Location");
    if (is_redirect(header_.status()) && location && !location->empty() &&
        request_.max_redirects > 0 && is_safe(request_.method)) {
        return plan_redirect(*location);
    }
    if (request_.accept_compressed && !request_.range && request_.method != Method::head) {
        auto decoder = ContentDecoder::create(header_.joined("Content-Encoding"));
        if (!decoder) {
            return plex_tuner::fail_with(std::move(decoder), url_.redacted());
        }
        decoder_ = std::move(*decoder);
    }
    last_byte_ = SteadyClock::now();
    watch(Phase::body, request_.limits.stall);
    const auto length = header_.content_length();
    pipe_->set_head(ResponseHead{header_.status(), url_, std::move(header_.fields()), length});
    core_.mark_dirty(pipe_);
    if (request_.gather) {
        gather();
    }
    return {};
}

void TransferJob::gather() {
    core_.assert_on_thread();
    request_.gather = true;
    if (phase_ == Phase::body && !request_.accept_compressed) {
        core_.loop().gather(easy_.get());
    }
}

Result<void> TransferJob::plan_redirect(std::string_view location) {
    if (redirects_ >= request_.max_redirects) {
        return fail(ErrorCode::network, "more than " + std::to_string(request_.max_redirects) +
                                            " redirects, the last from " + url_.redacted());
    }
    auto target = redirect_target(url_, location);
    if (!target) {
        return fail(std::move(target).error());
    }
    next_url_ = std::move(*target);
    watch(Phase::skipping_redirect, kSkipLimit);
    return {};
}

std::size_t TransferJob::on_body(std::string_view bytes) {
    if (phase_ == Phase::skipping_redirect) {
        skipped_ += bytes.size();
        return skipped_ > kMaxSkippedBody ? 0 : bytes.size();
    }
    if (!pipe_->has_room()) {
        paused_ = true;
        return CURL_WRITEFUNC_PAUSE;
    }
    last_byte_ = SteadyClock::now();
    if (decoder_.active()) {
        decoded_.clear();
        if (auto fed = decoder_.feed(bytes, decoded_); !fed) {
            own_error_ = std::move(fed).error().with_context(url_.redacted());
            return 0;
        }
        pipe_->append(decoded_);
    } else {
        pipe_->append(bytes);
    }
    core_.mark_dirty(pipe_);
    return bytes.size();
}

void TransferJob::on_done(CURLcode result) {
    if (next_url_) {
        next_hop(); // how the redirect's own body ended is of no interest
    } else if (own_error_) {
        finish(std::move(own_error_));
    } else if (result != CURLE_OK) {
        finish(curl_error(result));
    } else if (phase_ != Phase::body) {
        finish(Error(ErrorCode::network, "no complete response header from " + url_.redacted()));
    } else {
        decoded_.clear();
        auto decoded = decoder_.finish(decoded_);
        pipe_->append(decoded_);
        finish(decoded ? std::nullopt
                       : std::optional(std::move(decoded).error().with_context(url_.redacted())));
    }
}

void TransferJob::next_hop() {
    ++redirects_;
    url_ = std::move(*next_url_);
    next_url_.reset();
    std::string origin = url_.origin();
    if (origin == origin_) {
        core_.loop().remove(easy_.get());
        in_multi_ = false;
        begin_hop();
        return;
    }
    leave_hop();
    origin_ = std::move(origin);
    queue_up();
}

void TransferJob::resume() {
    core_.assert_on_thread();
    if (phase_ != Phase::body || !paused_) {
        return;
    }
    paused_ = false;
    last_byte_ = SteadyClock::now(); // the time we were not listening does not count as a stall
    watch(Phase::body, request_.limits.stall);
    if (curl_easy_pause(easy_.get(), CURLPAUSE_CONT) != CURLE_OK) {
        finish(own_error_ ? std::move(*own_error_)
                          : Error(ErrorCode::internal, "the transfer cannot be resumed"));
        return;
    }
    core_.loop().kick();
    core_.on_round_done();
}

void TransferJob::fail_with(Error error) {
    finish(std::move(error));
}

void TransferJob::leave_hop() noexcept {
    if (in_multi_) {
        core_.loop().remove(easy_.get());
        in_multi_ = false;
    }
    if (has_slot_) {
        has_slot_ = false;
        core_.release(origin_);
    }
}

void TransferJob::finish(std::optional<Error> error) {
    if (phase_ == Phase::over) {
        return;
    }
    const auto self = shared_from_this();
    phase_ = Phase::over;
    watch_timer_.cancel();
    total_timer_.cancel();
    leave_hop();
    if (core_.logger().enabled(log::Level::debug)) {
        core_.logger().debug("transfer ended",
            {{"url", url_}, {"status", header_.status()}, {"redirects", redirects_},
                {"error", error ? error->message() : "none"}});
    }
    if (!error) {
        core_.give_back(std::move(easy_));
    }
    pipe_->finish(std::move(error));
    pipe_->wake();
    core_.forget(*this);
}

Error TransferJob::curl_error(CURLcode code) const {
    long os_errno = 0;
    curl_easy_getinfo(easy_.get(), CURLINFO_OS_ERRNO, &os_errno);
    if (socket_errno_ != 0) {
        os_errno = socket_errno_;
    }
    const HopPlace place = phase_ == Phase::body                 ? HopPlace::in_body
                           : phase_ == Phase::waiting_for_header ? HopPlace::waiting_for_header
                                                                 : HopPlace::connecting;
    return transfer_error(code,
        {url_, place, request_.limits.connect, static_cast<int>(os_errno), error_text_.data()});
}

void TransferJob::watch(Phase phase, Millis limit) {
    phase_ = phase;
    if (limit <= Millis::zero()) {
        deadline_ = SteadyClock::time_point::max();
        return;
    }
    watch_until(SteadyClock::now() + limit);
}

void TransferJob::watch_until(SteadyClock::time_point deadline) {
    deadline_ = deadline;
    if (watching_ && watch_timer_.expiry() <= deadline) {
        return; // on_watch() goes on waiting: most requests are over before it is called
    }
    watching_ = true;
    watch_timer_.expires_at(deadline);
    watch_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        const auto self = weak.lock();
        if (!error && self) {
            self->on_watch();
        }
    });
}

void TransferJob::on_watch() {
    const auto now = SteadyClock::now();
    if (now < watch_timer_.expiry()) {
        return; // set anew while this call was already on its way
    }
    watching_ = false;
    if (now < deadline_) {
        if (deadline_ != SteadyClock::time_point::max()) {
            watch_until(deadline_);
        }
        return;
    }
    switch (phase_) {
    case Phase::skipping_redirect:
        next_hop();
        return;
    case Phase::body:
        if (paused_) {
            return; // resume() watches again
        }
        if (const auto deadline = last_byte_ + request_.limits.stall; now < deadline) {
            watch_until(deadline);
            return;
        }
        finish(Error(ErrorCode::timeout,
            "no data for " + duration_text(request_.limits.stall) + " from " + url_.redacted()));
        return;
    case Phase::waiting_for_header:
        finish(Error(ErrorCode::timeout, "no answer within " +
                                             duration_text(request_.limits.first_byte) + " from " +
                                             url_.redacted()));
        return;
    case Phase::queued:
        finish(Error(ErrorCode::unavailable,
            "no free connection within " + duration_text(kQueueLimit) + " for " + url_.redacted()));
        return;
    case Phase::connecting:
    case Phase::over:
        return;
    }
}

} // namespace plex_tuner::fetch
