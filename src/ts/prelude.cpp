// SPDX-License-Identifier: GPL-3.0-or-later
#include "prelude.hpp"

#include <plex_tuner/ts/pes.hpp>

#include <utility>

namespace plex_tuner::ts {

namespace {

/// Sound comes that much later than the pictures it belongs to, in what multiplexers make.
constexpr std::int64_t kLongest = kTimestampHz;
constexpr std::size_t kMostBytes = std::size_t{4} << 20;

} // namespace

void Prelude::add(MutablePacket bytes, const PacketMemory& memory) {
    const PacketView packet(bytes.data());
    runs_.append(bytes, memory);
    long_ = long_ || runs_.size() >= kMostBytes;
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

KeptRuns Prelude::take() {
    return std::exchange(*this, {}).runs_;
}

} // namespace plex_tuner::ts
