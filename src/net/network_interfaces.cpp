// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/network_interfaces.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plex_tuner::net {
namespace {

struct FreeAddresses {
    void operator()(ifaddrs* list) const noexcept { freeifaddrs(list); }
};

[[nodiscard]] std::optional<asio::ip::address> address_of(const sockaddr* from) {
    if (from == nullptr) {
        return std::nullopt;
    }
    if (from->sa_family == AF_INET) {
        sockaddr_in v4{};
        std::memcpy(&v4, from, sizeof v4);
        return asio::ip::address_v4(ntohl(v4.sin_addr.s_addr));
    }
    if (from->sa_family == AF_INET6) {
        sockaddr_in6 v6{};
        std::memcpy(&v6, from, sizeof v6);
        asio::ip::address_v6::bytes_type bytes{};
        std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
        return asio::ip::address_v6(bytes, v6.sin6_scope_id);
    }
    return std::nullopt;
}

} // namespace

asio::ip::address NetworkInterface::ipv4() const {
    const auto found = std::ranges::find_if(addresses, &asio::ip::address::is_v4);
    return found == addresses.end() ? asio::ip::address() : *found;
}

asio::ip::address NetworkInterface::ipv6() const {
    const auto found = std::ranges::find_if(addresses, [](const asio::ip::address& address) {
        return address.is_v6() && !address.to_v6().is_link_local();
    });
    return found == addresses.end() ? asio::ip::address() : *found;
}

std::vector<NetworkInterface> network_interfaces() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        return {};
    }
    const std::unique_ptr<ifaddrs, FreeAddresses> owner(list);
    std::vector<NetworkInterface> result;
    for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
        const auto address = address_of(entry->ifa_addr);
        const unsigned index = if_nametoindex(entry->ifa_name);
        if (!address || index == 0 || (entry->ifa_flags & IFF_UP) == 0) {
            continue;
        }
        auto known = std::ranges::find(result, index, &NetworkInterface::index);
        if (known == result.end()) {
            result.push_back({.index = index,
                .name = entry->ifa_name,
                .is_loopback = (entry->ifa_flags & IFF_LOOPBACK) != 0});
            known = std::prev(result.end());
        }
        known->addresses.push_back(*address);
    }
    return result;
}

struct NetworkWatch::Impl {
    explicit Impl(const asio::any_io_executor& executor, int descriptor)
        : socket(executor, descriptor) {}

    asio::posix::stream_descriptor socket;
};

NetworkWatch::NetworkWatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

NetworkWatch::~NetworkWatch() = default;

Result<std::unique_ptr<NetworkWatch>> NetworkWatch::open(const asio::any_io_executor& executor) {
    const int descriptor =
        socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);
    if (descriptor < 0) {
        return fail(Error::from_errno(errno, "watching the network interfaces"));
    }
    sockaddr_nl local{};
    local.nl_family = AF_NETLINK;
    local.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR;
    if (bind(descriptor, reinterpret_cast<const sockaddr*>(&local), sizeof local) != 0) {
        const int error = errno;
        close(descriptor);
        return fail(Error::from_errno(error, "watching the network interfaces"));
    }
    return std::unique_ptr<NetworkWatch>(
        new NetworkWatch(std::make_unique<Impl>(executor, descriptor)));
}

asio::awaitable<void> NetworkWatch::wait() {
    co_await impl_->socket.async_wait(
        asio::posix::stream_descriptor::wait_read, asio::as_tuple(asio::use_awaitable));
    // What changed is looked up afterwards; a full buffer (ENOBUFS) means much changed.
    std::array<char, 8192> ignored{};
    while (recv(impl_->socket.native_handle(), ignored.data(), ignored.size(), MSG_DONTWAIT) > 0) {
    }
}

void NetworkWatch::cancel() noexcept {
    boost::system::error_code ignored;
    impl_->socket.cancel(ignored);
}

} // namespace plex_tuner::net
