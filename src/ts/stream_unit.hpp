// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/packet_run.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <cstddef>
#include <optional>
#include <span>

namespace plex_tuner::ts {

/// The packets of one PID from the start of a PES packet to its end, in order, to be changed in
/// place by who sends them. Without a header: packets that stand for themselves. They lie where
/// they came in, with packets of other streams between the runs.
class StreamUnit {
public:
    /// At least one run, and none is empty; valid as long as they are.
    StreamUnit(std::span<const PacketRun> runs, const std::optional<PesHeader>& pes) noexcept
        : header(pes), runs_(runs) {}

    [[nodiscard]] std::span<const PacketRun> runs() const noexcept { return runs_; }

    [[nodiscard]] MutablePacket first() const noexcept {
        return runs_.front().packets.first<kPacketSize>();
    }

    /// In bytes.
    [[nodiscard]] std::size_t size() const noexcept {
        std::size_t bytes = 0;
        for (const PacketRun& run : runs_) {
            bytes += run.packets.size();
        }
        return bytes;
    }

    /// Calls `take(MutablePacket)` for each packet until it returns false.
    template <class Take>
    void for_each_packet(Take&& take) const {
        for (const PacketRun& run : runs_) {
            for (std::size_t at = 0; at < run.packets.size(); at += kPacketSize) {
                if (!take(run.packets.subspan(at).first<kPacketSize>())) {
                    return;
                }
            }
        }
    }

    std::optional<PesHeader> header;

private:
    std::span<const PacketRun> runs_;
};

} // namespace plex_tuner::ts
