// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace plex_tuner::net {

/// HTTP/1.1 server (RFC 9112) with keep-alive. Every limit is named here; exceeding one is answered
/// where HTTP has an answer (408, 413, 414, 431, 503) and then the connection is closed.
struct HttpServerOptions {
    /// "host:port", ":port" (all interfaces, IPv4 and IPv6 where there is IPv6), "[::1]:port".
    /// Port 0 takes a free one; see HttpServer::port().
    std::string listen = ":5004";
    std::size_t max_connections = 1024;
    /// Plex writes a channel map of several hundred channels into one request line.
    std::size_t max_request_line = 128 * 1024;
    std::size_t max_header_bytes = 192 * 1024; ///< request line included
    std::size_t max_body_bytes = 64 * 1024;    ///< request bodies carry nothing we need
    std::chrono::seconds header_timeout{15};   ///< from the first byte to the end of the header
    std::chrono::seconds idle_timeout{60};     ///< keep-alive without a request
    std::chrono::seconds write_timeout{30};    ///< no progress while sending a complete answer
};

struct HttpServerCounters {
    std::atomic<std::uint64_t> connections_accepted{0};
    std::atomic<std::uint64_t> connections_refused{0};
    std::atomic<std::int64_t> connections_open{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> bad_requests{0};
    std::atomic<std::uint64_t> bytes_sent{0};
};

/// Binds in the factory, so that a taken port is known before anything else starts; serves after
/// start(). Each connection runs on its own strand of the io_context. Thread-safe.
class HttpServer {
public:
    /// Port taken, bad address, no permission: one sentence that names the address and the remedy.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> bind(
        asio::io_context& io, HttpServerOptions options, Handler handler, log::Logger logger);

    virtual ~HttpServer() = default;
    virtual void start() = 0;
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    [[nodiscard]] virtual const HttpServerCounters& counters() const noexcept = 0;
    /// Stops accepting and closes idle connections; waits until open exchanges ended or `grace`
    /// passed, then closes what is left. Call once.
    [[nodiscard]] virtual asio::awaitable<void> stop(std::chrono::steady_clock::duration grace) = 0;
};

} // namespace plex_tuner::net
