// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/media/ffmpeg_program.hpp>

#include <string>

namespace plex_tuner::cli {

/// The program that a setting names, by its path or by a name that is looked for in PATH, and what
/// it can. Of our environment it gets what finds libraries and devices, and nothing that may be
/// secret. May take seconds.
[[nodiscard]] media::FfmpegProgram find_ffmpeg(const std::string& setting);

} // namespace plex_tuner::cli
