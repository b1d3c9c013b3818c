// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "loop_clip.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace plex_tuner::demo {

/// One viewer's place on the timeline of a repeated clip: time goes in, packets come out. Pure; not
/// thread-safe.
class LoopPlayer {
public:
    /// Starts at the last join point at or before `start`, which is not negative.
    LoopPlayer(std::shared_ptr<const LoopClip> clip, Ticks start);

    /// When the next packet is due on the timeline.
    [[nodiscard]] Ticks next_due() const noexcept;

    /// Appends the packets that are due at `until` or before, at most `max_bytes` of them (rounded
    /// down to whole packets, at least one). Returns the number of bytes appended.
    std::size_t take(Ticks until, std::size_t max_bytes, std::string& out);

private:
    std::shared_ptr<const LoopClip> clip_;
    std::int64_t turn_;
    std::size_t next_;
};

} // namespace plex_tuner::demo
