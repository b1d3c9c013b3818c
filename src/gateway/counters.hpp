// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/gateway/gateway.hpp>

#include <array>
#include <atomic>
#include <cstdint>

namespace plex_tuner::gateway {

/// The gateway's counters while it runs; written from every strand, relaxed, read as a snapshot.
struct LiveCounters {
    using Counter = std::atomic<std::uint64_t>;

    Counter viewers_open{0}, channels_open{0}, upstream_open{0};
    Counter viewers_total{0}, viewers_lapped{0}, viewers_dropped{0};
    Counter upstream_connects{0}, upstream_failures{0};
    std::array<Counter, kFailoverReasons> failovers{};
    Counter bytes_in{0}, bytes_out{0};
    Counter continuity_errors{0}, sync_losses{0};
    Counter dropped_packets{0}, damaged_units{0}, splices{0}, damaged_tables{0};
    Counter segments_missed{0}, sound_lost{0}, datagrams_lost{0}, tee_bytes_dropped{0};
    Counter rejected_all_tuners_in_use{0};
    Counter transcodes_open{0}, transcode_workers{0}, transcode_failures{0}, transcode_laps{0};

    static void add(Counter& counter, std::uint64_t amount = 1) noexcept {
        counter.fetch_add(amount, std::memory_order_relaxed);
    }

    static void subtract(Counter& counter) noexcept {
        counter.fetch_sub(1, std::memory_order_relaxed);
    }

    [[nodiscard]] Counters snapshot() const noexcept;
};

/// Counts one thing that is open for as long as it lives.
class OpenCount {
public:
    explicit OpenCount(LiveCounters::Counter& counter) noexcept : counter_(counter) {
        LiveCounters::add(counter_);
    }

    ~OpenCount() { LiveCounters::subtract(counter_); }

    OpenCount(const OpenCount&) = delete;
    OpenCount& operator=(const OpenCount&) = delete;

private:
    LiveCounters::Counter& counter_;
};

} // namespace plex_tuner::gateway
