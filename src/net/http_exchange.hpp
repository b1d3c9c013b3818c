// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "connection.hpp"
#include "response_head.hpp"

#include <plex_tuner/net/exchange.hpp>

namespace plex_tuner::net {

/// The Exchange of one request on one Connection; lives in the session's coroutine.
class HttpExchange final : public Exchange {
public:
    enum class State {
        open,      ///< nothing sent
        answered,  ///< a complete answer is out
        streaming, ///< an endless body was started; its end is the connection's end
        broken,    ///< the peer did not get what the head promised
    };

    struct Terms {
        bool keep_alive = false;
        bool http_1_0 = false;
        const bool* draining = nullptr; ///< the server is stopping: announce the close
        Connection::Duration write_timeout{};
    };

    HttpExchange(Connection& connection, Request request, Terms terms)
        : connection_(connection), request_(std::move(request)), terms_(terms) {}

    [[nodiscard]] const Request& request() const noexcept override { return request_; }

    [[nodiscard]] asio::any_io_executor executor() override { return connection_.executor(); }

    [[nodiscard]] asio::awaitable<Result<void>> send(Response response) override;
    [[nodiscard]] asio::awaitable<Result<void>> send_file(Response head, FileBody body) override;
    [[nodiscard]] asio::awaitable<Result<void>> start_stream(int status, Headers headers) override;
    [[nodiscard]] asio::awaitable<Result<void>> write(std::span<const asio::const_buffer> buffers,
        std::chrono::steady_clock::duration deadline) override;
    void on_disconnect(std::function<void()> callback) override;

    [[nodiscard]] bool started() const noexcept override { return state_ != State::open; }

    [[nodiscard]] State state() const noexcept { return state_; }

    [[nodiscard]] int status() const noexcept { return status_; }

    [[nodiscard]] std::uint64_t head_bytes() const noexcept { return head_bytes_; }

    /// The answer promised further requests on this connection.
    [[nodiscard]] bool kept_alive() const noexcept { return kept_alive_; }

private:
    [[nodiscard]] Result<void> ensure_open() const;
    [[nodiscard]] std::string make_head(int status, const Headers& headers,
        std::optional<std::uint64_t> content_length, bool keep_alive);
    [[nodiscard]] Result<void> conclude(Connection::ErrorCode error);

    [[nodiscard]] bool is_head() const noexcept { return request_.method == Method::head; }

    Connection& connection_;
    Request request_;
    Terms terms_;
    State state_ = State::open;
    int status_ = 0;
    std::uint64_t head_bytes_ = 0;
    bool kept_alive_ = false;
};

} // namespace plex_tuner::net
