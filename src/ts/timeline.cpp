// SPDX-License-Identifier: GPL-3.0-or-later
#include "timeline.hpp"

#include <algorithm>

namespace plex_tuner::ts {

namespace {

constexpr std::int64_t kSecond = kTimestampHz;
/// When a stream has shown no distance between its units: 25 pictures a second.
constexpr std::int64_t kUsualStep = kTimestampHz / 25;
/// Pictures may be that far apart; more is a pause.
constexpr std::int64_t kLongestStep = kSecond;
/// A time so far from where the timeline stands is of another time base. Sound and data may lag far
/// behind the pictures they are multiplexed with.
constexpr std::int64_t kAhead = 2 * kSecond;
constexpr std::int64_t kBehind = 5 * kSecond;
constexpr std::int64_t kSporadicRange = 10 * kSecond;
/// One stream alone never steps back by more.
constexpr std::int64_t kStepBack = kSecond;
/// Clock references precede the units they belong to.
constexpr std::int64_t kClockLead = 10 * kSecond;
/// So many units of a steady stream that fit nowhere, and the main stream is not waited for.
constexpr int kMisfits = 50;

} // namespace

std::int64_t Timeline::shift_behind(
    const Track& track, std::int64_t decoded, std::int64_t shown) const noexcept {
    const std::int64_t step = track.step > 0 ? track.step : kUsualStep;
    const std::int64_t by_decoding =
        timestamp_difference(timestamp_add(track.last.value_or(now_), step), decoded);
    if (!track.last) {
        return by_decoding;
    }
    // Pictures before the seam may be shown later than the last of them is decoded.
    const std::int64_t by_presentation =
        timestamp_difference(timestamp_add(track.shown, step), shown);
    return timestamp_difference(by_presentation, by_decoding) > 0 ? by_presentation : by_decoding;
}

bool Timeline::fits(const Track& track, Role role, std::int64_t time) const noexcept {
    const std::int64_t distance = timestamp_difference(time, now_);
    if (role == Role::sporadic) {
        return distance > -kSporadicRange && distance < kSporadicRange;
    }
    return distance > -kBehind && distance < kAhead &&
           (!track.last || timestamp_difference(time, *track.last) > -kStepBack);
}

void Timeline::begin_base(std::int64_t shift) noexcept {
    previous_shift_ = shift_;
    shift_ = shift;
    ++base_;
}

void Timeline::advance(Track& track, std::int64_t time, std::int64_t shown) noexcept {
    if (track.last) {
        const std::int64_t step = timestamp_difference(time, *track.last);
        if (step > 0 && step <= kLongestStep && track.base == base_) {
            track.step = step;
            track.longest_step = std::max(track.longest_step, step);
        }
    }
    if (!track.last || timestamp_difference(shown, track.shown) > 0) {
        track.shown = shown;
    }
    track.last = time;
    track.misfits = 0;
    if (!has_now_ || timestamp_difference(time, now_) > 0) {
        now_ = time;
        has_now_ = true;
    }
}

std::optional<std::int64_t> Timeline::place(
    std::size_t stream, Role role, std::int64_t decoded, std::int64_t shown) {
    if (tracks_.size() <= stream) {
        tracks_.resize(stream + 1);
    }
    Track& track = tracks_[stream];
    if (!has_now_) {
        advance(track, timestamp_add(decoded, shift_), timestamp_add(shown, shift_));
        track.base = base_;
        return shift_;
    }
    std::int64_t shift = shift_;
    bool is_new_base = false;
    if (awaits_main_) {
        if (role != Role::main) {
            return std::nullopt;
        }
        is_new_base = true;
        awaits_main_ = false;
        previous_shift_.reset();
    } else if (!fits(track, role, timestamp_add(decoded, shift_))) {
        if (previous_shift_ && fits(track, role, timestamp_add(decoded, *previous_shift_))) {
            shift = *previous_shift_;
        } else if (role == Role::main || (role == Role::steady && ++track.misfits > kMisfits)) {
            is_new_base = true;
            ++jumps_;
        } else {
            return std::nullopt;
        }
    }
    if (is_new_base) {
        begin_base(shift_behind(track, decoded, shown));
        shift = shift_;
    }
    const std::int64_t time = timestamp_add(decoded, shift);
    const bool enters = track.base != base_ && shift == shift_;
    // Sound overlaps what was there before the seam unless that is over, however long it was.
    if (enters && role != Role::main && track.last &&
        timestamp_difference(time, *track.last) < track.longest_step) {
        return std::nullopt;
    }
    advance(track, time, timestamp_add(shown, shift));
    if (enters) {
        track.base = base_;
        track.longest_step = 0;
    }
    return shift;
}

bool Timeline::admit_clock(std::int64_t pcr) noexcept {
    if (last_clock_ && pcr_difference(pcr, *last_clock_) <= 0) {
        return false;
    }
    last_clock_ = pcr;
    return true;
}

std::optional<std::int64_t> Timeline::place_clock(std::int64_t pcr) const noexcept {
    const auto fits = [&](std::int64_t shift) {
        const std::int64_t distance =
            timestamp_difference(timestamp_add(pcr / (kPcrHz / kTimestampHz), shift), now_);
        return distance > -kClockLead && distance < kAhead;
    };
    if (!has_now_ || (!awaits_main_ && fits(shift_))) {
        return shift_;
    }
    return previous_shift_ && fits(*previous_shift_) ? previous_shift_ : std::nullopt;
}

} // namespace plex_tuner::ts
