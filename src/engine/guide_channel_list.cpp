// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_channel_list.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/epg/event_name.hpp>

#include <algorithm>
#include <ctime>
#include <utility>

namespace plex_tuner::engine {

namespace {

/// Minutes east of UTC where this machine stands.
std::chrono::minutes local_offset(WallTime now) {
    const std::time_t seconds = now.time_since_epoch().count();
    std::tm parts{};
    return ::localtime_r(&seconds, &parts) == nullptr
               ? std::chrono::minutes(0)
               : std::chrono::duration_cast<std::chrono::minutes>(
                     std::chrono::seconds(parts.tm_gmtoff));
}

} // namespace

std::vector<guide::GuideChannel> guide_channels(
    const lineup::Lineup& lineup, const ServiceOptions& options, WallTime now) {
    const auto local = local_offset(now);
    std::vector<guide::GuideChannel> channels;
    channels.reserve(lineup.channels().size());
    for (const lineup::Channel& channel : lineup.channels()) {
        const auto rule =
            std::ranges::find_if(options.guide_shift_rules, [&](const GuideShiftRule& one) {
                return ascii::matches_pattern(channel.guide_name, one.pattern);
            });
        const auto shift =
            guide::parse_guide_shift(channel.tvg_shift) + options.guide_shift +
            (rule == options.guide_shift_rules.end() ? std::chrono::minutes(0) : rule->shift);
        channels.push_back({channel.guide_number, channel.guide_name, channel.tvg_id, channel.logo,
            std::clamp<std::chrono::minutes>(
                shift, -guide::kMaxGuideShift, guide::kMaxGuideShift)});
        if (auto event = epg::parse_event_name(channel.guide_name, now, local)) {
            channels.back().event = {std::move(event->title), event->start, event->stop};
        }
    }
    return channels;
}

} // namespace plex_tuner::engine
