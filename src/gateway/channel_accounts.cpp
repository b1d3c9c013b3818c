// SPDX-License-Identifier: GPL-3.0-or-later
// What ChannelSession tells of its stream: to the counters, the log, the status and its upstream.
#include "channel_session.hpp"

#include <utility>

namespace plex_tuner::gateway {
namespace {

[[nodiscard]] SteadyTime now() {
    return std::chrono::steady_clock::now();
}

} // namespace

void ChannelSession::account(std::size_t fed) {
    const SteadyTime time = now();
    if (fed > 0) {
        total_bytes_ += fed;
        if (!is_transcode()) {
            LiveCounters::add(counters_.bytes_in, fed);
        }
        rate_.add(fed, time);
    }
    const auto pass_on = [](LiveCounters::Counter& counter, std::uint64_t& seen,
                             std::uint64_t value) {
        if (value != seen) {
            LiveCounters::add(counter, value - std::exchange(seen, value));
        }
    };
    const ts::Splicer::Counters splicing = output_.splicing();
    pass_on(counters_.continuity_errors, seen_.continuity_errors, splicing.continuity_errors);
    pass_on(counters_.sync_losses, seen_.sync_losses, output_.sync_losses());
    pass_on(counters_.dropped_packets, seen_.dropped_packets, splicing.dropped_packets);
    pass_on(counters_.damaged_units, seen_.damaged_units, splicing.damaged_units);
    pass_on(counters_.splices, seen_.splices, splicing.splices + splicing.jumps);
    pass_on(counters_.damaged_tables, seen_.damaged_tables, splicing.damaged_tables);
    tell_repairs(splicing);
    tell_insight(splicing);
    tell_start();
    const ts::Splicer::Progress progress = output_.progress();
    if (progress.media_packets != std::exchange(seen_.media, progress.media_packets)) {
        feed_->on_media(time);
    }
    if (progress.clock) {
        stream_pace_.on_clock(*progress.clock, time);
    }
    if (output_.format() != format_) {
        tell_format();
    }
    trim();
    wake_viewers();
}

void ChannelSession::tell_format() {
    // Whoever sees it in the status finds that the observer knows it.
    if (options_.observer != nullptr && !is_transcode()) {
        options_.observer->stream_format(identity_.channel_id, *output_.format());
    }
    const std::lock_guard lock(status_mutex_);
    format_ = output_.format();
}

void ChannelSession::tell_insight(const ts::Splicer::Counters& splicing) {
    const std::lock_guard lock(status_mutex_);
    insight_ = {.key_frames = output_.key_frames().intervals(),
        .clock = output_.clock().recent(),
        .continuity_errors = splicing.continuity_errors,
        .sync_losses = output_.sync_losses(),
        .dropped_packets = splicing.dropped_packets,
        .damaged_units = splicing.damaged_units,
        .splices = splicing.splices + splicing.jumps};
}

void ChannelSession::tell_start() {
    if (!start_.has_started()) {
        start_.look(output_, total_bytes_, now());
        if (start_.has_started()) {
            start_.write(log_);
        }
    }
}

void ChannelSession::tell_repairs(const ts::Splicer::Counters& splicing) {
    const auto rose = [](std::uint64_t& seen, std::uint64_t value) {
        return value > std::exchange(seen, value);
    };
    if (rose(seen_.corrected_types, splicing.corrected_types)) {
        log_.info("stream types corrected", {{"streams", splicing.corrected_types}});
    }
    if (rose(seen_.repaired_aac, splicing.repaired_aac)) {
        log_.info("AAC channel configuration written", {{"streams", splicing.repaired_aac}});
    }
    if (rose(seen_.unrepaired_aac, splicing.unrepaired_aac)) {
        log_.info("AAC without channel configuration", {{"streams", splicing.unrepaired_aac}});
    }
}

} // namespace plex_tuner::gateway
