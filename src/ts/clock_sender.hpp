// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "timeline.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// The clock references of the program that viewers see: those of the source, mapped, or where
/// none come its own, made of the times of the main stream. They never run backwards. Pure; not
/// thread-safe.
class ClockSender {
public:
    /// Both outlive it.
    ClockSender(Timeline& timeline, PacketSink& sink) : timeline_(timeline), sink_(sink) {}

    /// Another program is in force, which may have a clock.
    void restart() noexcept;

    /// Its media begins at `time` (90 kHz): from now on a clock is missed.
    void begin(std::int64_t time) noexcept { since_ = time; }

    /// The main stream stands at `time`: true once, when no clock has come for too long and the
    /// program gets its own.
    [[nodiscard]] bool takes_over(std::int64_t time) noexcept;

    /// Sends a clock reference of its own, if one is due. `pid` is that of the main stream,
    /// `counter` that of its last packet.
    void send_if_due(std::int64_t time, std::uint16_t pid, std::uint8_t counter);

    /// The packets among which a clock reference is sent.
    struct Place {
        std::uint16_t pid = kNullPid;
        std::uint8_t counter = 0; ///< of the last packet that is out
    };

    /// Maps the clock reference of a packet, if it has one, or takes it out. `is_clock`: the
    /// source's clock is read from this stream; `unit_shift`: how the unit is moved in which it
    /// stands, nullopt when it comes alone. When more than 100 ms lie between it and the one before
    /// (a seam, or a source with few), those that are missing are sent to `before`, if there is
    /// such a place (ISO/IEC 13818-1 2.7.2).
    void patch(MutablePacket packet, bool is_clock, std::optional<std::int64_t> unit_shift,
        std::optional<Place> before);

private:
    void fill_up_to(std::int64_t pcr, Place place);

    Timeline& timeline_;
    PacketSink& sink_;
    bool is_own_ = false;
    std::optional<std::int64_t> since_; ///< when the source's clock was sent last
    std::optional<std::int64_t> sent_;  ///< the last one of our own
};

} // namespace plex_tuner::ts
