// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

namespace plex_tuner::ts {

/// Puts the sound of one transport stream into another that has the pictures, as one program. The
/// clocks of the two have a common origin, as those of HLS renditions have (RFC 8216 section
/// 6.2.4). Sound is fed ahead and waits for the pictures of its time: a PES packet of it goes out
/// when decoding is at most kLead before it, and not at all when it is kLate behind, so pictures
/// never wait. The pictures' packets pass unchanged, but PAT and PMT are ours, and sound that came
/// with the pictures is left out once there is other sound. Pure; not thread-safe.
class ProgramMerger {
public:
    static constexpr std::int64_t kLead = kTimestampHz / 10;
    static constexpr std::int64_t kLate = kTimestampHz;
    /// Sound that waits; when there is more the oldest goes.
    static constexpr std::size_t kMaxWaitingBytes = std::size_t{16} << 20;

    struct Counters {
        std::uint64_t merged = 0;     ///< PES packets of sound that went out
        std::uint64_t misplaced = 0;  ///< that came too late, or whose time is not of this clock
        std::uint64_t repeated = 0;   ///< that had come before
        std::uint64_t overflowed = 0; ///< that waited behind too many others
    };

    /// `sink` outlives it.
    explicit ProgramMerger(PacketSink& sink);
    ~ProgramMerger();
    ProgramMerger(const ProgramMerger&) = delete;
    ProgramMerger& operator=(const ProgramMerger&) = delete;

    /// Whole packets of the stream with the pictures.
    void feed(Bytes packets);
    /// Another time base begins in it, so many after the last one; sound that belongs to the last
    /// pictures goes out before.
    void begin_time_base(std::uint64_t count = 1);
    /// It is over: sound that belongs to the last pictures goes out.
    void finish();

    /// Whole packets of the stream with the sound.
    void feed_sound(Bytes packets);
    /// The piece of sound ended where it should, or broke off.
    void finish_sound_piece();
    void abandon_sound_piece();
    /// Another time base begins in the sound: that of the pictures with the same count.
    void begin_sound_time_base(std::uint64_t count = 1);
    /// Sound of another stream follows, on the same clock; what waits stays.
    void change_sound();

    /// How far the sound that was fed reaches beyond the pictures that were, in ticks of 90 kHz;
    /// below zero when it is behind. Before the first picture of a time base: how much sound there
    /// is for it. nullopt when their clocks have nothing to do with each other.
    [[nodiscard]] std::optional<std::int64_t> sound_ahead() const noexcept;

    [[nodiscard]] const Counters& counters() const noexcept;

private:
    class State;
    std::unique_ptr<State> state_;
};

} // namespace plex_tuner::ts
