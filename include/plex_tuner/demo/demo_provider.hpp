// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_server.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace plex_tuner::demo {

namespace asio = boost::asio;

/// An IPTV provider inside the process: three channels that the program makes itself, served over
/// loopback HTTP as a playlist (/playlist.m3u), a guide (/guide.xml) and endless TS paced in real time
/// with continuous timestamps and counters (/channel/<n>.ts). The rest of the program sees nothing
/// but URLs. Clips are encoded on first use, on a thread of its own.
class DemoProvider {
public:
    [[nodiscard]] static Result<std::unique_ptr<DemoProvider>> start(
        asio::io_context& io, std::shared_ptr<const Clock> clock, log::Logger logger);
    virtual ~DemoProvider() = default;

    [[nodiscard]] virtual std::string playlist_url() const = 0;
    [[nodiscard]] virtual std::string guide_url() const = 0;
    [[nodiscard]] virtual asio::awaitable<void> stop() = 0;
};

} // namespace plex_tuner::demo
