// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_output.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Room in a slab for a packet held back from before and for a few that mark a discontinuity.
constexpr std::size_t kSlabReserve = 8 * ts::kPacketSize;

} // namespace

void ChannelOutput::feed(std::string_view bytes) {
    std::size_t to_come = bytes.size();
    packetizer_.feed(ts::bytes_of(bytes), [&](ts::Bytes run) {
        take(run, to_come);
        to_come -= std::min(to_come, run.size());
    });
    publish();
}

void ChannelOutput::finish_piece() {
    packetizer_.finish([&](ts::Bytes run) { take(run, run.size()); });
    publish();
}

void ChannelOutput::seam(ts::Seam kind, bool new_upstream) {
    packetizer_.restart();
    rewriter_.seam(kind);
    if (kind == ts::Seam::discontinuity || new_upstream) {
        scanner_.seam(new_upstream);
        format_scanner_.look_again();
        watch_.seam();
    }
}

void ChannelOutput::take(ts::Bytes packets, std::size_t to_come) {
    while (!packets.empty()) {
        if (filling_.capacity() == 0) {
            filling_.reserve(
                std::min(std::max(to_come, packets.size()), kMaxSlabBytes) + kSlabReserve);
        }
        const std::size_t room = kMaxSlabBytes - std::min(filling_.size(), kMaxSlabBytes);
        const ts::Bytes part = packets.first(std::min(packets.size(), room));
        rewriter_.append(part, filling_);
        packets = packets.subspan(part.size());
        to_come -= std::min(to_come, part.size());
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
    const auto& tables = scanner_.tables();
    watch_.feed(slab->bytes(), tables ? tables->pmt.pcr_pid : ts::kNullPid,
        tables ? tables->pmt_pid : ts::kNullPid);
    if (format_scanner_.feed(slab->bytes(), tables)) {
        format_ = std::make_shared<const ts::StreamFormat>(format_scanner_.format());
    }
    ring_.push(slab);
    for (ts::AccessPoint& point : found_) {
        ring_.mark(std::move(point));
        if (!first_access_) {
            first_access_ = ring_.access_point();
        }
    }
}

} // namespace plex_tuner::gateway
