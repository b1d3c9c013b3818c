// SPDX-License-Identifier: GPL-3.0-or-later
#include "attempt.hpp"

#include <cassert>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::gateway {

Attempt::Attempt(const asio::any_io_executor& strand, fetch::Client& client)
    : client_(client), sleep_(strand), watchdog_(strand) {}

void Attempt::cancel(Error why) {
    if (cancelled_) {
        return;
    }
    cancelled_ = std::move(why);
    watchdog_.cancel();
    sleep_.cancel();
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

Attempt::Transfer::Transfer(Attempt& attempt, fetch::Request request) : attempt_(attempt) {
    assert(attempt_.transfer_ == nullptr);
    if (!attempt_.cancelled_) {
        transfer_ = attempt_.client_.start(std::move(request));
        attempt_.transfer_ = transfer_.get();
    }
}

Attempt::Transfer::~Transfer() {
    attempt_.transfer_ = nullptr;
}

asio::awaitable<Result<fetch::ResponseHead>> Attempt::Transfer::head() {
    if (attempt_.cancelled_) {
        co_return fail(*attempt_.cancelled_);
    }
    auto result = co_await transfer_->head();
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
