// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/url.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_types.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

struct ReverseProxyOptions {
    std::string listen; ///< as HttpServerOptions::listen
    /// The one server behind it: http, with a path prefix perhaps, no query.
    Url upstream;
    std::size_t max_connections = 512; ///< of clients; each has one to the server
    /// A channel map of thousands of channels is one request line.
    std::size_t max_head_bytes = 320 * 1024;
    std::size_t max_rewritten_bytes = 4 * 1024 * 1024; ///< larger answers are not rewritten
    std::chrono::milliseconds header_timeout{15'000};  ///< from its first byte on
    std::chrono::milliseconds idle_timeout{75'000};    ///< a client's connection without request
    std::chrono::milliseconds connect_timeout{10'000};

    explicit ReverseProxyOptions(Url u) : upstream(std::move(u)) {}
};

/// Which answers are changed, and how. Both run on the io threads, several at once; neither throws.
struct AnswerRewriter {
    /// Whether the answer to a GET of this path, percent-decoded, may be changed.
    std::function<bool(std::string_view path)> wants;
    /// The new body for an answer of status 200, not compressed; none: the answer stays as it is.
    std::function<std::optional<std::string>(
        std::string_view path, const Headers& headers, std::string_view body)>
        rewrite;
};

/// A proxy in front of one HTTP server. Bodies pass in both directions as they come, byte for byte
/// and no faster than the slower side takes them; connections that become something else (web
/// sockets) pass as bytes. Each client has a connection of its own to the server. The answers that
/// the rewriter wants are read whole; what cannot be rewritten passes unchanged.
///
/// A server that cannot be reached is a 502 with the reason; one that breaks off in an answer
/// resets the client's connection, so that nobody takes a part for the whole. Thread-safe. Destroy
/// it before the io_context, whose threads must have SIGPIPE blocked or ignored.
class ReverseProxy {
public:
    /// Errors as HttpServer::bind; invalid_argument also for a server that is not http.
    [[nodiscard]] static Result<std::unique_ptr<ReverseProxy>> bind(asio::io_context& io,
        ReverseProxyOptions options, AnswerRewriter rewriter, const log::Logger& logger);

    virtual ~ReverseProxy() = default; ///< closes what is open
    virtual void start() = 0;          ///< once
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    /// Accepts nobody any more, closes what is idle and what is no exchange of messages, lets the
    /// rest go on for `grace`, and closes that then. Call once.
    [[nodiscard]] virtual asio::awaitable<void> stop(std::chrono::steady_clock::duration grace) = 0;
};

} // namespace plex_tuner::net
