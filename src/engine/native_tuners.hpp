// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "publication.hpp"

#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/hdhr/tuner_host.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/datagram_exchange.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// The gateway's tuners as the HDHomeRun control protocol sees them. Lives on one strand.
class NativeTuners : public hdhr::TunerHost, public std::enable_shared_from_this<NativeTuners> {
public:
    /// A stream ended by itself; `is_target_gone`: nobody listens at its target.
    using Ended = std::function<void(int tuner, bool is_target_gone)>;

    NativeTuners(const asio::any_io_executor& strand, const Publication& publication,
        gateway::Gateway& gateway, int tuners, log::Logger logger);

    void on_ended(Ended callback) { ended_ = std::move(callback); }

    void stop_all();

    [[nodiscard]] std::optional<hdhr::ChannelName> find_channel(
        std::string_view number) const override;
    [[nodiscard]] std::size_t channel_count() const override;
    [[nodiscard]] std::optional<hdhr::ChannelName> channel_at(std::size_t index) const override;
    [[nodiscard]] hdhr::TunerActivity activity(int tuner) const override;

    [[nodiscard]] bool reserve(int tuner) override { return gateway_.reserve(tuner); }

    void release(int tuner) override { gateway_.end_reservation(tuner); }

    void end_viewers(int tuner) override { gateway_.vacate(tuner); }

    void play(int tuner, const std::string& number, const hdhr::StreamTarget& target) override;
    void stop(int tuner) override;
    void filter(int tuner, const hdhr::PidFilter& wanted) override;

private:
    struct Stream {
        std::string number; ///< of the channel
        std::unique_ptr<net::DatagramExchange> exchange;
    };

    [[nodiscard]] static asio::awaitable<void> run(std::shared_ptr<NativeTuners> self, int tuner,
        std::shared_ptr<Stream> stream, gateway::StreamRequest request);
    void tell_ended(int tuner, bool is_target_gone);

    asio::any_io_executor strand_;
    const Publication& publication_;
    gateway::Gateway& gateway_;
    log::Logger logger_;
    Ended ended_;
    std::uint64_t next_id_ = 1;
    std::vector<std::shared_ptr<Stream>> streams_; ///< by tuner; null: none
    std::vector<hdhr::PidFilter> filters_;         ///< by tuner
};

} // namespace plex_tuner::engine
