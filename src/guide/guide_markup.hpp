// SPDX-License-Identifier: GPL-3.0-or-later
// Pieces of the guide as it is written.
#pragma once

#include "xmltv_time.hpp"

#include <plex_tuner/base/clock.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace plex_tuner::guide {

inline constexpr std::string_view kProgrammeBegin = "<programme start=\"";
inline constexpr std::string_view kProgrammeStop = "\" stop=\"";
/// From the begin of a programme to the digits of its stop time.
inline constexpr std::size_t kStopOffset =
    kProgrammeBegin.size() + kTimeDigits + kUtcOffset.size() + kProgrammeStop.size();
/// Of a name that is shown: every programme without a title holds it.
inline constexpr std::size_t kMaxNameBytes = 1024;

void append_time(std::string& out, WallTime time);

/// Text that is not UTF-8 is taken for Windows-1252. Nothing at all when nothing of it is visible.
void append_element(std::string& out, std::string_view name, std::string_view text);

/// ` name="value"`
void append_quoted(std::string& out, std::string_view name, std::string_view value);

} // namespace plex_tuner::guide
