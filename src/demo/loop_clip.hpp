// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/demo_clip.hpp>
#include <plex_tuner/ts/clock_fields.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace plex_tuner::demo {

/// 27 MHz ticks on the endless timeline of a repeated clip, or within one turn of it.
using Ticks = std::int64_t;

/// A clip that is played over and over with continuous clocks and counters. The bytes are a
/// function of turn and packet alone: whoever plays the same place gets the same bytes, so viewers
/// agree and one who reconnects goes on where the timeline is. Immutable, thread-safe.
class LoopClip {
public:
    /// Takes what make_demo_clip promises: whole packets, PCR at or before the first PES, counters
    /// in order, a duration of whole 90 kHz ticks after the last PCR. Else: an error of code parse.
    [[nodiscard]] static Result<LoopClip> create(media::DemoClip clip);

    [[nodiscard]] std::size_t packets() const noexcept;

    [[nodiscard]] Ticks duration() const noexcept { return duration_; }

    /// When a packet is due, from the start of its turn: the last PCR at or before it.
    [[nodiscard]] Ticks due(std::size_t packet) const noexcept;

    /// The last packet that is due at `within` or before and from which a decoder can start: a PAT
    /// followed by PMT and a key frame. `within` is in [0, duration()).
    [[nodiscard]] std::size_t join_at(Ticks within) const noexcept;

    /// Appends packets [first, last) as they are in turn `turn` (0 is the clip as encoded).
    void append(std::string& out, std::int64_t turn, std::size_t first, std::size_t last) const;

private:
    struct DuePoint {
        std::uint32_t packet;
        Ticks due;
    };

    struct Patch {
        std::uint32_t packet;
        ts::ClockField field;
    };

    /// How much the continuity counter of a PID advances per turn, modulo 16.
    struct PidCounter {
        std::uint16_t pid;
        std::uint8_t per_turn;
    };

    explicit LoopClip(media::DemoClip clip) : clip_(std::move(clip)) {}

    [[nodiscard]] Result<void> index();
    [[nodiscard]] Result<void> index_counters();
    void index_join_points();
    [[nodiscard]] std::uint8_t counter_advance(std::uint16_t pid, std::int64_t turn) const noexcept;

    media::DemoClip clip_;
    Ticks duration_ = 0;
    std::vector<DuePoint> due_points_;
    std::vector<Patch> patches_;
    std::vector<std::uint32_t> join_points_;
    std::vector<PidCounter> counters_;
};

} // namespace plex_tuner::demo
