// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// One connection of a TcpService, on its executor.
class TcpPeer {
public:
    virtual ~TcpPeer() = default;
    [[nodiscard]] virtual const std::string& remote_address() const noexcept = 0; ///< numeric
    /// Fills `bytes`; false: the peer closed, is too slow, or the service stopped.
    [[nodiscard]] virtual asio::awaitable<bool> read(
        std::span<std::uint8_t> bytes, std::chrono::milliseconds limit) = 0;
    [[nodiscard]] virtual asio::awaitable<bool> write(
        std::span<const std::uint8_t> bytes, std::chrono::milliseconds limit) = 0;
};

/// The connection is closed when the handler's coroutine ends.
using TcpHandler = std::function<asio::awaitable<void>(TcpPeer&)>;

struct TcpServiceOptions {
    std::string listen;               ///< as HttpServerOptions::listen
    std::size_t max_connections = 64; ///< more are closed at once
    std::size_t max_connections_per_client = 16;
};

/// Accepts TCP connections for a protocol of short messages. Everything, the handler too, runs on
/// one strand.
class TcpService {
public:
    [[nodiscard]] static Result<std::shared_ptr<TcpService>> open(
        const asio::any_io_executor& strand, TcpServiceOptions options, TcpHandler handler);
    virtual ~TcpService() = default;
    virtual void start() = 0; ///< once
    /// Closes all connections; their handlers end.
    virtual void stop() = 0;
};

} // namespace plex_tuner::net
