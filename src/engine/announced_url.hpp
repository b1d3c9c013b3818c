// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>

#include <boost/asio/ip/address.hpp>

namespace plex_tuner::engine {

/// The base URL that discovery tells.
class AnnouncedUrl {
public:
    /// Old clients have no room for longer ones, and take them for none.
    static constexpr std::size_t kLongest = 28;

    /// `configured` counts for everybody, unless it is empty; `listen` is where the HTTP server
    /// was told to listen, `port` where it does.
    AnnouncedUrl(std::string configured, const std::string& listen, std::uint16_t port);

    /// For a client that reaches us at `ours`. Empty: the HTTP server does not listen there.
    [[nodiscard]] std::string at(const boost::asio::ip::address& ours) const;

private:
    std::string configured_;
    std::string host_; ///< empty: all
    std::uint16_t port_;
};

} // namespace plex_tuner::engine
