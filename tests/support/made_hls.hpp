// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

namespace plex_tuner::testing {

/// A directory as a web server has it: file name to content.
using MadeFiles = std::map<std::string, std::string>;

/// list.m3u8, its segments of one second and its keys a.key and b.key, as ffmpeg encrypts them
/// (AES-128): three seconds with the first key, then three with the second, which is announced as a
/// discontinuity.
[[nodiscard]] MadeFiles make_encrypted_hls();

/// list.m3u8 with four segments of one second that are byte ranges of list.ts.
[[nodiscard]] MadeFiles make_single_file_hls();

} // namespace plex_tuner::testing
