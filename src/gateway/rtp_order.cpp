// SPDX-License-Identifier: GPL-3.0-or-later
#include "rtp_order.hpp"

namespace plex_tuner::gateway {

void RtpOrder::add(const RtpPacket& packet, SteadyTime now, std::string& out) {
    const auto ahead = static_cast<std::int16_t>(packet.sequence - next_);
    if (sender_ != packet.sender || ahead < -kMaxMisorder || ahead > kMaxDropout) {
        begin(packet, out);
    } else if (ahead < 0) {
        ++dropped_;
        return;
    }
    while (static_cast<std::uint16_t>(packet.sequence - next_) >= kWindow) {
        step(out);
    }
    auto& place = held_[packet.sequence % kWindow];
    if (place) {
        ++dropped_;
        return;
    }
    if (packet.sequence == next_ && holding_ == 0) { // nearly always
        out.append(packet.payload);
        ++next_;
        return;
    }
    place.emplace(packet.payload);
    ++holding_;
    give_in_order(now, out);
}

void RtpOrder::release(SteadyTime now, std::string& out) {
    if (!waiting_since_ || now - *waiting_since_ < kPatience) {
        return;
    }
    while (holding_ > 0 && !held_[next_ % kWindow]) {
        step(out);
    }
    waiting_since_.reset();
    give_in_order(now, out);
}

void RtpOrder::begin(const RtpPacket& packet, std::string& out) {
    while (holding_ > 0) {
        step(out);
    }
    waiting_since_.reset();
    sender_ = packet.sender;
    next_ = packet.sequence;
}

void RtpOrder::step(std::string& out) {
    auto& place = held_[next_ % kWindow];
    if (place) {
        out.append(*place);
        place.reset();
        --holding_;
    } else {
        ++lost_;
    }
    ++next_;
}

void RtpOrder::give_in_order(SteadyTime now, std::string& out) {
    while (held_[next_ % kWindow]) {
        step(out);
        waiting_since_.reset(); // another packet is missing now
    }
    if (holding_ == 0) {
        waiting_since_.reset();
    } else {
        waiting_since_ = waiting_since_.value_or(now);
    }
}

} // namespace plex_tuner::gateway
