// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>
#include <plex_tuner/vodfs/mount_status.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace plex_tuner::vodfs {

/// What the parts of a mount count. Any thread.
struct MountCounters {
    std::atomic<std::size_t> reads_waiting{0};
    std::atomic<std::uint64_t> reads_failed{0};
    std::atomic<std::uint64_t> cache_read_bytes{0};
    std::atomic<std::uint64_t> provider_bytes{0};
    std::atomic<std::uint64_t> provider_requests{0};
    std::array<std::atomic<std::uint64_t>, kSourceFailures> provider_failures{};

    void note_failure(const Error& error) noexcept;
};

} // namespace plex_tuner::vodfs
