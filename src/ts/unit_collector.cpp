// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit_collector.hpp"

#include <algorithm>
#include <limits>

namespace plex_tuner::ts {

namespace {

constexpr std::size_t kPesFixedBytes = 6;
/// Of a packet without adaptation field.
constexpr std::size_t kPlainPayload = kPacketSize - 4;

} // namespace

UnitCollector::Content UnitCollector::content_of(Codec codec) noexcept {
    if (is_video(codec)) {
        return Content::video;
    }
    const bool is_pes = is_audio(codec) || codec == Codec::teletext ||
                        codec == Codec::dvb_subtitle || codec == Codec::timed_metadata;
    return is_pes ? Content::pes : Content::others;
}

bool UnitCollector::follows(PacketView packet) noexcept {
    duplicate_ = false;
    const int counter = packet.continuity_counter();
    if (!packet.has_payload()) {
        return true;
    }
    const int last = last_counter_;
    last_counter_ = counter;
    if (last < 0 || counter == ((last + 1) & 0x0F) || packet.discontinuity()) {
        return true;
    }
    duplicate_ = counter == last; // allowed once; with other content it is a loss of sixteen
    continuity_errors_ += duplicate_ ? 0 : 1;
    return duplicate_;
}

std::size_t UnitCollector::feed_continuation(
    std::span<std::uint8_t> packets, const PacketMemory& memory) {
    if (state_ != State::collecting || last_counter_ < 0) {
        return 0;
    }
    // The last packet of a PES packet of known length is what makes it whole.
    const std::size_t end = length_ != 0 ? length_ : std::numeric_limits<std::size_t>::max();
    const std::size_t room = kMaxUnitBytes - std::min(runs_.size(), kMaxUnitBytes);
    std::size_t taken = 0;
    while (packets.size() - taken >= kPacketSize && taken + kPacketSize < room &&
           collected_ + kPlainPayload < end) {
        const Bytes packet = packets.subspan(taken, kPacketSize);
        const int counter = (last_counter_ + 1) & 0x0F;
        // Payload only, not scrambled, in sequence; neither damaged nor a start.
        if (packet[0] != kSyncByte || packet[1] != packets[1] || (packet[1] & 0xC0) != 0 ||
            packet[2] != packets[2] || packet[3] != (0x10 | counter)) {
            break;
        }
        last_counter_ = counter;
        collected_ += kPlainPayload;
        taken += kPacketSize;
    }
    if (taken > 0) {
        runs_.append(packets.first(taken), memory);
    }
    return taken;
}

UnitCollector::Step UnitCollector::take(MutablePacket bytes, const PacketMemory& memory) {
    const PacketView packet(bytes.data());
    const bool follows = this->follows(packet);
    if (duplicate_) {
        return Step::nothing;
    }
    if (content_ == Content::others) {
        return Step::packet;
    }
    if (!follows && state_ != State::skipping) {
        damaged_units_ += state_ == State::collecting ? 1 : 0;
        drop();
        state_ = State::skipping;
    }
    if (packet.unit_start() && packet.has_payload()) {
        return Step::begins;
    }
    switch (state_) {
    case State::skipping:
        return packet.has_payload() ? Step::nothing : Step::packet;
    case State::passing:
        return Step::packet;
    case State::collecting:
        runs_.append(bytes, memory);
        collected_ += packet.payload().size();
        return (length_ != 0 && collected_ >= length_) || runs_.size() >= kMaxUnitBytes
                   ? Step::whole
                   : Step::nothing;
    }
    return Step::nothing;
}

bool UnitCollector::begin(MutablePacket packet, const PacketMemory& memory) {
    const Bytes payload = PacketView(packet.data()).payload();
    drop();
    collected_ = payload.size();
    length_ = 0;
    header_ = parse_pes_header(payload);
    if (!header_) {
        ++damaged_units_;
        state_ = State::skipping;
        return false;
    }
    if (content_ == Content::pes) {
        const auto length = static_cast<std::size_t>(payload[4] << 8 | payload[5]);
        length_ = length == 0 ? 0 : kPesFixedBytes + length;
    }
    state_ = State::collecting;
    runs_.append(packet, memory);
    return !holds_ || (length_ != 0 && collected_ >= length_);
}

void UnitCollector::drop() noexcept {
    runs_.clear();
    header_.reset();
}

void UnitCollector::abandon() noexcept {
    damaged_units_ += runs_.empty() ? 0 : 1;
    drop();
    restart();
}

void UnitCollector::restart() noexcept {
    state_ = State::skipping;
    last_counter_ = -1;
}

} // namespace plex_tuner::ts
