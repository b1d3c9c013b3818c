// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_pipe.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/append.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace plex_tuner::fetch {

namespace {

Error cancelled_error() {
    return {ErrorCode::cancelled, "the transfer was cancelled"};
}

} // namespace

void BodyPipe::set_head(ResponseHead head) {
    const std::lock_guard lock(mutex_);
    if (!finished_) {
        head_ = std::move(head);
        news_ = true;
    }
}

bool BodyPipe::has_room() {
    const std::lock_guard lock(mutex_);
    paused_ = !finished_ && unread_ >= kHighMark;
    return !paused_;
}

void BodyPipe::append(std::string_view bytes) {
    const std::lock_guard lock(mutex_);
    if (finished_) {
        return; // nobody will read it; the transfer is about to be removed
    }
    unread_ += bytes.size();
    news_ = true;
    while (!bytes.empty()) {
        if (blocks_.empty() || blocks_.back().size() == kBlock) {
            // A small answer gets a small block: blocks of full size are a burden to the heap.
            blocks_.emplace_back().reserve(static_cast<std::size_t>(std::min<std::uint64_t>(
                kBlock, head_ ? head_->content_length.value_or(kBlock) : kBlock)));
        }
        std::string& block = blocks_.back();
        const std::string_view part = bytes.substr(0, kBlock - block.size());
        block.append(part);
        bytes.remove_prefix(part.size());
    }
}

void BodyPipe::finish(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    if (!finished_) {
        finished_ = true;
        error_ = std::move(error);
        news_ = true;
    }
}

bool BodyPipe::finished() const {
    const std::lock_guard lock(mutex_);
    return finished_;
}

void BodyPipe::cancel() {
    {
        const std::lock_guard lock(mutex_);
        finished_ = true;
        error_ = cancelled_error();
        blocks_.clear();
        unread_ = 0;
        news_ = true;
    }
    wake();
}

void BodyPipe::wake() {
    std::unique_ptr<Waiter> waiter;
    {
        const std::lock_guard lock(mutex_);
        if (!news_ || !waiter_) {
            return;
        }
        waiter = std::move(waiter_);
    }
    waiter->complete(true);
}

void BodyPipe::cancel_wait(std::uint64_t ticket) {
    std::unique_ptr<Waiter> waiter;
    {
        const std::lock_guard lock(mutex_);
        if (!waiter_ || ticket != ticket_) {
            return;
        }
        waiter = std::move(waiter_);
    }
    waiter->complete(false);
}

std::uint64_t BodyPipe::new_ticket() {
    const std::lock_guard lock(mutex_);
    return ++ticket_;
}

void BodyPipe::park(std::unique_ptr<Waiter> waiter) {
    std::unique_ptr<Waiter> ready;
    std::unique_ptr<Waiter> replaced;
    {
        const std::lock_guard lock(mutex_);
        if (news_) {
            ready = std::move(waiter);
        } else {
            replaced = std::exchange(waiter_, std::move(waiter));
        }
    }
    if (ready) {
        ready->complete(true);
    }
    if (replaced) { // two coroutines at once: a bug of the caller, who shall not hang for it
        replaced->complete(false);
    }
}

template <class Handler>
class BodyPipe::WaiterOf final : public Waiter {
public:
    explicit WaiterOf(Handler handler)
        : handler_(std::move(handler)), work_(asio::make_work_guard(handler_)) {}

    void complete(bool ok) override { asio::post(asio::append(std::move(handler_), ok)); }

private:
    Handler handler_;
    asio::executor_work_guard<asio::associated_executor_t<Handler>> work_;
};

asio::awaitable<bool> BodyPipe::wait(std::shared_ptr<BodyPipe> self) {
    // A cancellation that came while the coroutine was elsewhere has met no wait to end.
    if (const auto state = co_await asio::this_coro::cancellation_state;
        state.cancelled() != asio::cancellation_type::none) {
        co_return false;
    }
    const auto initiate = [](auto handler, const std::shared_ptr<BodyPipe>& pipe) {
        // Before the handler becomes visible to the fetch thread: afterwards the coroutine may
        // already be running again, elsewhere.
        const std::uint64_t ticket = pipe->new_ticket();
        if (auto slot = asio::get_associated_cancellation_slot(handler); slot.is_connected()) {
            slot.assign([weak = std::weak_ptr(pipe), ticket](asio::cancellation_type type) {
                const auto alive = weak.lock();
                if (alive && type != asio::cancellation_type::none) {
                    alive->cancel_wait(ticket);
                }
            });
        }
        pipe->park(std::make_unique<WaiterOf<decltype(handler)>>(std::move(handler)));
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
        initiate, asio::use_awaitable, std::move(self));
}

std::optional<Result<ResponseHead>> BodyPipe::try_head() {
    const std::lock_guard lock(mutex_);
    if (finished_ && error_ && (!head_ || error_->code() == ErrorCode::cancelled)) {
        return fail(*error_);
    }
    if (head_) {
        return *head_;
    }
    news_ = false;
    return std::nullopt;
}

std::optional<Result<std::string>> BodyPipe::try_read() {
    std::string block;
    bool resume = false;
    {
        const std::lock_guard lock(mutex_);
        if (blocks_.empty()) {
            if (!finished_) {
                news_ = false;
                return std::nullopt;
            }
            if (error_) {
                return fail(*error_);
            }
            return std::string();
        }
        block = std::move(blocks_.front());
        blocks_.pop_front();
        unread_ -= block.size();
        resume = paused_ && unread_ < kLowMark;
        if (resume) {
            paused_ = false;
        }
    }
    if (resume) {
        resume_();
    }
    return block;
}

asio::awaitable<Result<ResponseHead>> BodyPipe::head(std::shared_ptr<BodyPipe> self) {
    for (;;) {
        if (auto head = self->try_head()) {
            co_return std::move(*head);
        }
        if (!co_await wait(self)) {
            co_return fail(cancelled_error());
        }
    }
}

asio::awaitable<Result<std::string>> BodyPipe::read(std::shared_ptr<BodyPipe> self) {
    for (;;) {
        if (auto bytes = self->try_read()) {
            co_return std::move(*bytes);
        }
        if (!co_await wait(self)) {
            co_return fail(cancelled_error());
        }
    }
}

} // namespace plex_tuner::fetch
