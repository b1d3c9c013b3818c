// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "announced_url.hpp"

#include <plex_tuner/hdhr/ssdp.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/answer_limit.hpp>
#include <plex_tuner/net/datagram_port.hpp>

#include <memory>
#include <random>
#include <set>
#include <string_view>

#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// Announces the tuner by SSDP on every network, and answers searches. Lives on one strand.
class SsdpResponder : public std::enable_shared_from_this<SsdpResponder> {
public:
    SsdpResponder(const asio::any_io_executor& strand, hdhr::Device device,
        std::string_view version, AnnouncedUrl announced, log::Logger logger);

    void start();
    void interfaces_changed();
    void stop(); ///< says good-bye

private:
    using Timer = std::shared_ptr<asio::steady_timer>;

    [[nodiscard]] static asio::awaitable<void> serve(std::shared_ptr<SsdpResponder> self);
    [[nodiscard]] static asio::awaitable<void> repeat(std::shared_ptr<SsdpResponder> self);
    void answer(const net::ReceivedDatagram& datagram);
    void send_replies(const net::ReceivedDatagram& to, const hdhr::SsdpSearch& search);
    void notify(bool is_alive);
    [[nodiscard]] std::string location(const asio::ip::address& ours) const;

    asio::any_io_executor strand_;
    hdhr::Device device_;
    hdhr::SsdpMessages messages_;
    AnnouncedUrl announced_;
    log::Logger logger_;
    asio::steady_timer next_alive_;
    net::AnswerLimit limit_;
    std::minstd_rand random_;
    std::set<Timer> delayed_; ///< replies that wait
    bool stopped_ = false;
    std::unique_ptr<net::DatagramPort> port_; ///< null: it cannot be had
};

} // namespace plex_tuner::engine
