// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/datagram_port.hpp>
#include <plex_tuner/net/network_interfaces.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <netinet/in.h>
#include <sys/socket.h>

namespace plex_tuner::net {
namespace {

using asio::ip::udp;

/// As far as groups are sent: the network at hand (UPnP Device Architecture 1.1, 1.1).
constexpr int kGroupHops = 2;

/// Room for one packet information of either family.
using Control = std::array<std::byte, CMSG_SPACE(sizeof(in6_pktinfo))>;

[[nodiscard]] asio::ip::address address_of(const in6_addr& address) {
    asio::ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), &address, bytes.size());
    return asio::ip::address_v6(bytes);
}

[[nodiscard]] bool set(udp::socket& socket, int level, int option, int value) {
    return setsockopt(socket.native_handle(), level, option, &value, sizeof value) == 0;
}

/// Where a client on that interface reaches us.
[[nodiscard]] asio::ip::address address_on(unsigned interface) {
    for (const NetworkInterface& one : network_interfaces()) {
        if (one.index == interface) {
            const asio::ip::address ipv6 = one.ipv6();
            return ipv6.is_unspecified() ? one.ipv4() : ipv6;
        }
    }
    return {};
}

/// Of a message that carries packet information.
void read_arrival(msghdr& message, ReceivedDatagram& received) {
    for (cmsghdr* head = CMSG_FIRSTHDR(&message); head != nullptr;
        head = CMSG_NXTHDR(&message, head)) {
        if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_PKTINFO) {
            in_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(head), sizeof info);
            // The kernel knows the address of ours that is nearest to the sender.
            received.our_address = asio::ip::address_v4(ntohl(info.ipi_spec_dst.s_addr));
            received.is_unicast = info.ipi_spec_dst.s_addr == info.ipi_addr.s_addr;
            received.interface = static_cast<unsigned>(info.ipi_ifindex);
        } else if (head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_PKTINFO) {
            in6_pktinfo info{};
            std::memcpy(&info, CMSG_DATA(head), sizeof info);
            received.interface = info.ipi6_ifindex;
            received.our_address = address_of(info.ipi6_addr);
            received.is_unicast = !received.our_address.is_multicast();
            if (!received.is_unicast || received.our_address.to_v6().is_link_local()) {
                received.our_address = address_on(received.interface);
            }
        }
    }
}

/// From where, and by which interface, a message goes out.
void write_origin(msghdr& message, Control& control, bool ipv6, unsigned interface,
    const asio::ip::address& source) {
    control = {};
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* head = CMSG_FIRSTHDR(&message);
    if (ipv6) {
        in6_pktinfo info{};
        info.ipi6_ifindex = interface;
        if (source.is_v6()) {
            const auto bytes = source.to_v6().to_bytes();
            std::memcpy(&info.ipi6_addr, bytes.data(), bytes.size());
        }
        head->cmsg_level = IPPROTO_IPV6;
        head->cmsg_type = IPV6_PKTINFO;
        head->cmsg_len = CMSG_LEN(sizeof info);
        std::memcpy(CMSG_DATA(head), &info, sizeof info);
        message.msg_controllen = CMSG_SPACE(sizeof info);
        return;
    }
    in_pktinfo info{};
    info.ipi_ifindex = static_cast<int>(interface);
    if (source.is_v4()) {
        info.ipi_spec_dst.s_addr = htonl(source.to_v4().to_uint());
    }
    head->cmsg_level = IPPROTO_IP;
    head->cmsg_type = IP_PKTINFO;
    head->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(head), &info, sizeof info);
    message.msg_controllen = CMSG_SPACE(sizeof info);
}

} // namespace

struct DatagramPort::Impl {
    Impl(const asio::any_io_executor& executor, DatagramPortOptions wanted)
        : socket(executor), options(std::move(wanted)),
          bytes(std::make_unique_for_overwrite<std::uint8_t[]>(kMaxBatch * kMaxDatagram)) {}

