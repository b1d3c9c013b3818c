// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet_watch.hpp"

#include <plex_tuner/ts/pes.hpp>

namespace plex_tuner::gateway {
namespace {

/// PIDs below carry tables (ISO/IEC 13818-1 table 2-3, ETSI EN 300 468 table 1).
constexpr std::uint16_t kFirstMediaPid = 0x20;

} // namespace

void PacketWatch::feed(ts::Bytes packets, std::uint16_t pcr_pid, std::uint16_t pmt_pid) {
    for (std::size_t i = 0; i + ts::kPacketSize <= packets.size(); i += ts::kPacketSize) {
        const ts::PacketView packet(packets.data() + i);
        const std::uint16_t pid = packet.pid();
        if (pid == ts::kNullPid || packet.transport_error()) {
            continue;
        }
        const std::uint8_t counter = packet.continuity_counter();
        std::uint8_t& last = counters_[pid];
        if (packet.has_payload()) {
            // One repetition of a packet is allowed (2.4.3.3).
            if (last != kUnknown && counter != ((last + 1) & 0x0f) && counter != last &&
                !packet.discontinuity()) {
                ++continuity_errors_;
            }
            media_packets_ += pid >= kFirstMediaPid && pid != pmt_pid ? 1 : 0;
        }
        last = counter;
        if (pid == pcr_pid && (packet.adaptation_flags() & 0x10) != 0) {
            if (const auto pcr = packet.pcr()) {
                on_clock(*pcr);
            }
        }
    }
}

void PacketWatch::on_clock(std::int64_t pcr) noexcept {
    if (!began_) {
        began_ = std::chrono::steady_clock::now();
    }
    if (last_pcr_) {
        const std::int64_t step = ts::pcr_difference(pcr, *last_pcr_);
        if (step > 0 && step <= kMaxClockStep) {
            stream_ticks_ += step;
        }
    }
    last_pcr_ = pcr;
}

std::chrono::milliseconds PacketWatch::ahead(SteadyTime now) const noexcept {
    if (!began_) {
        return std::chrono::milliseconds(0);
    }
    const std::chrono::milliseconds stream(stream_ticks_ / (ts::kPcrHz / 1000));
    return stream - std::chrono::duration_cast<std::chrono::milliseconds>(now - *began_);
}

} // namespace plex_tuner::gateway
