// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "announced_url.hpp"

#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/answer_limit.hpp>
#include <plex_tuner/net/datagram_port.hpp>

#include <cstdint>
#include <memory>
#include <vector>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// Answers HDHomeRun discovery on UDP, IPv4 and IPv6. Lives on one strand.
class DiscoveryResponder : public std::enable_shared_from_this<DiscoveryResponder> {
public:
    /// A port that is taken is said in the log, and then nothing is answered.
    DiscoveryResponder(const asio::any_io_executor& strand, std::uint16_t port, hdhr::Device device,
        AnnouncedUrl announced, log::Logger logger);

    void start();
    void interfaces_changed();
    void stop();

private:
    [[nodiscard]] static asio::awaitable<void> serve(
        std::shared_ptr<DiscoveryResponder> self, net::DatagramPort& port);
    void answer(net::DatagramPort& port, const net::ReceivedDatagram& request);

    asio::any_io_executor strand_;
    hdhr::Device device_;
    AnnouncedUrl announced_;
    log::Logger logger_;
    net::AnswerLimit limit_;
    std::vector<std::unique_ptr<net::DatagramPort>> ports_;
};

} // namespace plex_tuner::engine
