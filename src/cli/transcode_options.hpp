// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::cli {

struct TranscodeOptions {
    gateway::TranscodeSettings settings;
    std::shared_ptr<const media::FfmpegProgram> ffmpeg = {}; ///< null: none is named
    std::vector<std::string> problems; ///< what of the settings is of no use, one sentence each
};

/// Reads the file of profiles, too, and asks the program ffmpeg what it can, which may take
/// seconds.
[[nodiscard]] TranscodeOptions make_transcode_options(const config::StreamSettings& settings);

/// For `plex-tuner config`: those, what is wrong with the override files, and what of all that this
/// build, or that program, cannot do.
[[nodiscard]] std::vector<std::string> transcode_problems(const config::StreamSettings& settings);

} // namespace plex_tuner::cli
