// SPDX-License-Identifier: GPL-3.0-or-later
#include "waiting_sound.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace plex_tuner::ts {
namespace {

/// Times farther apart are not of one clock: segments of sound are shorter.
constexpr std::int64_t kOneClock = 120 * kTimestampHz;
/// Sound of a later time base than that of the pictures may have begun so long ago.
constexpr std::int64_t kJustBegun = kTimestampHz / 5;
/// After so long without sound the counts of time bases are not believed any more.
constexpr std::int64_t kSilence = 20 * kTimestampHz;

} // namespace

void WaitingSound::push(Unit unit) {
    unit.base = base_;
    if (newest_ && newest_base_ == base_) {
        const std::int64_t step = timestamp_difference(unit.time, *newest_);
        if (step <= 0 && step > -kOneClock) {
            ++counters_.repeated;
            return;
        }
    }
    newest_ = unit.time;
    newest_base_ = base_;
    bytes_ += unit.packets.size();
    units_.push_back(std::move(unit));
    while (bytes_ > ProgramMerger::kMaxWaitingBytes) {
        drop_front(counters_.overflowed);
    }
}

void WaitingSound::begin_picture_base(std::uint64_t count) noexcept {
    picture_base_ += count;
    now_.reset();
    silent_since_.reset();
    matched_ = false;
}

void WaitingSound::advance(std::int64_t now) noexcept {
    if (now_ && std::abs(timestamp_difference(now, *now_)) > kOneClock) {
        matched_ = false; // it jumped unannounced
        silent_since_.reset();
    }
    now_ = now;
    silent_since_ = silent_since_.value_or(now);
    if (timestamp_difference(now, *silent_since_) > kSilence) {
        silent_since_ = now;
        matched_ = false;
        picture_base_ = newest_base_;
    }
}

WaitingSound::Verdict WaitingSound::judge(const Unit& unit, std::int64_t lead) const noexcept {
    const std::int64_t ahead = timestamp_difference(unit.time, *now_);
    if (unit.base > picture_base_) {
        return ahead >= -kJustBegun && ahead <= lead ? Verdict::due : Verdict::wait;
    }
    if (ahead < -ProgramMerger::kLate || ahead > kOneClock) {
        return Verdict::drop;
    }
    if (ahead <= lead) {
        return Verdict::due;
    }
    // Sound without marks of its own goes on in a time base that only the pictures count, but
    // what later sound stands behind is of the past.
    return unit.base < picture_base_ && newest_base_ > unit.base ? Verdict::drop : Verdict::wait;
}

void WaitingSound::find_match(std::int64_t lead) {
    const auto match = std::ranges::find_if(units_, [&](const Unit& unit) {
        const std::int64_t ahead = timestamp_difference(unit.time, *now_);
        return ahead >= -kJustBegun && ahead <= lead;
    });
    if (match == units_.end()) {
        return;
    }
    for (auto before = match - units_.begin(); before > 0; --before) {
        drop_front(counters_.misplaced);
    }
    picture_base_ = units_.front().base;
    matched_ = true;
}

const WaitingSound::Unit* WaitingSound::next_due(std::int64_t lead) {
    if (!now_) {
        return nullptr;
    }
    if (!matched_) {
        find_match(lead);
    }
    while (!units_.empty()) {
        switch (judge(units_.front(), lead)) {
        case Verdict::wait:
            return nullptr;
        case Verdict::drop:
            drop_front(counters_.misplaced);
            break;
        case Verdict::due:
            matched_ = true;
            silent_since_ = now_;
            picture_base_ = std::max(picture_base_, units_.front().base);
            given_ = std::move(units_.front());
            bytes_ -= given_.packets.size();
            units_.pop_front();
            ++counters_.merged;
            return &given_;
        }
    }
    return nullptr;
}

std::optional<std::int64_t> WaitingSound::ahead() const noexcept {
    if (!newest_) {
        return 0;
    }
    if (now_) {
        if (newest_base_ > picture_base_) {
            return kOneClock; // complete to the end of the pictures' time base
        }
        const std::int64_t ahead = timestamp_difference(*newest_, *now_);
        return std::abs(ahead) <= kOneClock ? std::optional(ahead) : std::nullopt;
    }
    const auto first =
        std::ranges::find_if(units_, [&](const Unit& unit) { return unit.base >= picture_base_; });
    return first == units_.end() ? 0 : timestamp_difference(*newest_, first->time);
}

void WaitingSound::drop_front(std::uint64_t& counter) {
    bytes_ -= units_.front().packets.size();
    units_.pop_front();
    ++counter;
}

} // namespace plex_tuner::ts
