// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace plex_tuner::gateway {

/// Slabs are cut at this size: whole packets within 64 KiB. Packets that mark a discontinuity may
/// come on top.
inline constexpr std::size_t kMaxSlabBytes = 64 * 1024 / ts::kPacketSize * ts::kPacketSize;

/// Where a byte stands in the output of a channel session, counted from the session's first byte.
/// Positions of packets are multiples of 188.
using StreamPosition = std::uint64_t;

/// Whole TS packets, immutable and shared between the ring and the viewers that are writing them.
class Slab {
public:
    Slab(StreamPosition begin, std::vector<std::uint8_t> packets) noexcept
        : begin_(begin), packets_(std::move(packets)) {}

    [[nodiscard]] StreamPosition begin() const noexcept { return begin_; }

    [[nodiscard]] StreamPosition end() const noexcept { return begin_ + packets_.size(); }

    [[nodiscard]] std::size_t size() const noexcept { return packets_.size(); }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return packets_; }

private:
    StreamPosition begin_;
    std::vector<std::uint8_t> packets_;
};

using SlabPtr = std::shared_ptr<const Slab>;

} // namespace plex_tuner::gateway
