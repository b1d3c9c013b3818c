// SPDX-License-Identifier: GPL-3.0-or-later
#include "failover_plan.hpp"

#include <algorithm>

namespace plex_tuner::gateway {

namespace {

using std::chrono::milliseconds;

/// Time for a provider to notice the closed connection: accounts often allow only one.
constexpr milliseconds kReconnectPause{100};
constexpr int kMaxDoublings = 10;
/// What servers say they want is taken within these bounds.
constexpr std::chrono::seconds kLeastTold{1};
constexpr std::chrono::seconds kMostTold{3'600};

struct Pause {
    milliseconds first;
    milliseconds longest;
};

Pause pause_after(FailoverReason reason) {
    switch (reason) {
    case FailoverReason::connect:
    case FailoverReason::server_fault:
    case FailoverReason::first_byte:
    case FailoverReason::stall:
    case FailoverReason::cut:
    case FailoverReason::frozen_clock:
        return {milliseconds(250), milliseconds(5'000)};
    case FailoverReason::no_slot:
        return {milliseconds(1'000), milliseconds(5'000)};
    case FailoverReason::refused:
    case FailoverReason::wrong_content:
    case FailoverReason::no_media:
    case FailoverReason::too_slow:
    case FailoverReason::slate:
    case FailoverReason::unsupported:
        return {milliseconds(5'000), milliseconds(60'000)};
    case FailoverReason::over_limit:
        return {milliseconds(10'000), milliseconds(60'000)};
    }
    return {milliseconds(5'000), milliseconds(60'000)};
}

} // namespace

std::optional<FailoverPlan::Choice> FailoverPlan::next(SteadyTime now) const {
    std::optional<Choice> best;
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        const std::size_t index = (current_ + i + (stay_ ? 0 : 1)) % sources_.size();
        const Source& source = sources_[index];
        if (source.given_up) {
            continue;
        }
        const SteadyTime from = std::max(now, source.cool_until);
        const bool comes_first = stay_ && index == current_;
        if (comes_first || from == now) {
            return Choice{index, from, source.is_told};
        }
        if (!best || from < best->not_before) {
            best = Choice{index, from, source.is_told};
        }
    }
    return best;
}

void FailoverPlan::failed(std::size_t source, FailoverReason reason, SteadyTime now,
    std::optional<std::chrono::seconds> told) {
    Source& one = sources_[source];
    const Pause pause = pause_after(reason);
    one.cool_until =
        now + std::min(pause.longest, pause.first * (1 << std::min(one.failures, kMaxDoublings)));
    one.is_told = told.has_value();
    if (told) {
        one.cool_until = now + std::clamp<std::chrono::seconds>(*told, kLeastTold, kMostTold);
    }
    ++one.failures;
    one.given_up = one.given_up || reason == FailoverReason::unsupported;
    current_ = source;
    stay_ = false;
}

void FailoverPlan::broke_off(std::size_t source, SteadyTime now) {
    sources_[source].failures = 0;
    sources_[source].cool_until = now + kReconnectPause;
    sources_[source].is_told = false;
    current_ = source;
    stay_ = true;
}

std::size_t FailoverPlan::left() const noexcept {
    return static_cast<std::size_t>(std::ranges::count(sources_, false, &Source::given_up));
}

bool FailoverPlan::has_alternative(std::size_t source, SteadyTime now) const {
    for (std::size_t i = 0; i < sources_.size(); ++i) {
        if (i != source && !sources_[i].given_up && sources_[i].cool_until <= now) {
            return true;
        }
    }
    return false;
}

} // namespace plex_tuner::gateway
