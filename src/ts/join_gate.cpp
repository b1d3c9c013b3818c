// SPDX-License-Identifier: GPL-3.0-or-later
#include "join_gate.hpp"

#include "picture_of_unit.hpp"

#include <plex_tuner/ts/packet.hpp>

namespace plex_tuner::ts {

namespace {

/// After so much without a random access point, what is marked as one is believed,
constexpr std::size_t kIndicatorAfter = std::size_t{3} << 20;
/// after so much any picture will do,
constexpr std::size_t kAnyAfter = std::size_t{8} << 20;
/// and after so much media time without a picture any sound.
constexpr std::int64_t kSoundAfter = 5 * kTimestampHz;

} // namespace

void JoinGate::close() noexcept {
    open_ = false;
    settle_ = false;
    waited_bytes_ = 0;
    sound_since_.reset();
    leads_to_.reset();
}

bool JoinGate::opens(const StreamUnit& unit, Codec codec, bool is_main) {
    if (!unit.header) {
        return false;
    }
    if (!is_main) {
        const auto time = unit.header->pts;
        if (!is_audio(codec) || !time) {
            return false;
        }
        sound_since_ = sound_since_.value_or(*time);
        return settle_ || timestamp_difference(*time, *sound_since_) > kSoundAfter;
    }
    if (is_audio(codec) || settle_ || waited_bytes_ > kAnyAfter) {
        return true;
    }
    const bool indicator = PacketView(unit.first().data()).random_access();
    if (!PictureScanner::supports(codec)) {
        return indicator;
    }
    const PictureKind kind = picture_of(unit, codec);
    return kind == PictureKind::key_frame || kind == PictureKind::recovery_point ||
           (indicator && waited_bytes_ > kIndicatorAfter);
}

bool JoinGate::admit(const StreamUnit& unit, Codec codec, bool is_main) {
    if (!open_) {
        waited_bytes_ += unit.size();
        if (!opens(unit, codec, is_main)) {
            return false;
        }
        open_ = true;
        if (is_main && is_video(codec)) {
            leads_to_ = unit.header->pts;
        }
        return true;
    }
    if (leads_to_ && is_main && unit.header && unit.header->pts) {
        if (timestamp_difference(*unit.header->pts, *leads_to_) < 0) {
            return false;
        }
        const auto decoded = unit.header->dts.value_or(*unit.header->pts);
        if (timestamp_difference(decoded, *leads_to_) >= 0) {
            leads_to_.reset();
        }
    }
    return true;
}

} // namespace plex_tuner::ts
