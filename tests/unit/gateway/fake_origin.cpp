// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_origin.hpp"

#include <atomic>
#include <utility>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

constexpr std::chrono::seconds kPatience{20};

} // namespace

void FakeBody::notify(std::unique_lock<std::mutex> lock) {
    const auto waiter = std::exchange(waiter_, nullptr);
    lock.unlock();
    if (waiter) {
        waiter();
    }
}

void FakeBody::push(std::string bytes) {
    std::unique_lock lock(mutex_);
    unread_ += bytes;
    notify(std::move(lock));
}

void FakeBody::finish() {
    std::unique_lock lock(mutex_);
    finished_ = true;
    notify(std::move(lock));
}

void FakeBody::cut(ErrorCode code) {
    std::unique_lock lock(mutex_);
    error_ = Error(code, "connection reset");
    notify(std::move(lock));
}

std::size_t FakeBody::unread() const {
    const std::lock_guard lock(mutex_);
    return unread_.size();
}

bool FakeBody::closed_by_client() const {
    const std::lock_guard lock(mutex_);
    return client_gone_;
}

void FakeBody::wait_closed_by_client() {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(closed_.wait_for(lock, kPatience, [&] { return client_gone_; }))
        << "the gateway keeps its upstream open";
}

class FakeTransfer final : public fetch::Transfer {
public:
    FakeTransfer(FakeAnswer answer, Url url, std::shared_ptr<std::atomic<int>> running)
        : answer_(std::move(answer)), url_(std::move(url)), running_(std::move(running)) {
        ++*running_;
        if (!answer_.body) {
            answer_.body = std::make_shared<FakeBody>();
        }
    }

    ~FakeTransfer() override {
        cancel();
        --*running_;
    }

    asio::awaitable<Result<fetch::ResponseHead>> head() override {
        if (answer_.connect_error) {
            co_return fail(*answer_.connect_error);
        }
        if (answer_.hang) {
            auto none = co_await next();
            co_return fail(std::move(none).error());
        }
        auto effective =
            answer_.effective_url.empty() ? url_ : Url::parse(answer_.effective_url).value();
        co_return fetch::ResponseHead{
            answer_.status, std::move(effective), answer_.headers, std::nullopt};
    }

    asio::awaitable<Result<std::string>> read() override { return next(); }

    void gather() noexcept override {}

    void cancel() noexcept override {
        std::unique_lock lock(answer_.body->mutex_);
        answer_.body->client_gone_ = true;
        answer_.body->closed_.notify_all();
        answer_.body->notify(std::move(lock));
    }

private:
    asio::awaitable<Result<std::string>> next() {
        FakeBody& body = *answer_.body;
        for (;;) {
            {
                const std::lock_guard lock(body.mutex_);
                if (body.client_gone_) {
                    co_return fail(ErrorCode::cancelled, "cancelled");
                }
                if (!answer_.hang) {
                    if (!body.unread_.empty()) {
                        std::string part = body.unread_.substr(0, kFullRead);
                        body.unread_.erase(0, part.size());
                        co_return part;
                    }
                    if (body.error_) {
                        co_return fail(*body.error_);
                    }
                    if (body.finished_) {
                        co_return std::string();
                    }
                }
            }
            co_await wait();
        }
    }

    asio::awaitable<void> wait() {
        return asio::async_initiate<const asio::use_awaitable_t<>, void()>(
            [this](auto handler) {
                auto shared = std::make_shared<decltype(handler)>(std::move(handler));
                std::unique_lock lock(answer_.body->mutex_);
                FakeBody& body = *answer_.body;
                body.waiter_ = [shared] {
                    const auto executor = asio::get_associated_executor(*shared);
                    asio::post(executor, [shared] { std::move (*shared)(); });
                };
                const bool ready =
                    body.client_gone_ ||
                    (!answer_.hang && (!body.unread_.empty() || body.error_ || body.finished_));
                if (ready) {
                    body.notify(std::move(lock));
                }
            },
            asio::use_awaitable);
    }

    FakeAnswer answer_;
    Url url_;
    std::shared_ptr<std::atomic<int>> running_;
};

void FakeOrigin::on(const std::string& url, Handler handler) {
    const std::lock_guard lock(mutex_);
    handlers_[url] = std::move(handler);
}

void FakeOrigin::serve(const std::string& url, std::string body, int status) {
    on(url, [body = std::move(body), status](const fetch::Request&) {
        FakeAnswer answer;
        answer.status = status;
        answer.body = std::make_shared<FakeBody>();
        if (!body.empty()) {
            answer.body->push(body);
        }
        answer.body->finish();
        return answer;
    });
}

std::shared_ptr<FakeBody> FakeOrigin::open(const std::string& url) {
    auto body = std::make_shared<FakeBody>();
    auto used = std::make_shared<std::atomic<bool>>(false);
    on(url, [body, used](const fetch::Request&) {
        FakeAnswer answer;
        answer.hang = used->exchange(true);
        answer.body = answer.hang ? nullptr : body;
        return answer;
    });
    return body;
}

std::vector<std::string> FakeOrigin::requested() const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> result;
    for (const auto& request : requests_) {
        result.push_back(request.url.text());
    }
    return result;
}

std::size_t FakeOrigin::count(const std::string& url) const {
    std::size_t result = 0;
    for (const auto& other : requested()) {
        result += other == url ? 1 : 0;
    }
    return result;
}

void FakeOrigin::wait_requested(const std::string& url, std::size_t times) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience,
        [&] {
            std::size_t seen = 0;
            for (const auto& request : requests_) {
                seen += request.url.text() == url ? 1 : 0;
            }
            return seen >= times;
        }))
        << url << " was not requested " << times << " times";
}

std::optional<fetch::Request> FakeOrigin::last(const std::string& url) const {
    const std::lock_guard lock(mutex_);
    for (auto i = requests_.rbegin(); i != requests_.rend(); ++i) {
        if (i->url.text() == url) {
            return *i;
        }
    }
    return std::nullopt;
}

std::unique_ptr<fetch::Transfer> FakeOrigin::start(fetch::Request request) {
    Handler handler;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
        const auto found = handlers_.find(request.url.text());
        if (found != handlers_.end()) {
            handler = found->second;
        }
    }
    changed_.notify_all();
    FakeAnswer answer;
    if (handler) {
        answer = handler(request);
    } else {
        answer.connect_error = Error(ErrorCode::network, "connection refused");
    }
    return std::make_unique<FakeTransfer>(std::move(answer), request.url, running_);
}

asio::awaitable<Result<fetch::Response>> FakeOrigin::get(fetch::Request, std::size_t) {
    co_return fail(ErrorCode::internal, "not used by the gateway");
}

asio::awaitable<std::vector<Result<fetch::Response>>> FakeOrigin::get_in_turn(
    std::vector<fetch::Request>, fetch::InTurn) {
    co_return std::vector<Result<fetch::Response>>{}; // not used by the gateway
}

} // namespace plex_tuner::testing
