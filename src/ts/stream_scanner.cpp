// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/stream_scanner.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

/// Counter of the packet `count` before one with `counter`.
std::uint8_t counter_before(std::uint8_t counter, std::size_t count) noexcept {
    return static_cast<std::uint8_t>((counter - count) & 0x0F);
}

std::vector<std::uint8_t> make_preamble(const AccessPoint& point, bool jump) {
    const ProgramTables& tables = *point.tables;
    const std::size_t pat_packets = section_packet_count(tables.pat_section.size());
    const std::size_t pmt_packets = section_packet_count(tables.pmt_section.size());
    std::vector<std::uint8_t> out;
    out.reserve((pat_packets + pmt_packets + (jump ? point.counters.size() : 0)) * kPacketSize);
    std::uint8_t pat_counter = 0x0F;
    std::uint8_t pmt_counter = 0x0F;
    std::vector<std::uint8_t> markers;
    for (const PidCounter& last : point.counters) {
        std::uint8_t marker_counter = last.counter;
        if (last.pid == kPatPid) {
            pat_counter = last.counter;
            marker_counter = counter_before(last.counter, pat_packets);
        } else if (last.pid == tables.pmt_pid) {
            pmt_counter = last.counter;
            marker_counter = counter_before(last.counter, pmt_packets);
        }
        if (jump) {
            const Packet marker = adaptation_only_packet(last.pid, marker_counter, true);
            markers.insert(markers.end(), marker.begin(), marker.end());
        }
    }
    // Markers of PAT and PMT must precede these; the order of the others does not matter.
    out.insert(out.end(), markers.begin(), markers.end());
    append_section_packets(
        kPatPid, tables.pat_section, counter_before(pat_counter, pat_packets - 1), out);
    append_section_packets(
        tables.pmt_pid, tables.pmt_section, counter_before(pmt_counter, pmt_packets - 1), out);
    return out;
}

} // namespace

std::vector<std::uint8_t> AccessPoint::preamble() const {
    return make_preamble(*this, false);
}

std::vector<std::uint8_t> AccessPoint::jump_preamble() const {
    return make_preamble(*this, true);
}

StreamScanner::StreamScanner(RandomAccessFinder::Limits limits)
    : finder_(limits), counters_(kPidCount, kNoCounter) {}

void StreamScanner::feed(Bytes packets, std::uint64_t offset, std::vector<AccessPoint>& points) {
    end_ = offset + packets.size() / kPacketSize * kPacketSize;
    for (; packets.size() >= kPacketSize;
        packets = packets.subspan(kPacketSize), offset += kPacketSize) {
        const std::size_t middle = middle_of_unit(packets);
        if (middle > kPacketSize) {
            // Of these only the last one is of interest, for its counter.
            packets = packets.subspan(middle - kPacketSize);
            offset += middle - kPacketSize;
        }
        const PacketView packet(packets.data());
        if (packet.transport_error() || !packet.has_sync()) {
            continue;
        }
        if (tracker_.feed(packet)) {
            finder_.set_program(*tracker_.tables());
        }
        RandomAccessFinder::Outcome outcome = finder_.feed(packet, offset);
        if (outcome.candidate) {
            candidate_tables_ = tracker_.tables();
            copy_counters(candidate_counters_);
        }
        if (outcome.found) {
            points.push_back({.offset = outcome.found->offset,
                .reason = outcome.found->reason,
                .pts = outcome.found->pts,
                .tables = candidate_tables_,
                .counters = candidate_counters_});
        }
        remember(packet);
    }
}

std::size_t StreamScanner::middle_of_unit(Bytes packets) const noexcept {
    constexpr std::uint8_t kErrorOrStart = 0xC0;
    constexpr std::uint8_t kPayloadOnly = 0x10; // and not scrambled
    const PacketView first(packets.data());
    if (tracker_.follows(first.pid()) || finder_.examines(first.pid())) {
        return 0;
    }
    std::size_t size = 0;
    for (; packets.size() - size >= kPacketSize; size += kPacketSize) {
        const std::uint8_t* const packet = packets.data() + size;
        if (packet[0] != kSyncByte || packet[1] != packets[1] || packet[2] != packets[2] ||
            (packet[1] & kErrorOrStart) != 0 || (packet[3] & 0xF0) != kPayloadOnly) {
            break;
        }
    }
    return size;
}

void StreamScanner::copy_counters(std::vector<PidCounter>& out) const {
    out.clear();
    for (const std::uint16_t pid : pids_) {
        out.push_back({.pid = pid, .counter = counters_[pid]});
    }
}

std::optional<AccessPoint> StreamScanner::waiting_place() const {
    const auto pending = finder_.pending();
    const auto& tables = pending ? candidate_tables_ : tracker_.tables();
    if (!tables) {
        return std::nullopt;
    }
    AccessPoint place{.offset = pending.value_or(end_),
        .reason = AccessReason::any_picture,
        .pts = {},
        .tables = tables,
        .counters = candidate_counters_};
    if (!pending) {
        copy_counters(place.counters);
    }
    return place;
}

void StreamScanner::seam(bool new_program) {
    finder_.reset();
    if (new_program) {
        finder_.forget_program();
        tracker_.reset();
    }
}

void StreamScanner::remember(PacketView packet) {
    const std::uint16_t pid = packet.pid();
    std::uint8_t& counter = counters_[pid];
    if (counter == kNoCounter) {
        if (pid == kNullPid || pids_.size() >= kMaxTrackedPids) {
            return;
        }
        pids_.push_back(pid);
    }
    counter = packet.continuity_counter();
}

} // namespace plex_tuner::ts
