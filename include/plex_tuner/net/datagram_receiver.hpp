// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

namespace plex_tuner::net {

namespace asio = boost::asio;

/// Where UDP datagrams come to.
struct DatagramAddress {
    asio::ip::address address; ///< a multicast group to join, or an address of this machine
    std::uint16_t port = 0;
    /// Of a group: only what this sender sends (source-specific multicast, RFC 4607).
    std::optional<asio::ip::address> source = {};
    /// Where a group is joined: name ("eth0") or address of a network interface; empty: where the
    /// system's routes lead.
    std::string interface = {};
};

/// Receives UDP datagrams in batches; a group is left when this is destroyed. Shares the port with
/// other receivers of the same group. Not thread-safe.
class DatagramReceiver {
public:
    /// Longer datagrams are dropped: above what a network of jumbo frames carries.
    static constexpr std::size_t kMaxDatagram = 9216;
    static constexpr std::size_t kMaxBatch = 32;
    /// What the kernel is asked to hold while we do something else.
    static constexpr std::size_t kWantedBuffer = std::size_t{4} << 20;

    /// Waits run on `executor`. Errors name what failed: address not of this machine, interface
    /// unknown, port taken.
    [[nodiscard]] static Result<std::unique_ptr<DatagramReceiver>> open(
        const asio::any_io_executor& executor, const DatagramAddress& address);
    ~DatagramReceiver();
    DatagramReceiver(const DatagramReceiver&) = delete;
    DatagramReceiver& operator=(const DatagramReceiver&) = delete;

    /// Bytes that the kernel holds, its own overhead included.
    [[nodiscard]] std::size_t buffer_bytes() const noexcept;

    /// Waits for a datagram, or until cancel().
    [[nodiscard]] asio::awaitable<void> wait();
    void cancel() noexcept;

    /// What has come, at most kMaxBatch; valid until the next call. Does not block.
    [[nodiscard]] std::span<const std::string_view> receive();

private:
    struct Impl;
    explicit DatagramReceiver(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

} // namespace plex_tuner::net
