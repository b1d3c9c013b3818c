// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/net/http_types.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <span>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// Part of a file as a body: [offset, offset + length) of an open descriptor that the answer keeps
/// alive, so that a file replaced meanwhile is still sent whole.
struct FileBody {
    std::shared_ptr<const int> descriptor; ///< closes it when the last holder lets go
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    WallTime modified{}; ///< of the file when it was opened
};

/// The whole of a regular file as it is now; not_found, io, or unsupported for anything else.
[[nodiscard]] Result<FileBody> open_file_body(const std::filesystem::path& path);

/// One request and its answer. A handler answers exactly once: send, send_file, or start_stream
/// followed by writes; a second answer is an internal error. Everything runs on the connection's
/// strand (executor()); the object lives until the handler's coroutine ends. One call at a time.
///
/// Errors: network when the peer is gone, timeout when it took nothing for too long, internal for
/// misuse. After an error the connection is finished; the handler has nothing left to do but end.
class Exchange {
public:
    virtual ~Exchange() = default;

    [[nodiscard]] virtual const Request& request() const noexcept = 0;
    [[nodiscard]] virtual asio::any_io_executor executor() = 0;

    /// A complete answer; the body is not copied.
    [[nodiscard]] virtual asio::awaitable<Result<void>> send(Response response) = 0;

    /// `head` carries status and headers; Content-Length comes from the body.
    [[nodiscard]] virtual asio::awaitable<Result<void>> send_file(Response head, FileBody body) = 0;

    /// Sends status line and headers of an endless body (no Content-Length, Connection: close).
    /// For HEAD nothing may be written afterwards. What the peer still sends is thrown away.
    [[nodiscard]] virtual asio::awaitable<Result<void>> start_stream(
        int status, Headers headers) = 0;

    /// Writes all buffers; they must stay valid until it returns. A peer that takes nothing for
    /// `deadline` is disconnected: timeout. A peer that closes meanwhile ends it at once: network.
    [[nodiscard]] virtual asio::awaitable<Result<void>> write(
        std::span<const asio::const_buffer> buffers,
        std::chrono::steady_clock::duration deadline) = 0;

    /// `callback` runs once, on executor(), as soon as the peer closes, half-closes or resets the
    /// connection while this exchange is open, also when nothing is being written, and when the
    /// server closes it (write deadline, end of HttpServer::stop's grace). It replaces an earlier
    /// one; an empty function removes it. It is never called after the handler's coroutine ended.
    virtual void on_disconnect(std::function<void()> callback) = 0;

    /// True once a status line has been handed to the socket.
    [[nodiscard]] virtual bool started() const noexcept = 0;
};

/// Called on many strands at once: what it captures must bear that. An exception that leaves it is
/// logged and answered with 500 while nothing has been sent; later it breaks the connection.
using Handler = std::function<asio::awaitable<void>(Exchange&)>;

} // namespace plex_tuner::net
