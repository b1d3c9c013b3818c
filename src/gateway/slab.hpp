// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/packet_run.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

namespace plex_tuner::gateway {

/// Slabs are cut at this size: whole packets within 64 KiB.
inline constexpr std::size_t kMaxSlabBytes = 64 * 1024 / ts::kPacketSize * ts::kPacketSize;

/// Where a byte stands in the output of a channel session, counted from the session's first byte.
/// Positions of packets are multiples of 188.
using StreamPosition = std::uint64_t;

/// Whole TS packets, immutable and shared between the ring and the viewers that are writing them.
class Slab {
public:
    Slab(StreamPosition begin, ts::PacketRun run) noexcept : begin_(begin), run_(std::move(run)) {}

    [[nodiscard]] StreamPosition begin() const noexcept { return begin_; }

    [[nodiscard]] StreamPosition end() const noexcept { return begin_ + run_.packets.size(); }

    [[nodiscard]] std::size_t size() const noexcept { return run_.packets.size(); }

    [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept { return run_.packets; }

private:
    StreamPosition begin_;
    ts::PacketRun run_;
};

using SlabPtr = std::shared_ptr<const Slab>;

} // namespace plex_tuner::gateway
