// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/clock_meter.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <algorithm>
#include <chrono>

namespace plex_tuner::ts {
namespace {

/// Servers often begin with what they have kept. When the first window is so much of it shorter or
/// longer than it plays, it says nothing of how the stream comes.
constexpr std::int64_t kBurst = 10;

/// 27 MHz.
[[nodiscard]] std::int64_t ticks_of(SteadyTime::duration duration) noexcept {
    constexpr std::int64_t kTicksPerMicrosecond = kPcrHz / 1'000'000;
    return std::chrono::duration_cast<std::chrono::microseconds>(duration).count() *
           kTicksPerMicrosecond;
}

} // namespace

void ClockMeter::new_clock() noexcept {
    pid_ = kNullPid;
    foreign_ = 0;
    last_.reset();
}

void ClockMeter::take(PacketView packet, SteadyTime now) noexcept {
    const auto pcr = packet.pcr();
    if (!pcr || packet.transport_error()) {
        return;
    }
    if (packet.pid() != pid_ && pid_ != kNullPid && ++foreign_ >= kForeign) {
        new_clock();
    }
    if (packet.pid() != pid_ && pid_ != kNullPid) {
        return;
    }
    pid_ = packet.pid();
    foreign_ = 0;
    ++count_;
    if (!last_) {
        last_ = pcr;
        fresh_ = true;
        begin_window(now);
        return;
    }
    const std::int64_t step = pcr_difference(*pcr, *last_);
    last_ = pcr;
    if (step < 0 || step > kMaxStep) {
        jumps_ += packet.discontinuity() ? 0 : 1;
        fresh_ = true;
        begin_window(now);
        return;
    }
    played_ += step;
    current_.interval.add(step);
    overall_.interval.add(step);
    const std::int64_t media = played_ - window_played_;
    const std::int64_t late = ticks_of(now - window_begin_) - media;
    earliest_ = std::min(earliest_, late);
    latest_ = std::max(latest_, late);
    if (media >= kWindow) {
        end_window(now);
    }
}

void ClockMeter::begin_window(SteadyTime now) noexcept {
    current_ = Window{};
    window_begin_ = now;
    window_played_ = played_;
    earliest_ = latest_ = 0;
}

void ClockMeter::end_window(SteadyTime now) noexcept {
    const std::int64_t media = played_ - window_played_;
    const std::int64_t took = ticks_of(now - window_begin_);
    const bool own_pace = fresh_ ? took >= media - media / kBurst && took <= media + media / kBurst
                                 : took >= media / 2 && took <= media * 2;
    if (own_pace) {
        current_.jitter = latest_ - earliest_;
        overall_.jitter = std::max(overall_.jitter.value_or(0), *current_.jitter);
    }
    fresh_ = false;
    recent_ = current_;
    whole_ = true;
    begin_window(now);
}

} // namespace plex_tuner::ts
