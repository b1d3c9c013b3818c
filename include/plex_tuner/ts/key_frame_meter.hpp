// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/step_stats.hpp>
#include <plex_tuner/ts/stream_scanner.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// How far apart the key frames of a stream are. Pure; not thread-safe.
class KeyFrameMeter {
public:
    /// Longer ones, and those below zero, are no intervals but seams.
    static constexpr std::int64_t kMaxInterval = std::int64_t{120} * kTimestampHz;

    /// Of the points that StreamScanner reports, in their order; those that are no key frames are
    /// passed over.
    void see(const AccessPoint& point) noexcept;

    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// Between neighbours, in presentation time; 90 kHz.
    [[nodiscard]] const StepStats& intervals() const noexcept { return intervals_; }

private:
    std::uint64_t count_ = 0;
    std::optional<std::int64_t> last_;
    StepStats intervals_;
};

} // namespace plex_tuner::ts
