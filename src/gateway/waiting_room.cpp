// SPDX-License-Identifier: GPL-3.0-or-later
#include "waiting_room.hpp"

#include <utility>

namespace plex_tuner::gateway {

void WaitingRoom::enter(Viewer& viewer, SteadyTime now) const {
    if (options_.kind != StartKeepAlive::off) {
        viewer.keep_alive_at = now + options_.interval;
    }
}

bool WaitingRoom::serve(Viewer& viewer, SteadyTime now) {
    if (now < viewer.keep_alive_at) {
        return false;
    }
    viewer.keep_alive_at = now + options_.interval;
    std::vector<std::uint8_t> packets;
    // Who comes later waits in the middle of a stream whose tables may have left the ring; and who
    // may get another stream must not be told of this one.
    if (options_.kind == StartKeepAlive::psi && viewer.early && !viewer.awaits_format) {
        packets = next_tables(viewer);
    }
    viewer.batch.commit_alone(packets.empty() ? null_packets() : std::move(packets));
    return true;
}

std::vector<std::uint8_t> WaitingRoom::next_tables(Viewer& viewer) {
    auto place = output_.waiting_place();
    if (!place || (viewer.told_until == place->offset && place->offset == output_.ring().end())) {
        output_.repeat_tables();
        place = output_.waiting_place();
    }
    if (!place || viewer.told_until == place->offset) {
        return {};
    }
    if (!viewer.told_until) {
        viewer.told_until = place->offset;
        return place->preamble();
    }
    const StreamPosition from = *viewer.told_until;
    if (from < output_.ring().begin()) {
        return {}; // some are lost: the viewer learns it at the start
    }
    viewer.told_until = place->offset;
    return output_.tables_between(from, place->offset);
}

std::vector<std::uint8_t> WaitingRoom::preamble(
    const Viewer& viewer, const ts::AccessPoint& point) const {
    if (!viewer.told_until) {
        return point.preamble();
    }
    const StreamPosition from = *viewer.told_until;
    return from < output_.ring().begin() || from > point.offset
               ? point.jump_preamble()
               : output_.tables_between(from, point.offset);
}

std::vector<std::uint8_t> WaitingRoom::null_packets() const {
    const ts::Packet null = ts::null_packet();
    std::vector<std::uint8_t> packets;
    for (int i = 0; i < options_.null_packets; ++i) {
        packets.insert(packets.end(), null.begin(), null.end());
    }
    return packets;
}

} // namespace plex_tuner::gateway
