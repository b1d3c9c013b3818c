// SPDX-License-Identifier: GPL-3.0-or-later
#include "announced_url.hpp"

#include <plex_tuner/engine/addresses.hpp>

#include <utility>

namespace plex_tuner::engine {

namespace {

/// Of "host:port", without brackets; empty for all interfaces.
[[nodiscard]] std::string host_of(const std::string& listen) {
    std::string host = listen.substr(0, listen.rfind(':'));
    if (host.size() > 1 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    }
    return host == "*" || host == "0.0.0.0" || host == "::" ? std::string() : host;
}

} // namespace

AnnouncedUrl::AnnouncedUrl(std::string configured, const std::string& listen, std::uint16_t port)
    : configured_(std::move(configured)), host_(host_of(listen)), port_(port) {
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
