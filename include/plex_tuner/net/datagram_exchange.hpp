// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/exchange.hpp>

#include <bitset>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/ip/udp.hpp>

namespace plex_tuner::net {

/// A stream of TS packets that goes out as UDP datagrams of seven, with or without an RTP header
/// (RFC 2250), in place of an HTTP answer.
class DatagramExchange : public Exchange {
public:
    /// `client` asked for it: for the log.
    [[nodiscard]] static Result<std::unique_ptr<DatagramExchange>> open(
        const asio::any_io_executor& executor, const asio::ip::udp::endpoint& target, bool is_rtp,
        std::string client, std::string id);

    using Pids = std::bitset<0x2000>; ///< packet identifiers (ISO/IEC 13818-1 2.4.3.3)

    /// Only packets of these go out from now on; all at first. On executor().
    virtual void pass(const Pids& pids) = 0;
    /// As if the peer of an HTTP answer closed. On executor().
    virtual void stop() = 0;
    /// Whether it ended because nobody listens at the target, or it cannot be reached.
    [[nodiscard]] virtual bool target_gone() const noexcept = 0;
};

} // namespace plex_tuner::net
