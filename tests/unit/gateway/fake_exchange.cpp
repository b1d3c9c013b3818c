// SPDX-License-Identifier: GPL-3.0-or-later
#include "fake_exchange.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

constexpr std::chrono::seconds kPatience{20};

} // namespace

FakeExchange::FakeExchange(asio::io_context& io, net::Method method)
    : strand_(asio::make_strand(io)), gate_(strand_) {
    request_.method = method;
    request_.id = "r000001";
    request_.remote_address = "127.0.0.1";
}

std::vector<std::uint8_t> FakeExchange::wait_bytes(std::size_t at_least) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return bytes_.size() >= at_least; }))
        << "only " << bytes_.size() << " of " << at_least << " bytes came";
    return bytes_;
}

std::vector<std::uint8_t> FakeExchange::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

int FakeExchange::status() const {
    const std::lock_guard lock(mutex_);
    return status_;
}

std::string FakeExchange::header(std::string_view name) const {
    const std::lock_guard lock(mutex_);
    return std::string(headers_.find(name).value_or(""));
}

int FakeExchange::writes_begun() const {
    const std::lock_guard lock(mutex_);
    return writes_begun_;
}

void FakeExchange::wait_write_begun(int writes) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, kPatience, [&] { return writes_begun_ >= writes; }));
}

void FakeExchange::stop_reading() {
    const std::lock_guard lock(mutex_);
    allowed_ = 0;
}

void FakeExchange::read_again(int writes) {
    {
        const std::lock_guard lock(mutex_);
        allowed_ = writes;
    }
    asio::post(strand_, [this] { gate_.cancel(); });
}

void FakeExchange::disconnect() {
    {
        const std::lock_guard lock(mutex_);
        gone_ = true;
    }
    asio::post(strand_, [this] {
        gate_.cancel();
        if (const auto callback = std::exchange(disconnected_, nullptr)) {
            callback();
        }
    });
}

asio::awaitable<Result<void>> FakeExchange::send(net::Response response) {
    {
        const std::lock_guard lock(mutex_);
        status_ = response.status;
        headers_ = response.headers;
        if (response.body) {
            bytes_.assign(response.body->begin(), response.body->end());
        }
    }
    changed_.notify_all();
    co_return Result<void>{};
}

asio::awaitable<Result<void>> FakeExchange::send_file(net::Response, net::FileBody) {
    co_return fail(ErrorCode::internal, "not used by the gateway");
}

asio::awaitable<Result<void>> FakeExchange::start_stream(int status, net::Headers headers) {
    const std::lock_guard lock(mutex_);
    status_ = status;
    headers_ = std::move(headers);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> FakeExchange::write(
    std::span<const asio::const_buffer> buffers, std::chrono::steady_clock::duration deadline) {
    EXPECT_TRUE(strand_.running_in_this_thread());
    const auto end = std::chrono::steady_clock::now() + deadline;
    {
        const std::lock_guard lock(mutex_);
        ++writes_begun_;
    }
    changed_.notify_all();
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (gone_) {
                co_return fail(ErrorCode::network, "gone");
            }
            if (allowed_ > 0) {
                --allowed_;
                for (const auto& buffer : buffers) {
                    const auto* data = static_cast<const std::uint8_t*>(buffer.data());
                    bytes_.insert(bytes_.end(), data, data + buffer.size());
                }
                break;
            }
        }
        gate_.expires_at(end);
        const auto [error] = co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!error) {
            co_return fail(ErrorCode::timeout, "takes nothing");
        }
        const auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            co_return fail(ErrorCode::cancelled, "cancelled");
        }
    }
    changed_.notify_all();
    co_return Result<void>{};
}

void FakeExchange::on_disconnect(std::function<void()> callback) {
    disconnected_ = std::move(callback);
}

bool FakeExchange::started() const noexcept {
    const std::lock_guard lock(mutex_);
    return status_ != 0;
}

} // namespace plex_tuner::testing
