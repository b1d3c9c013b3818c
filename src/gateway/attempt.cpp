// SPDX-License-Identifier: GPL-3.0-or-later
#include "attempt.hpp"

#include <cassert>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {

namespace {

/// A server that wants to be left alone for longer is not waited for.
constexpr std::chrono::seconds kPermitPatience{25};
/// Stands for "none" where a deadline is needed.
constexpr std::chrono::hours kNoDeadline{24};

/// What is wrong with one of its segments says nothing of the server.
[[nodiscard]] bool is_of_the_server(const fetch::RequestOutcome& outcome) {
    constexpr int kForbidden = 403;
    constexpr int kTooManyRequests = 429;
    constexpr int kFirstServerError = 500;
    return outcome.cloudflare || outcome.retry_after || outcome.status == kTooManyRequests ||
           (outcome.status != kForbidden && outcome.status < kFirstServerError);
}

} // namespace

Attempt::Attempt(
    const asio::any_io_executor& strand, fetch::Client& client, fetch::Governor* governor)
    : client_(client), governor_(governor), sleep_(strand), permit_wait_(strand, SteadyTime::max()),
      watchdog_(strand) {}

void Attempt::cancel(Error why) {
    if (cancelled_) {
        return;
    }
    cancelled_ = std::move(why);
    watchdog_.cancel();
    sleep_.cancel();
    permit_wait_.cancel();
    if (transfer_ != nullptr) {
        transfer_->cancel();
    }
    if (stop_) {
        stop_();
    }
}

void Attempt::set_deadline(SteadyTime deadline, std::string text) {
    deadline_text_ = std::move(text);
    move_deadline(deadline);
}

void Attempt::move_deadline(SteadyTime deadline) {
    deadline_ = deadline;
    // A later deadline is noticed when the timer fires, so moving it costs nothing.
    if (!watching_until_ || *watching_until_ > deadline) {
        watch();
    }
}

void Attempt::watch() {
    watching_until_ = deadline_;
    watchdog_.expires_at(*deadline_);
    watchdog_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
        const auto self = weak.lock();
        if (error || !self || self->cancelled_) {
            return;
        }
        if (std::chrono::steady_clock::now() < *self->deadline_) {
            self->watch();
            return;
        }
        self->cancel(Error(ErrorCode::timeout, self->deadline_text_));
    });
}

asio::awaitable<Result<void>> Attempt::sleep_until(SteadyTime time) {
    if (!cancelled_) {
        sleep_.expires_at(time);
        co_await sleep_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (cancelled_) {
        co_return fail(*cancelled_);
    }
    co_return Result<void>{};
}

void Attempt::wake() {
    sleep_.cancel();
}

Attempt::OnCancel::OnCancel(Attempt& attempt, std::function<void()> stop) : attempt_(attempt) {
    assert(!attempt_.stop_);
    attempt_.stop_ = std::move(stop);
    if (attempt_.cancelled_) {
        attempt_.stop_();
    }
}

Attempt::OnCancel::~OnCancel() {
    attempt_.stop_ = nullptr;
}

Attempt::Transfer::Transfer(Attempt& attempt, fetch::Request request)
    : attempt_(attempt), request_(std::move(request)) {
    assert(attempt_.transfer_ == nullptr);
    if (attempt_.governor_ == nullptr) {
        start();
    }
}

void Attempt::Transfer::start() {
    if (!attempt_.cancelled_) {
        transfer_ = attempt_.client_.start(*std::exchange(request_, std::nullopt));
        attempt_.transfer_ = transfer_.get();
    }
}

asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> Attempt::Transfer::permit() {
    using namespace asio::experimental::awaitable_operators;
    // The time of waiting is not the server's.
    const auto begun = std::chrono::steady_clock::now();
    const auto deadline = attempt_.deadline_;
    if (deadline) {
        attempt_.move_deadline(begun + kNoDeadline);
    }
    auto either = co_await (attempt_.governor_->acquire(*request_, kPermitPatience) ||
                            attempt_.permit_wait_.async_wait(asio::as_tuple(asio::use_awaitable)));
    if (deadline) {
        attempt_.move_deadline(*deadline + (std::chrono::steady_clock::now() - begun));
    }
    if (attempt_.cancelled_ || either.index() != 0) {
        co_return fail(attempt_.cancelled_.value_or(Error(ErrorCode::cancelled, "cancelled")));
    }
    co_return std::move(std::get<0>(either));
}

Attempt::Transfer::~Transfer() {
    attempt_.transfer_ = nullptr;
}

asio::awaitable<Result<fetch::ResponseHead>> Attempt::Transfer::head() {
    if (attempt_.cancelled_) {
        co_return fail(*attempt_.cancelled_);
    }
    std::unique_ptr<fetch::RequestPermit> permit;
    if (request_) {
        auto granted = co_await this->permit();
        if (!granted) {
            attempt_.cancel(granted.error()); // the next request would be refused, too
            co_return fail(*attempt_.cancelled());
        }
        permit = std::move(*granted);
        start();
    }
    auto result = co_await transfer_->head();
    const bool is_first = !std::exchange(attempt_.was_answered_, true);
    if (permit && result) {
        const fetch::RequestOutcome outcome = fetch::outcome_of(*result);
        if (is_first || is_of_the_server(outcome)) {
            permit->report(outcome);
        }
    } else if (permit && !attempt_.cancelled_) {
        permit->report(
            {.status = 0, .retry_after = {}, .cloudflare = false, .network_error = true});
    }
    if (attempt_.cancelled_) {
        co_return fail(*attempt_.cancelled_);
    }
    co_return result;
}

void Attempt::Transfer::gather() {
    if (transfer_) {
        transfer_->gather();
    }
}

asio::awaitable<Result<std::string>> Attempt::Transfer::read() {
    if (attempt_.cancelled_) {
        co_return fail(*attempt_.cancelled_);
    }
    auto result = co_await transfer_->read();
    if (attempt_.cancelled_) {
        co_return fail(*attempt_.cancelled_);
    }
    co_return result;
}

} // namespace plex_tuner::gateway
