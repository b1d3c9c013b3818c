// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace plex_tuner::testing {

/// What tsreport, which shares nothing with FFmpeg or us, finds wrong with a transport stream, line
/// by line: lost packets, more than 100 ms between clock references, decoding times that do not
/// rise. Empty: nothing. A stream in which it finds no programme is wrong.
[[nodiscard]] std::string complaints_of_tsreport(std::string_view stream);

} // namespace plex_tuner::testing