    void send(const udp::endpoint& to, unsigned interface, const asio::ip::address& source,
        std::span<const std::uint8_t> datagram) {
        udp::endpoint target = to;
        // sendmsg(2) reads it only.
        iovec part{const_cast<std::uint8_t*>(datagram.data()), datagram.size()};
        msghdr message{};
        message.msg_name = target.data();
        message.msg_namelen = static_cast<socklen_t>(target.size());
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        alignas(cmsghdr) Control control{};
        write_origin(message, control, options.ipv6, interface, source);
        (void)sendmsg(socket.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    udp::socket socket;
    DatagramPortOptions options;
    std::unique_ptr<std::uint8_t[]> bytes;
    bool cancelled = false;
    std::vector<ReceivedDatagram> received;
};

DatagramPort::DatagramPort(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DatagramPort::~DatagramPort() = default;

Result<std::unique_ptr<DatagramPort>> DatagramPort::open(
    const asio::any_io_executor& executor, DatagramPortOptions options) {
    auto impl = std::make_unique<Impl>(executor, std::move(options));
    udp::socket& socket = impl->socket;
    const bool ipv6 = impl->options.ipv6;
    const udp::endpoint local(ipv6 ? udp::v6() : udp::v4(), impl->options.port);
    boost::system::error_code error;
    socket.open(local.protocol(), error);
    if (error) {
        return fail(ErrorCode::unsupported,
            "this machine has no " + std::string(ipv6 ? "IPv6" : "IPv4") + ": " + error.message());
    }
    bool set_up = ipv6 ? set(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
                             set(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1)
                       : set(socket, IPPROTO_IP, IP_PKTINFO, 1);
    if (impl->options.is_shared) {
        set_up = set_up && set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
    }
    if (impl->options.may_broadcast) {
        set_up = set_up && set(socket, SOL_SOCKET, SO_BROADCAST, 1);
    }
    if (!set_up) {
        return fail(Error::from_errno(errno, "setting up a UDP socket"));
    }
    // Otherwise it hears groups that others joined. Old kernels do.
    (void)set(
        socket, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP, ipv6 ? IPV6_MULTICAST_ALL : IP_MULTICAST_ALL, 0);
    (void)set(socket, ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
        ipv6 ? IPV6_MULTICAST_HOPS : IP_MULTICAST_TTL, kGroupHops);
    socket.bind(local, error);
    if (error) {
        if (error == asio::error::address_in_use) {
            return fail(ErrorCode::unavailable,
                "another program has UDP port " + std::to_string(impl->options.port));
        }
        return fail(Error::from_errno(
            error.value(), "listening at UDP port " + std::to_string(impl->options.port)));
    }
    std::unique_ptr<DatagramPort> port(new DatagramPort(std::move(impl)));
    port->join();
    return port;
}

void DatagramPort::join() {
    if (impl_->options.groups.empty()) {
        return;
    }
    const bool ipv6 = impl_->options.ipv6;
    for (const NetworkInterface& one : network_interfaces()) {
        for (const asio::ip::address& group : impl_->options.groups) {
            group_req request{};
            request.gr_interface = one.index;
            const udp::endpoint endpoint(group, 0);
            std::memcpy(&request.gr_group, endpoint.data(), endpoint.size());
            // It fails where the group is joined already, and on interfaces without multicast.
            (void)setsockopt(impl_->socket.native_handle(), ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                MCAST_JOIN_GROUP, &request, sizeof request);
        }
    }
}

asio::awaitable<bool> DatagramPort::wait() {
    if (!impl_->cancelled) {
        co_await impl_->socket.async_wait(
            udp::socket::wait_read, asio::as_tuple(asio::use_awaitable));
    }
    co_return !impl_->cancelled;
}

void DatagramPort::cancel() noexcept {
    impl_->cancelled = true;
    boost::system::error_code ignored;
    impl_->socket.cancel(ignored);
}

std::span<const ReceivedDatagram> DatagramPort::receive() {
    impl_->received.clear();
    for (std::size_t i = 0; i < kMaxBatch; ++i) {
        std::uint8_t* const place = impl_->bytes.get() + i * kMaxDatagram;
        ReceivedDatagram datagram;
        iovec part{place, kMaxDatagram};
        alignas(cmsghdr) Control control{};
        msghdr message{};
        message.msg_name = datagram.from.data();
        message.msg_namelen = static_cast<socklen_t>(datagram.from.capacity());
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t size = recvmsg(impl_->socket.native_handle(), &message, MSG_DONTWAIT);
        if (size < 0) {
            break;
        }
        if ((message.msg_flags & MSG_TRUNC) != 0) {
            continue;
        }
        datagram.from.resize(message.msg_namelen);
        datagram.bytes = {place, static_cast<std::size_t>(size)};
        read_arrival(message, datagram);
        impl_->received.push_back(datagram);
    }
    return impl_->received;
}

void DatagramPort::reply(const ReceivedDatagram& received, std::span<const std::uint8_t> bytes) {
    // To who sent to an address of ours the routes lead; to others the interface they came in on.
    const bool source_known =
        received.is_unicast && received.our_address.is_v6() == impl_->options.ipv6;
    impl_->send(received.from, received.is_unicast ? 0 : received.interface,
        source_known || !impl_->options.ipv6 ? received.our_address : asio::ip::address(), bytes);
}

void DatagramPort::send_to_group(
    unsigned interface, const asio::ip::address& group, std::span<const std::uint8_t> bytes) {
    impl_->send({group, impl_->options.port}, interface, asio::ip::address(), bytes);
}

void DatagramPort::send(
    unsigned interface, const udp::endpoint& to, std::span<const std::uint8_t> bytes) {
    impl_->send(to, interface, asio::ip::address(), bytes);
}

} // namespace plex_tuner::net
