// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::epg {

/// What the name of an event channel announces: "PPV 3 | Team A v Team B @ 19:00".
struct Event {
    std::string title;
    WallTime start;
    WallTime stop;

    friend bool operator==(const Event&, const Event&) = default;
};

/// An event that names no end lasts so long.
inline constexpr std::chrono::hours kEventLength{3};

/// Reads the time in a name: "@ 19:00", "7:30 PM ET", "28/11 20:00", "Nov 28 8 PM",
/// "2026-11-28 20:00:00", "start:2026-11-28 20:00:00 stop:2026-11-28 22:30:00". Without a zone it
/// is in that of `local`, minutes east of UTC; without a day it is the next such time, or one that
/// began up to kEventLength ago. Nothing for names that are not those of an event channel: one that
/// begins with PPV, EVENT or LIVE, or names two that meet, and a time.
[[nodiscard]] std::optional<Event> parse_event_name(
    std::string_view name, WallTime now, std::chrono::minutes local);

} // namespace plex_tuner::epg
