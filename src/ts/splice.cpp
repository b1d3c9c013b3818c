// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/splice.hpp>

#include <cstring>

namespace plex_tuner::ts {
namespace {

constexpr std::uint8_t kDiscontinuityFlag = 0x80;

bool has_flags_byte(const std::uint8_t* packet) noexcept {
    return (packet[3] & 0x20) != 0 && packet[4] > 0;
}

} // namespace

ContinuityRewriter::ContinuityRewriter() : pids_(kPidCount) {}

void ContinuityRewriter::append(Bytes packets, std::vector<std::uint8_t>& out) {
    // One block copy, then the few changed bytes in place; dropped packets are closed up behind
    // the loop, inserted ones (only after a discontinuity) shift what follows.
    std::size_t read = out.size();
    std::size_t write = read;
    out.insert(out.end(), packets.begin(),
        packets.begin() + static_cast<std::ptrdiff_t>(packets.size() / kPacketSize * kPacketSize));
    for (; read < out.size(); read += kPacketSize) {
        std::uint8_t* packet = out.data() + read;
        const PacketView view(packet);
        if (!view.has_sync() || (packet[3] & 0x30) == 0 || view.transport_error()) {
            ++dropped_packets_;
            continue;
        }
        const std::uint16_t pid = view.pid();
        if (pid != kNullPid) {
            PidState& state = pids_[pid];
            if (state.piece != piece_ && enter(state, packet)) {
                const Packet marker = adaptation_only_packet(pid, state.last, true);
                if (write < read) {
                    std::memcpy(out.data() + write, marker.data(), kPacketSize);
                } else {
                    out.insert(out.begin() + static_cast<std::ptrdiff_t>(write), marker.begin(),
                        marker.end());
                    read += kPacketSize;
                    packet = out.data() + read;
                }
                write += kPacketSize;
            }
            state.last = static_cast<std::uint8_t>((packet[3] + state.shift) & 0x0F);
            packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0) | state.last);
        }
        if (write != read) {
            std::memcpy(out.data() + write, packet, kPacketSize);
        }
        write += kPacketSize;
    }
    out.resize(write);
}

bool ContinuityRewriter::enter(PidState& state, std::uint8_t* packet) const noexcept {
    const bool known = state.last != kNone;
    const bool mark = state.piece < marked_piece_;
    state.piece = piece_;
    if (known) {
        const int next = (packet[3] & 0x10) != 0 ? state.last + 1 : state.last;
        state.shift = static_cast<std::uint8_t>((next - packet[3]) & 0x0F);
    }
    if (mark && has_flags_byte(packet)) {
        packet[5] |= kDiscontinuityFlag;
        return false;
    }
    return mark && known;
}

void ContinuityRewriter::seam(Seam kind) noexcept {
    ++piece_;
    if (kind == Seam::discontinuity) {
        marked_piece_ = piece_;
        ++discontinuities_;
    }
}

} // namespace plex_tuner::ts
