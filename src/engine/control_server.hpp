// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "native_tuners.hpp"

#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/hdhr/control_point.hpp>
#include <plex_tuner/net/datagram_port.hpp>
#include <plex_tuner/net/tcp_service.hpp>

#include <memory>
#include <vector>

#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

/// What the tuners do and who has them; the HDHomeRun control protocol on TCP, where it is wanted,
/// and the keep-alives of those who receive a stream. Lives on one strand.
class ControlServer : public std::enable_shared_from_this<ControlServer> {
public:
    /// A port that is taken is said in the log, and then nothing is served.
    ControlServer(const asio::any_io_executor& strand, const ServiceOptions& options,
        std::shared_ptr<NativeTuners> tuners, log::Logger logger);

    void start();
    void stop();

    [[nodiscard]] std::vector<hdhr::TunerState> tuners() const { return point_.states(); }

private:
    void listen(const ServiceOptions& options);
    [[nodiscard]] asio::awaitable<void> serve(net::TcpPeer& peer);
    [[nodiscard]] static asio::awaitable<void> hear_keep_alives(
        std::shared_ptr<ControlServer> self);
    [[nodiscard]] static asio::awaitable<void> expire(std::shared_ptr<ControlServer> self);

    asio::any_io_executor strand_;
    std::shared_ptr<NativeTuners> tuners_;
    hdhr::ControlPoint point_;
    log::Logger logger_;
    asio::steady_timer second_;
    bool stopped_ = false;
    std::shared_ptr<net::TcpService> service_;       ///< null: not wanted, or the port is taken
    std::unique_ptr<net::DatagramPort> keep_alives_; ///< null: likewise
};

} // namespace plex_tuner::engine
