// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace plex_tuner::hls {

/// ISO 8601 as EXT-X-PROGRAM-DATE-TIME uses it: "2026-01-31T12:00:00.250+01:00", "…Z", offsets with
/// or without colon; no offset counts as UTC.
[[nodiscard]] std::optional<std::chrono::sys_time<std::chrono::milliseconds>> parse_date_time(
    std::string_view text) noexcept;

} // namespace plex_tuner::hls
