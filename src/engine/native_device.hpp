// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "control_server.hpp"
#include "discovery_responder.hpp"
#include "publication.hpp"
#include "ssdp_responder.hpp"

#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/net/network_interfaces.hpp>

#include <memory>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::engine {

/// The tuner as an HDHomeRun on the network: what finds and controls it besides HTTP. Everything
/// of it runs on one strand. What cannot be had (a port, for one) is said in the log and the rest
/// goes on.
class NativeDevice {
public:
    /// `http_port` is where the HTTP server listens.
    NativeDevice(asio::io_context& io, const ServiceOptions& options,
        const Publication& publication, gateway::Gateway& gateway, std::uint16_t http_port,
        log::Logger logger);

    void start();
    [[nodiscard]] asio::awaitable<void> stop();

    /// What the tuners do, whoever uses them. On any executor.
    [[nodiscard]] asio::awaitable<std::vector<hdhr::TunerState>> tuners() const;

private:
    [[nodiscard]] asio::awaitable<void> watch_network();

    asio::strand<asio::io_context::executor_type> strand_;
    log::Logger logger_;
    bool stopping_ = false;
    std::unique_ptr<net::NetworkWatch> network_;    ///< null: new interfaces are not seen
    std::shared_ptr<DiscoveryResponder> discovery_; ///< null: not wanted
    std::shared_ptr<ControlServer> control_;
    std::shared_ptr<SsdpResponder> ssdp_; ///< null: not wanted
};

} // namespace plex_tuner::engine
