// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/crc32.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <algorithm>

namespace plex_tuner::ts {
namespace {

constexpr std::size_t kLengthEnd = 3; ///< table_id and section_length
constexpr std::uint8_t kStuffing = 0xFF;
constexpr std::size_t kMinSyntaxSection = 12;

} // namespace

void SectionAssembler::reset() noexcept {
    abandon();
    last_counter_ = -1;
    tail_ = {};
    rest_ = {};
}

void SectionAssembler::abandon() noexcept {
    buffer_.clear();
    collecting_ = false;
    completed_ = false;
}

void SectionAssembler::begin(PacketView packet) {
    tail_ = {};
    rest_ = {};
    unit_start_ = false;
    if (completed_) {
        abandon();
    }
    const Bytes payload = packet.payload();
    if (packet.transport_error() || packet.scrambled() || payload.empty()) {
        return;
    }
    const int counter = packet.continuity_counter();
    const bool excused = packet.discontinuity() || last_counter_ < 0;
    if (!excused && counter == last_counter_) {
        return; // duplicate packet
    }
    if ((excused || counter != ((last_counter_ + 1) & 0x0F)) && collecting_) {
        ++damaged_;
        abandon();
    }
    last_counter_ = counter;
    if (!packet.unit_start()) {
        tail_ = payload;
        return;
    }
    const std::size_t pointer = payload[0];
    if (1 + pointer > payload.size()) {
        ++damaged_;
        abandon();
        return;
    }
    unit_start_ = true;
    tail_ = payload.subspan(1, pointer);
    rest_ = payload.subspan(1 + pointer);
}

Bytes SectionAssembler::next() {
    if (completed_) {
        abandon();
    }
    if (!tail_.empty()) {
        const Bytes tail = tail_;
        tail_ = {};
        if (collecting_) {
            // Behind the end of a section only stuffing can follow without a new pointer_field.
            (void)take(tail);
            if (completed_ && valid()) {
                return buffer_;
            }
        }
    }
    if (unit_start_) {
        unit_start_ = false;
        if (collecting_ && !completed_) {
            ++damaged_;
        }
        abandon();
    }
    while (!rest_.empty() && rest_[0] != kStuffing) {
        abandon();
        collecting_ = true;
        const std::size_t used = take(rest_);
        rest_ = rest_.subspan(used);
        if (completed_ && valid()) {
            return buffer_;
        }
    }
    rest_ = {};
    return {};
}

/// Adds bytes up to the end of the section; returns how many it took.
std::size_t SectionAssembler::take(Bytes bytes) {
    std::size_t used = 0;
    std::size_t need = kLengthEnd;
    for (;;) {
        if (buffer_.size() >= kLengthEnd) {
            need = kLengthEnd + (std::size_t{buffer_[1]} << 8 & 0x0F00U) + buffer_[2];
            if (need > kMaxSectionSize) {
                ++damaged_;
                abandon();
                return bytes.size();
            }
            if (buffer_.size() == need) {
                completed_ = true;
                return used;
            }
        }
        if (used == bytes.size()) {
            return used;
        }
        const Bytes part =
            bytes.subspan(used, std::min(need - buffer_.size(), bytes.size() - used));
        buffer_.insert(buffer_.end(), part.begin(), part.end());
        used += part.size();
    }
}

/// Whether the completed section is to be given out.
bool SectionAssembler::valid() {
    if ((buffer_[1] & 0x80) == 0) {
        return false;
    }
    if (buffer_.size() < kMinSyntaxSection || crc32_mpeg(buffer_) != 0) {
        ++damaged_;
        return false;
    }
    return true;
}

} // namespace plex_tuner::ts
