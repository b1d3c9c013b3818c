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
constexpr std::int64_t kMostBetween = kPcrHz / 10;
/// A longer gap is one of the media.
constexpr std::int64_t kMostFilled = kPcrHz;

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

void ClockSender::fill_up_to(std::int64_t pcr, Place place) {
    const auto last = timeline_.last_clock();
    const std::int64_t gap = last ? pcr_difference(pcr, *last) : 0;
    if (gap <= kMostBetween || gap > kMostFilled) {
        return;
    }
    const std::int64_t parts = (gap + kMostBetween - 1) / kMostBetween;
    for (std::int64_t i = 1; i < parts; ++i) {
        const std::int64_t between = (*last + gap * i / parts) % kPcrWrap;
        if (timeline_.admit_clock(between)) {
            sink_.packets(pcr_packet(place.pid, place.counter, between));
        }
    }
}

void ClockSender::patch(MutablePacket packet, bool is_clock, std::optional<std::int64_t> unit_shift,
    std::optional<Place> before) {
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
    const std::int64_t mapped = *PacketView(packet.data()).pcr();
    if (before) {
        fill_up_to(mapped, *before);
    }
    if (!timeline_.admit_clock(mapped)) {
        remove_pcr(packet);
        return;
    }
    since_ = timeline_.now();
}

} // namespace plex_tuner::ts
