// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace plex_tuner::ts {

/// What keeps memory valid: that of a run of packets is, as long as anybody holds this.
using PacketMemory = std::shared_ptr<const void>;

/// Whole packets, one behind the other, in memory that may be kept.
struct PacketRun {
    std::span<std::uint8_t> packets = {};
    PacketMemory memory = {};
};

/// Packets that are in memory of their own from now on.
[[nodiscard]] inline PacketRun keep_packets(std::vector<std::uint8_t> packets) {
    auto memory = std::make_shared<std::vector<std::uint8_t>>(std::move(packets));
    const std::span<std::uint8_t> kept = *memory;
    return {.packets = kept, .memory = std::move(memory)};
}

/// A copy of packets that are valid during a call only.
[[nodiscard]] inline PacketRun copy_packets(Bytes packets) {
    return keep_packets({packets.begin(), packets.end()});
}

} // namespace plex_tuner::ts
