// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_server.hpp>

#include <memory>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace plex_tuner::demo {

namespace asio = boost::asio;

/// An IPTV provider inside the process: three channels that the program makes itself, served over
/// loopback HTTP as a playlist (/playlist.m3u), a guide (/guide.xml) and endless TS paced in real
/// time with continuous timestamps and counters (/channel/<n>.ts). The rest of the program sees
/// nothing but URLs. All viewers see the same picture at the same time.
///
/// Clips are encoded from the start on, on a thread of their own; a viewer who comes earlier waits
/// for his, and gets 503 with the reason when it cannot be made. Thread-safe.
class DemoProvider {
public:
    /// Listens on a free port of 127.0.0.1 and serves at once. `io` must outlive the provider.
    [[nodiscard]] static Result<std::unique_ptr<DemoProvider>> start(
        asio::io_context& io, std::shared_ptr<const Clock> clock, log::Logger logger);

    /// Only after stop() has returned. Waits for a clip in the making, below a second.
    virtual ~DemoProvider() = default;

    [[nodiscard]] virtual std::string playlist_url() const = 0;
    [[nodiscard]] virtual std::string guide_url() const = 0;

    /// Ends the streams and the server, within about a second. Call once.
    [[nodiscard]] virtual asio::awaitable<void> stop() = 0;
};

} // namespace plex_tuner::demo
