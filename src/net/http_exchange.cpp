// SPDX-License-Identifier: GPL-3.0-or-later
#include "http_exchange.hpp"

#include <array>

#include <boost/asio/error.hpp>

namespace plex_tuner::net {

namespace {

WallTime wall_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

Result<void> HttpExchange::ensure_open() const {
    if (state_ == State::open) {
        return {};
    }
    return fail(ErrorCode::internal, "request " + request_.id + " has been answered already");
}

std::string HttpExchange::make_head(int status, const Headers& headers,
    std::optional<std::uint64_t> content_length, bool keep_alive) {
    kept_alive_ = keep_alive && terms_.keep_alive && !*terms_.draining;
    ResponseFraming framing;
    framing.content_length = content_length;
    framing.close = !kept_alive_;
    framing.announce_keep_alive = terms_.http_1_0;
    framing.date = wall_now();
    std::string head;
    constexpr std::size_t kTypicalHead = 512;
    head.reserve(kTypicalHead);
    append_response_head(head, status, headers, framing);
    status_ = status;
    head_bytes_ = head.size();
    state_ = State::broken; // until it is out
    return head;
}

Result<void> HttpExchange::conclude(Connection::ErrorCode error) {
    if (!error) {
        return {};
    }
    state_ = State::broken;
    const std::string peer =
        request_.remote_address + " port " + std::to_string(request_.remote_port);
    if (error == asio::error::timed_out) {
        return fail(ErrorCode::timeout, peer + " has taken nothing for too long");
    }
    if (error == asio::error::operation_aborted) {
        return fail(ErrorCode::cancelled, "the answer to " + peer + " was cancelled");
    }
    return fail(ErrorCode::network, "sending to " + peer + ": " + error.message());
}

asio::awaitable<Result<void>> HttpExchange::send(Response response) {
    if (auto open = ensure_open(); !open) {
        co_return open;
    }
    const std::size_t size = response.body ? response.body->size() : 0;
    const std::string head = make_head(response.status, response.headers, size, true);
    const bool with_body = size != 0 && !is_head() && !is_bodiless(response.status);
    const std::array<asio::const_buffer, 2> buffers = {
        asio::buffer(head), with_body ? asio::buffer(*response.body) : asio::const_buffer{}};
    const auto error = co_await connection_.write(buffers, terms_.write_timeout);
    if (!error) {
        state_ = State::answered;
    }
    co_return conclude(error);
}

asio::awaitable<Result<void>> HttpExchange::send_file(Response head, FileBody body) {
    if (auto open = ensure_open(); !open) {
        co_return open;
    }
    if (!body.descriptor) {
        co_return fail(ErrorCode::internal, "a file body without a file");
    }
    const std::string text = make_head(head.status, head.headers, body.length, true);
    const bool with_body = body.length != 0 && !is_head() && !is_bodiless(head.status);
    const std::array<asio::const_buffer, 1> buffers = {asio::buffer(text)};
    auto error = co_await connection_.write(buffers, terms_.write_timeout, with_body);
    if (!error && with_body) {
        error = co_await connection_.write_file(std::move(body), terms_.write_timeout);
        if (error == asio::error::eof) {
            state_ = State::broken;
            co_return fail(ErrorCode::io, "the file became shorter while it was being sent");
        }
        if (error == boost::system::errc::io_error) {
            state_ = State::broken;
            co_return fail(ErrorCode::io, "the file that is being sent cannot be read");
        }
    }
    if (!error) {
        state_ = State::answered;
    }
    co_return conclude(error);
}

asio::awaitable<Result<void>> HttpExchange::start_stream(int status, Headers headers) {
    if (auto open = ensure_open(); !open) {
        co_return open;
    }
    const std::string head = make_head(status, headers, std::nullopt, false);
    connection_.discard_input();
    const std::array<asio::const_buffer, 1> buffers = {asio::buffer(head)};
    const auto error = co_await connection_.write(buffers, terms_.write_timeout);
    if (!error) {
        state_ = is_head() ? State::answered : State::streaming;
    }
    co_return conclude(error);
}

asio::awaitable<Result<void>> HttpExchange::write(
    std::span<const asio::const_buffer> buffers, std::chrono::steady_clock::duration deadline) {
    if (state_ != State::streaming) {
        co_return state_ == State::broken
            ? conclude(asio::error::connection_reset)
            : fail(ErrorCode::internal, "request " + request_.id + " has no body to write");
    }
    const auto error = co_await connection_.write(buffers, deadline);
    co_return conclude(error);
}

void HttpExchange::on_disconnect(std::function<void()> callback) {
    connection_.watch(std::move(callback));
}

} // namespace plex_tuner::net
