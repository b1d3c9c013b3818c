// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/datagram_receiver.hpp>
#include <plex_tuner/net/network_interfaces.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace plex_tuner::net {
namespace {

using asio::ip::udp;

/// Whatever interface an IPv6 address is told for.
[[nodiscard]] bool is_same(const asio::ip::address& a, const asio::ip::address& b) {
    return a.is_v6() && b.is_v6() ? a.to_v6().to_bytes() == b.to_v6().to_bytes() : a == b;
}

/// 0 for an empty name: the kernel chooses.
[[nodiscard]] Result<unsigned> interface_index(const std::string& name) {
    if (name.empty()) {
        return 0U;
    }
    boost::system::error_code no_address;
    const auto wanted = asio::ip::make_address(name, no_address);
    if (no_address) {
        const unsigned index = if_nametoindex(name.c_str());
        return index != 0 ? Result<unsigned>(index)
                          : fail(ErrorCode::not_found, "there is no network interface " + name);
    }
    for (const NetworkInterface& one : network_interfaces()) {
        if (std::ranges::any_of(one.addresses,
                [&](const asio::ip::address& address) { return is_same(address, wanted); })) {
            return one.index;
        }
    }
    return fail(ErrorCode::not_found, "no network interface has the address " + name);
}

[[nodiscard]] sockaddr_storage storage_of(const asio::ip::address& address) {
    const udp::endpoint endpoint(address, 0);
    sockaddr_storage storage{};
    std::memcpy(&storage, endpoint.data(), endpoint.size());
    return storage;
}

template <class Value>
[[nodiscard]] Result<void> set(
    udp::socket& socket, int level, int option, const Value& value, std::string_view what) {
    if (setsockopt(socket.native_handle(), level, option, &value, sizeof value) != 0) {
        return fail(Error::from_errno(errno, what));
    }
    return {};
}

/// RFC 3678 section 5: the same calls for IPv4 and IPv6.
[[nodiscard]] Result<void> join(udp::socket& socket, const DatagramAddress& address) {
    const auto index = interface_index(address.interface);
    if (!index) {
        return fail(index.error());
    }
    const bool v4 = address.address.is_v4();
    const int level = v4 ? IPPROTO_IP : IPPROTO_IPV6;
    constexpr int kOff = 0;
    // Otherwise a socket hears groups that others joined on other interfaces too. Old kernels do.
    setsockopt(socket.native_handle(), level, v4 ? IP_MULTICAST_ALL : IPV6_MULTICAST_ALL, &kOff,
        sizeof kOff);
    const std::string what = "joining the group " + address.address.to_string();
    if (address.source) {
        group_source_req request{};
        request.gsr_interface = *index;
        request.gsr_group = storage_of(address.address);
        request.gsr_source = storage_of(*address.source);
        return set(socket, level, MCAST_JOIN_SOURCE_GROUP, request, what);
    }
    group_req request{};
    request.gr_interface = *index;
    request.gr_group = storage_of(address.address);
    return set(socket, level, MCAST_JOIN_GROUP, request, what);
}

/// The kernel cuts what is more than it grants.
[[nodiscard]] std::size_t ask_for_buffer(udp::socket& socket) {
    constexpr int kWanted = DatagramReceiver::kWantedBuffer;
    const int descriptor = socket.native_handle();
    // Beyond the limit only for who may administer the network.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &kWanted, sizeof kWanted) != 0) {
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &kWanted, sizeof kWanted);
    }
    int granted = 0;
    socklen_t size = sizeof granted;
    getsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &granted, &size);
    return static_cast<std::size_t>(granted);
}

} // namespace

struct DatagramReceiver::Impl {
    explicit Impl(const asio::any_io_executor& executor)
        : socket(executor),
          bytes(std::make_unique_for_overwrite<char[]>(kMaxBatch * kMaxDatagram)) {
        for (std::size_t i = 0; i < kMaxBatch; ++i) {
            parts[i] = {bytes.get() + i * kMaxDatagram, kMaxDatagram};
            messages[i].msg_hdr.msg_iov = &parts[i];
            messages[i].msg_hdr.msg_iovlen = 1;
        }
    }

    udp::socket socket;
    std::size_t granted = 0;
    std::unique_ptr<char[]> bytes;
    std::array<iovec, kMaxBatch> parts{};
    std::array<mmsghdr, kMaxBatch> messages{};
    std::vector<std::string_view> received;
};

DatagramReceiver::DatagramReceiver(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

DatagramReceiver::~DatagramReceiver() = default;

Result<std::unique_ptr<DatagramReceiver>> DatagramReceiver::open(
    const asio::any_io_executor& executor, const DatagramAddress& address) {
    auto impl = std::make_unique<Impl>(executor);
    udp::socket& socket = impl->socket;
    const udp::endpoint local(address.address, address.port);
    boost::system::error_code error;
    socket.open(local.protocol(), error);
    if (error) {
        return fail(Error::from_errno(error.value(), "opening a UDP socket"));
    }
    constexpr int kOn = 1;
    if (auto shared = set(socket, SOL_SOCKET, SO_REUSEADDR, kOn, "sharing a port"); !shared) {
        return fail(std::move(shared).error());
    }
    impl->granted = ask_for_buffer(socket);
    // A group as the local address keeps out what comes to the port for others.
    socket.bind(local, error);
    if (error) {
        return fail(Error::from_errno(error.value(), "listening at " + address.address.to_string() +
                                                         " port " + std::to_string(address.port)));
    }
    if (address.address.is_multicast()) {
        if (auto joined = join(socket, address); !joined) {
            return fail(std::move(joined).error());
        }
    }
    return std::unique_ptr<DatagramReceiver>(new DatagramReceiver(std::move(impl)));
}

std::size_t DatagramReceiver::buffer_bytes() const noexcept {
    return impl_->granted;
}

asio::awaitable<void> DatagramReceiver::wait() {
    co_await impl_->socket.async_wait(udp::socket::wait_read, asio::as_tuple(asio::use_awaitable));
}

void DatagramReceiver::cancel() noexcept {
    boost::system::error_code ignored;
    impl_->socket.cancel(ignored);
}

std::span<const std::string_view> DatagramReceiver::receive() {
    impl_->received.clear();
    const int count = recvmmsg(impl_->socket.native_handle(), impl_->messages.data(),
        static_cast<unsigned>(kMaxBatch), MSG_DONTWAIT, nullptr);
    for (int i = 0; i < count; ++i) {
        const mmsghdr& message = impl_->messages[static_cast<std::size_t>(i)];
        if ((message.msg_hdr.msg_flags & MSG_TRUNC) == 0) {
            impl_->received.emplace_back(
                impl_->bytes.get() + static_cast<std::size_t>(i) * kMaxDatagram, message.msg_len);
        }
    }
    return impl_->received;
}

} // namespace plex_tuner::net
