// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "clock_sender.hpp"
#include "stream_unit.hpp"

#include <cstdint>

namespace plex_tuner::ts {

/// Gives the packets of one stream the PID that viewers know it by, counters without a gap, and the
/// times of the common timeline. Pure; not thread-safe.
class UnitSender {
public:
    /// How the packets of a unit leave.
    struct Form {
        std::uint16_t pid = kNullPid;
        std::int64_t shift = 0; ///< of the times in its header, 90 kHz
        bool is_clock = false;  ///< the source's clock is read from this stream
    };

    /// Changes the packets in place and sends them.
    void send(const StreamUnit& unit, Form form, ClockSender& clock, PacketSink& sink);

    /// That of the last packet with payload: what carries none repeats it.
    [[nodiscard]] std::uint8_t last_counter() const noexcept { return (counter_ + 15) & 0x0F; }

private:
    std::uint8_t counter_ = 0; ///< of the next packet with payload
};

} // namespace plex_tuner::ts
