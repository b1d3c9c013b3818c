// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <cstddef>
#include <map>

#include <boost/asio/ip/address.hpp>

namespace plex_tuner::net {

/// How many datagrams are answered: a flood, or one in the name of a victim, costs us and others
/// little. Counted in whole seconds, by sender and together.
class AnswerLimit {
public:
    static constexpr std::size_t kPerSender = 20; ///< a client that searches sends two to four
    static constexpr std::size_t kTogether = 200;

    /// Whether one more answer to `sender` may go out; counts it.
    [[nodiscard]] bool allow(const boost::asio::ip::address& sender, SteadyTime now);

private:
    SteadyTime begin_{};
    std::size_t together_ = 0;
    std::map<boost::asio::ip::address, std::size_t> by_sender_;
};

} // namespace plex_tuner::net
