// SPDX-License-Identifier: GPL-3.0-or-later
#include "frame_rate.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace plex_tuner::media {

namespace {

constexpr std::array kUsual{AVRational{24'000, 1'001}, AVRational{24, 1}, AVRational{25, 1},
    AVRational{30'000, 1'001}, AVRational{30, 1}, AVRational{50, 1}, AVRational{60'000, 1'001},
    AVRational{60, 1}};
constexpr AVRational kElse{25, 1};
constexpr AVRational kNtsc{30'000, 1'001};
constexpr double kClock = 90'000;
/// Of a rate; those of film and television in pairs lie nearer to each other, and time tells.
constexpr double kNear = 0.03;

} // namespace

void FrameRateMeter::add(std::int64_t time) {
    if (!is_known() && (times_.empty() || time > times_.back())) {
        times_.push_back(time);
    }
}

AVRational FrameRateMeter::rate() const {
    std::vector<std::int64_t> steps;
    for (std::size_t i = 1; i < times_.size(); ++i) {
        steps.push_back(times_[i] - times_[i - 1]);
    }
    if (steps.empty()) {
        return kElse;
    }
    // A picture that is missing makes one step longer; pulldown makes every other one longer.
    const auto nearest = [](double rate) {
        return *std::ranges::min_element(
            kUsual, {}, [rate](AVRational usual) { return std::abs(av_q2d(usual) - rate); });
    };
    const double mean =
        kClock * static_cast<double>(steps.size()) / static_cast<double>(times_.back() - times_[0]);
    std::ranges::nth_element(steps, steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2));
    const double median = kClock / static_cast<double>(steps[steps.size() / 2]);
    for (const double rate : {mean, median}) {
        const AVRational usual = nearest(rate);
        if (std::abs(av_q2d(usual) - rate) < kNear * rate) {
            return usual;
        }
    }
    return kElse;
}

AVRational target_rate(AVRational source, bool ntsc_rate) {
    const bool is_european = source.den == 1 && (source.num == 25 || source.num == 50);
    return ntsc_rate && !is_european ? kNtsc : source;
}

} // namespace plex_tuner::media
