// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/exchange.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>

namespace plex_tuner::net {

/// HTTP/1.1 server (RFC 9112) with keep-alive. Every limit is named here; exceeding one is answered
/// where HTTP has an answer (408, 413, 414, 431, 503) and then the connection is closed.
struct HttpServerOptions {
    /// "host:port", ":port" (all interfaces, IPv4 and IPv6 where there is IPv6), "[::1]:port".
    /// Port 0 takes a free one; see HttpServer::port().
    std::string listen = ":5004";
    /// A second address, for which the same limits hold; empty: none. Where it cannot be had, a
    /// warning says so and the server does without.
    std::string second_listen = {};
    std::size_t max_connections = 1024;
    /// Plex writes a channel map of several hundred channels into one request line.
    std::size_t max_request_line = 128 * 1024;
    std::size_t max_header_bytes = 192 * 1024; ///< request line included
    std::size_t max_body_bytes = 64 * 1024;    ///< request bodies carry nothing we need
    /// From the first byte to the end of the header, and again for a request body.
    std::chrono::milliseconds header_timeout{15'000};
    std::chrono::milliseconds idle_timeout{60'000}; ///< keep-alive without a request
    std::chrono::milliseconds write_timeout{
        30'000}; ///< no progress while sending a complete answer
    /// The longest deadline that handlers give to Exchange::write; the kernel's patience with a
    /// peer that takes nothing is made to outlast it.
    std::chrono::milliseconds longest_write_deadline{0};
    /// Of the file descriptors the process may open, those that others need; max_connections gives
    /// way, with a warning, but not below half of what is there.
    std::size_t reserved_descriptors = 64;
    /// Of Request::id. A second server in the process takes another one.
    std::string request_id_prefix = "r";
};

struct HttpServerCounters {
    std::atomic<std::uint64_t> connections_accepted{0};
    std::atomic<std::uint64_t> connections_refused{0};
    std::atomic<std::uint64_t> accept_failures{0}; ///< no descriptor, no memory
    std::atomic<std::int64_t> connections_open{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> bad_requests{0};
    std::atomic<std::uint64_t> bytes_sent{0};
};

/// Binds in the factory, so that a taken port is known before anything else starts; serves after
/// start(). Each connection runs on its own strand of the io_context. Thread-safe.
///
/// The object must be destroyed before the io_context. Destroying it without stop() closes every
/// connection at once; handlers may then still run for a moment, so stop() first. The threads that
/// run the context must have SIGPIPE blocked or ignored (IoRuntime does that).
class HttpServer {
public:
    /// invalid_argument for a bad address, unavailable for a taken port, io otherwise: one sentence
    /// that names the address and the remedy.
    [[nodiscard]] static Result<std::unique_ptr<HttpServer>> bind(
        asio::io_context& io, HttpServerOptions options, Handler handler, log::Logger logger);

    virtual ~HttpServer() = default;
    virtual void start() = 0; ///< once
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;
    [[nodiscard]] virtual const HttpServerCounters& counters() const noexcept = 0;
    /// Stops accepting and closes connections without an open exchange; waits until open exchanges
    /// ended or `grace` passed, then resets what is left, cancels its handlers (their pending
    /// operation throws operation_aborted) and waits a moment for them to end. Call once.
    [[nodiscard]] virtual asio::awaitable<void> stop(std::chrono::steady_clock::duration grace) = 0;
};

} // namespace plex_tuner::net
