// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>

namespace plex_tuner::engine {

/// What the refreshes did so far, for /metrics and /healthz.
struct RefreshCounters {
    std::atomic<std::uint64_t> refreshes{0};
    std::atomic<std::uint64_t> playlist_failures{0};
    std::atomic<std::uint64_t> guide_failures{0};
    std::atomic<std::int64_t> playlist_skipped_lines{0};
    std::atomic<std::int64_t> guide_programmes{0};
    std::atomic<std::int64_t> guide_channels_with_data{0};
};

} // namespace plex_tuner::engine
