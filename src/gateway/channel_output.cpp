// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_output.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Room in a slab for tables.
constexpr std::size_t kSlabReserve = 8 * ts::kPacketSize;

} // namespace

void ChannelOutput::feed(std::string_view bytes, SteadyTime now) {
    to_come_ = bytes.size();
    packetizer_.feed(ts::bytes_of(bytes), [this, now](ts::Bytes run) {
        clock_.feed(run, now);
        splicer_.feed(run);
    });
    publish();
}

void ChannelOutput::finish_piece() {
    packetizer_.finish([this](ts::Bytes run) { splicer_.feed(run); });
    splicer_.finish_piece();
    publish();
}

void ChannelOutput::abandon_piece() {
    packetizer_.restart();
    splicer_.abandon_piece();
}

void ChannelOutput::seam(ts::Seam kind, bool new_upstream) {
    packetizer_.restart();
    splicer_.seam(kind, new_upstream);
    publish();
    if (kind == ts::Seam::discontinuity || new_upstream) {
        scanner_.seam(false);
        clock_.new_clock();
        format_scanner_.look_again();
    }
}

void ChannelOutput::pad() {
    constexpr std::size_t kPackets = 7; // what fits a network packet
    const ts::Packet null = ts::null_packet();
    for (std::size_t i = 0; i < kPackets; ++i) {
        filling_.insert(filling_.end(), null.begin(), null.end());
    }
    publish();
}

void ChannelOutput::repeat_tables() {
    splicer_.send_tables();
    publish();
}

std::vector<std::uint8_t> ChannelOutput::tables_between(
    StreamPosition from, StreamPosition to) const {
    std::vector<std::uint8_t> found;
    const auto& tables = scanner_.tables();
    std::array<SlabPtr, 1> slab;
    while (tables && from < to && ring_.slabs_from(from, slab) > 0) {
        const ts::Bytes bytes = slab[0]->bytes();
        const StreamPosition end = std::min(to, slab[0]->end());
        for (; from < end; from += ts::kPacketSize) {
            const ts::PacketView packet(bytes.data() + (from - slab[0]->begin()));
            if (packet.pid() == ts::kPatPid || packet.pid() == tables->pmt_pid) {
                found.insert(found.end(), packet.bytes().begin(), packet.bytes().end());
            }
        }
    }
    return found;
}

void ChannelOutput::packets(ts::Bytes packets) {
    while (!packets.empty()) {
        if (filling_.capacity() == 0) {
            filling_.reserve(
                std::min(std::max(to_come_, packets.size()) + kSlabReserve, kMaxSlabBytes));
        }
        const std::size_t room = kMaxSlabBytes - std::min(filling_.size(), kMaxSlabBytes);
        const ts::Bytes part = packets.first(std::min(packets.size(), room));
        filling_.insert(filling_.end(), part.begin(), part.end());
        packets = packets.subspan(part.size());
        to_come_ -= std::min(to_come_, part.size());
        if (filling_.size() >= kMaxSlabBytes) {
            publish();
        }
    }
}

void ChannelOutput::publish() {
    if (filling_.empty()) {
        return;
    }
    const auto slab = std::make_shared<const Slab>(
        ring_.end(), std::exchange(filling_, std::vector<std::uint8_t>()));
    found_.clear();
    scanner_.feed(slab->bytes(), slab->begin(), found_);
    if (format_scanner_.feed(slab->bytes(), scanner_.tables())) {
        format_ = std::make_shared<const ts::StreamFormat>(format_scanner_.format());
    }
    ring_.push(slab);
    for (ts::AccessPoint& point : found_) {
        key_frames_.see(point);
        ring_.mark(std::move(point));
        if (!first_access_) {
            first_access_ = ring_.access_point();
            splicer_.hold(true);
        }
    }
}

} // namespace plex_tuner::gateway
