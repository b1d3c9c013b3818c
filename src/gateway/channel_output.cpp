// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_output.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <optional>
#include <span>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Beside the media that is copied.
constexpr std::size_t kRoomForTables = 8 * ts::kPacketSize;
constexpr std::size_t kSmallArena = 16 * 1024;
/// Shorter runs are copied: what a slab of its own costs is more.
constexpr std::size_t kLeastKept = 2048;

/// Without much of an unused rest, which would be kept with it.
[[nodiscard]] std::shared_ptr<std::string> keep(std::string bytes) {
    if (bytes.size() < bytes.capacity() / 4 * 3) {
        bytes.shrink_to_fit();
    }
    return std::make_shared<std::string>(std::move(bytes));
}

/// The run as a part of the block, where it is one and not a small one.
[[nodiscard]] std::optional<ts::PacketRun> part_of(
    const std::shared_ptr<std::string>& block, ts::Bytes run) {
    const std::span<std::uint8_t> bytes(
        reinterpret_cast<std::uint8_t*>(block->data()), block->size());
    const std::less<> before;
    const bool is_within =
        !before(run.data(), bytes.data()) && before(run.data(), bytes.data() + bytes.size());
    if (!is_within || run.size() < bytes.size() / 4 * 3) {
        return std::nullopt;
    }
    const auto at = static_cast<std::size_t>(run.data() - bytes.data());
    return ts::PacketRun{.packets = bytes.subspan(at, run.size()), .memory = block};
}

} // namespace

void ChannelOutput::feed(std::string bytes, SteadyTime now) {
    const auto block = keep(std::move(bytes));
    to_come_ = block->size();
    use_.came(block->size());
    packetizer_.feed(ts::bytes_of(*block), [&](ts::Bytes run) {
        clock_.feed(run, now);
        if (const auto part = part_of(block, run)) {
            splicer_.feed(*part);
        } else {
            splicer_.feed(run);
        }
    });
    conclude();
}

void ChannelOutput::finish_piece() {
    packetizer_.finish([this](ts::Bytes run) { splicer_.feed(run); });
    splicer_.finish_piece();
    conclude();
}

void ChannelOutput::abandon_piece() {
    packetizer_.restart();
    splicer_.abandon_piece();
}

void ChannelOutput::seam(ts::Seam kind, bool new_upstream) {
    packetizer_.restart();
    splicer_.seam(kind, new_upstream);
    conclude();
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
        copy(null);
    }
    conclude();
}

void ChannelOutput::repeat_tables() {
    splicer_.send_tables();
    conclude();
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
    use_.went(packets.size());
    to_come_ -= std::min(to_come_, packets.size());
    copy(packets);
}

void ChannelOutput::copy(ts::Bytes packets) {
    while (!packets.empty()) {
        if (arena_.free().empty()) {
            arena_ = Arena(arena_bytes(packets.size()));
        }
        const ts::Bytes part = packets.first(std::min(packets.size(), arena_.free().size()));
        append(arena_.copy(part));
        packets = packets.subspan(part.size());
    }
}

void ChannelOutput::run(const ts::PacketRun& run) {
    if (run.packets.size() < kLeastKept || run.packets.size() > kMaxSlabBytes || !use_.is_good()) {
        packets(run.packets);
        return;
    }
    use_.went(run.packets.size());
    to_come_ -= std::min(to_come_, run.packets.size());
    append(run);
}

std::size_t ChannelOutput::arena_bytes(std::size_t packets) const noexcept {
    // What is copied is little where blocks are kept, and else all that is to come.
    const std::size_t expected = use_.is_good() ? kSmallArena : to_come_ + kRoomForTables;
    return std::min(packets + expected, kMaxSlabBytes) / ts::kPacketSize * ts::kPacketSize;
}

void ChannelOutput::append(const ts::PacketRun& run) {
    const std::span<std::uint8_t>& last = next_.packets;
    const std::size_t size = last.size() + run.packets.size();
    if (last.data() + last.size() == run.packets.data() && next_.memory == run.memory &&
        size <= kMaxSlabBytes) {
        next_.packets = {last.data(), size};
        return;
    }
    publish();
    next_ = run;
}

void ChannelOutput::conclude() {
    publish();
    if (first_access_ && !std::exchange(holds_, true)) {
        splicer_.hold(true);
    }
}

void ChannelOutput::publish() {
    if (!next_.packets.empty()) {
        put(std::make_shared<const Slab>(ring_.end(), std::exchange(next_, {})));
    }
}

void ChannelOutput::put(const SlabPtr& slab) {
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
        }
    }
}

} // namespace plex_tuner::gateway
