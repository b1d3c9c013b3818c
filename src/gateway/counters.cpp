// SPDX-License-Identifier: GPL-3.0-or-later
#include "counters.hpp"

namespace plex_tuner::gateway {

Counters LiveCounters::snapshot() const noexcept {
    const auto read = [](const Counter& counter) {
        return counter.load(std::memory_order_relaxed);
    };
    Counters result;
    result.viewers_open = read(viewers_open);
    result.channels_open = read(channels_open);
    result.upstream_open = read(upstream_open);
    result.viewers_total = read(viewers_total);
    result.viewers_lapped = read(viewers_lapped);
    result.viewers_dropped = read(viewers_dropped);
    result.upstream_connects = read(upstream_connects);
    result.upstream_failures = read(upstream_failures);
    for (std::size_t i = 0; i < failovers.size(); ++i) {
        result.failovers[i] = read(failovers[i]);
    }
    result.bytes_in = read(bytes_in);
    result.bytes_out = read(bytes_out);
    result.continuity_errors = read(continuity_errors);
    result.sync_losses = read(sync_losses);
    result.dropped_packets = read(dropped_packets);
    result.damaged_units = read(damaged_units);
    result.splices = read(splices);
    result.damaged_tables = read(damaged_tables);
    result.segments_missed = read(segments_missed);
    result.sound_lost = read(sound_lost);
    result.datagrams_lost = read(datagrams_lost);
    result.tee_bytes_dropped = read(tee_bytes_dropped);
    result.rejected_all_tuners_in_use = read(rejected_all_tuners_in_use);
    result.transcodes_open = read(transcodes_open);
    result.transcode_workers = read(transcode_workers);
    result.transcode_failures = read(transcode_failures);
    result.transcode_laps = read(transcode_laps);
    return result;
}

} // namespace plex_tuner::gateway
