// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/net/http_types.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <span>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// Part of a file as a body: [offset, offset + length) of an open descriptor that the answer keeps
/// alive, so that a file replaced meanwhile is still sent whole.
struct FileBody {
    std::shared_ptr<const int> descriptor;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

/// One request and its answer. A handler answers exactly once: send, send_file, or start_stream
/// followed by writes. Everything runs on the connection's strand (executor()); the object lives
/// until the handler's coroutine ends.
class Exchange {
public:
    virtual ~Exchange() = default;

    [[nodiscard]] virtual const Request& request() const noexcept = 0;
    [[nodiscard]] virtual asio::any_io_executor executor() = 0;

    [[nodiscard]] virtual asio::awaitable<Result<void>> send(Response response) = 0;

    /// `head` carries status and headers; Content-Length comes from the body.
    [[nodiscard]] virtual asio::awaitable<Result<void>> send_file(Response head, FileBody body) = 0;

    /// Sends status line and headers of an endless body (no Content-Length, Connection: close).
    /// For HEAD nothing may be written afterwards.
    [[nodiscard]] virtual asio::awaitable<Result<void>> start_stream(int status, Headers headers) = 0;

    /// Writes all buffers. A peer that takes nothing for `deadline` is disconnected: timeout.
    [[nodiscard]] virtual asio::awaitable<Result<void>> write(
        std::span<const asio::const_buffer> buffers, std::chrono::steady_clock::duration deadline) = 0;

    /// `callback` runs once, on executor(), as soon as the peer closes or resets the connection
    /// while this exchange is open, also when nothing is being written. It replaces an earlier
    /// one; an empty function removes it.
    virtual void on_disconnect(std::function<void()> callback) = 0;

    /// True once a status line has been handed to the socket.
    [[nodiscard]] virtual bool started() const noexcept = 0;
};

using Handler = std::function<asio::awaitable<void>(Exchange&)>;

} // namespace plex_tuner::net
