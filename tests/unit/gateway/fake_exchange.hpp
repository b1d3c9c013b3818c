// SPDX-License-Identifier: GPL-3.0-or-later
// A net::Exchange without sockets: what a viewer is sent, and how it behaves.
#pragma once

#include <plex_tuner/net/exchange.hpp>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::testing {

namespace asio = boost::asio;

class FakeExchange final : public net::Exchange {
public:
    FakeExchange(asio::io_context& io, net::Method method);

    // The test's side, thread-safe.
    [[nodiscard]] std::vector<std::uint8_t> wait_bytes(std::size_t at_least);
    [[nodiscard]] std::vector<std::uint8_t> bytes() const;
    [[nodiscard]] int status() const;
    [[nodiscard]] std::string header(std::string_view name) const;
    [[nodiscard]] int writes_begun() const;
    void wait_write_begun(int writes);
    /// Takes nothing until allowed again; a write waits.
    void stop_reading();
    /// `writes` more writes are taken.
    void read_again(int writes = 1'000'000);
    void disconnect();

    // net::Exchange.
    [[nodiscard]] const net::Request& request() const noexcept override { return request_; }

    [[nodiscard]] asio::any_io_executor executor() override { return strand_; }

    asio::awaitable<Result<void>> send(net::Response response) override;
    asio::awaitable<Result<void>> send_file(net::Response head, net::FileBody body) override;
    asio::awaitable<Result<void>> start_stream(int status, net::Headers headers) override;
    asio::awaitable<Result<void>> write(std::span<const asio::const_buffer> buffers,
        std::chrono::steady_clock::duration deadline) override;
    void on_disconnect(std::function<void()> callback) override;
    [[nodiscard]] bool started() const noexcept override;

private:
    net::Request request_;
    asio::strand<asio::io_context::executor_type> strand_;
    asio::steady_timer gate_;
    std::function<void()> disconnected_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    int status_ = 0;
    net::Headers headers_;
    std::vector<std::uint8_t> bytes_;
    int writes_begun_ = 0;
    int allowed_ = 1'000'000;
    bool gone_ = false;
};

} // namespace plex_tuner::testing
