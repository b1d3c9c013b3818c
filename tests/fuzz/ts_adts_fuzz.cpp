// SPDX-License-Identifier: GPL-3.0-or-later
// AdtsRepair: only bits of the channel configuration change, wherever PES packets end.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include <ts/adts_repair.hpp>

namespace {

using namespace plex_tuner::ts;

void check(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

/// The first byte says how long the PES packets are, the rest is their elementary stream.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    constexpr std::size_t kPayload = kPacketSize - 4;
    const std::size_t unit_size = (1 + data[0] % 16) * kPayload;
    Bytes rest(data + 1, size - 1);
    if (const auto configuration = configuration_of_block(rest)) {
        check(*configuration <= 7);
    }
    AdtsRepair repair;
    while (!rest.empty()) {
        Bytes part = rest.first(std::min(unit_size, rest.size()));
        rest = rest.subspan(part.size());
        std::vector<std::uint8_t> packets;
        while (!part.empty()) {
            const Bytes payload = part.first(std::min(kPayload, part.size()));
            packets.insert(packets.end(), {kSyncByte, 0x01, 0x00, 0x10});
            packets.insert(packets.end(), payload.begin(), payload.end());
            packets.resize(packets.size() + kPayload - payload.size(), 0xFF);
            part = part.subspan(payload.size());
        }
        const PacketRun whole = copy_packets(packets);
        const std::size_t half = packets.size() / kPacketSize / 2 * kPacketSize;
        std::vector<PacketRun> runs{{.packets = whole.packets.first(half), .memory = whole.memory},
            {.packets = whole.packets.subspan(half), .memory = whole.memory}};
        std::erase_if(runs, [](const PacketRun& run) { return run.packets.empty(); });
        repair.apply(StreamUnit(runs, PesHeader{}));
        for (std::size_t i = 0; i < packets.size(); ++i) {
            check((whole.packets[i] & packets[i]) == packets[i]);
            check((whole.packets[i] & ~packets[i] & 0x3E) == 0);
        }
    }
    return 0;
}
