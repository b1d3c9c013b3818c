// SPDX-License-Identifier: GPL-3.0-or-later
#include "announced_url.hpp"

#include <plex_tuner/engine/addresses.hpp>

#include <utility>

namespace plex_tuner::engine {

AnnouncedUrl::AnnouncedUrl(std::string configured, const std::string& listen, std::uint16_t port)
    : configured_(std::move(configured)), host_(listen_host(listen)), port_(port) {
    if (configured_.ends_with('/')) {
        configured_.pop_back();
    }
}

std::string AnnouncedUrl::at(const boost::asio::ip::address& ours) const {
    const bool listens_there =
        host_.empty() || (host_ == "localhost" ? ours.is_loopback() : ours.to_string() == host_);
    if (ours.is_unspecified() || !listens_there) {
        return {};
    }
    return configured_.empty() ? http_url(ours.to_string(), port_) : configured_;
}

} // namespace plex_tuner::engine
