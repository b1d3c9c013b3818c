// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit_sender.hpp"

#include <optional>

namespace plex_tuner::ts {

namespace {

constexpr std::int64_t kTicksPerTimestamp = kPcrHz / kTimestampHz;
constexpr std::uint8_t kDiscontinuityFlag = 0x80;

} // namespace

void UnitSender::send(const StreamUnit& unit, Form form, ClockSender& clock, PacketSink& sink) {
    std::optional<ClockSender::Place> before({.pid = form.pid, .counter = last_counter()});
    unit.for_each_packet([&](MutablePacket packet) {
        const PacketView view(packet.data());
        if (view.adaptation_flags() != 0) {
            // Flags of seams are hidden with them; a clock goes with the unit it stands in.
            packet[5] = static_cast<std::uint8_t>(packet[5] & ~kDiscontinuityFlag);
            const bool has_clock = view.pcr().has_value();
            clock.patch(packet, form.is_clock,
                unit.header ? std::optional(form.shift) : std::nullopt, before);
            if (has_clock) {
                before.reset(); // what is missing before the next lies within the unit
            }
        }
        packet[1] = static_cast<std::uint8_t>((packet[1] & 0xE0) | form.pid >> 8);
        packet[2] = static_cast<std::uint8_t>(form.pid);
        const std::uint8_t counter = view.has_payload() ? counter_ : last_counter();
        packet[3] = static_cast<std::uint8_t>((packet[3] & 0xF0) | counter);
        counter_ = (counter + 1) & 0x0F;
        return true;
    });
    if (unit.header && form.shift != 0) {
        for (const ClockField field : find_clock_fields(PacketView(unit.first().data()))) {
            if (field.kind == ClockField::Kind::timestamp) {
                advance_clock(unit.first(), field, form.shift * kTicksPerTimestamp);
            }
        }
    }
    for (const PacketRun& run : unit.runs()) {
        sink.run(run);
    }
}

} // namespace plex_tuner::ts
