// SPDX-License-Identifier: GPL-3.0-or-later
#include "prelude.hpp"

#include <plex_tuner/ts/pes.hpp>

namespace plex_tuner::ts {

namespace {

/// Sound comes that much later than the pictures it belongs to, in what multiplexers make.
constexpr std::int64_t kLongest = kTimestampHz;
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

} // namespace

void Prelude::add(PacketView packet) {
    packets_.insert(packets_.end(), packet.bytes().begin(), packet.bytes().end());
    long_ = long_ || packets_.size() >= kMostBytes;
    if (!packet.unit_start() || (first_time_ && packet.pid() != timed_pid_)) {
        return;
    }
    const auto header = parse_pes_header(packet.payload());
    const auto time = header ? (header->dts ? header->dts : header->pts) : std::nullopt;
    if (time && first_time_) {
        long_ = long_ || timestamp_difference(*time, *first_time_) > kLongest;
    } else if (time) {
        first_time_ = time;
        timed_pid_ = packet.pid();
    }
}

PacketRun Prelude::take() {
    PacketRun run = keep_packets(std::move(packets_));
    *this = {};
    return run;
}

} // namespace plex_tuner::ts
