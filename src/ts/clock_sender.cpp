// SPDX-License-Identifier: GPL-3.0-or-later
#include "clock_sender.hpp"

namespace plex_tuner::ts {

namespace {

constexpr std::int64_t kTicksPerTimestamp = kPcrHz / kTimestampHz;
/// Without a clock reference for so long the program gets its own, this far ahead of the units.
constexpr std::int64_t kNoClockAfter = kTimestampHz;
constexpr std::int64_t kClockLead = kTimestampHz / 2;
constexpr std::int64_t kClockEvery = kTimestampHz / 25;
constexpr std::uint8_t kPcrOffset = 6;

} // namespace

void ClockSender::restart() noexcept {
    is_own_ = false;
    since_.reset();
}

bool ClockSender::takes_over(std::int64_t time) noexcept {
    if (is_own_ || !since_ || timestamp_difference(time, *since_) <= kNoClockAfter) {
        return false;
    }
    is_own_ = true;
    return true;
}

void ClockSender::send_if_due(std::int64_t time, std::uint16_t pid, std::uint8_t counter) {
    if (!is_own_ || (sent_ && timestamp_difference(time, *sent_) < kClockEvery)) {
        return;
    }
    sent_ = time;
    const std::int64_t pcr = timestamp_add(time, -kClockLead) * kTicksPerTimestamp;
    if (timeline_.admit_clock(pcr)) {
        sink_.packets(pcr_packet(pid, counter, pcr));
    }
}

void ClockSender::patch(
    MutablePacket packet, bool is_clock, std::optional<std::int64_t> unit_shift) {
    const auto pcr = PacketView(packet.data()).pcr();
    if (!pcr) {
        return;
    }
    const auto shift = unit_shift ? unit_shift : timeline_.place_clock(*pcr);
    if (!is_clock || is_own_ || !shift) {
        remove_pcr(packet);
        return;
    }
    advance_clock(
        packet, {.kind = ClockField::Kind::pcr, .offset = kPcrOffset}, *shift * kTicksPerTimestamp);
    if (!timeline_.admit_clock(*PacketView(packet.data()).pcr())) {
        remove_pcr(packet);
        return;
    }
    since_ = timeline_.now();
}

} // namespace plex_tuner::ts
