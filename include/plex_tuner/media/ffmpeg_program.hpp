// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/media/profile.hpp>

#include <chrono>
#include <string>
#include <vector>

namespace plex_tuner::media {

/// The program ffmpeg of the user's choice, which transcodes in place of our own worker. It can
/// have encoders in hardware; it has no sandbox.
struct FfmpegProgram {
    std::string path = {};
    /// All that is in its environment, "NAME=value". Nothing secret belongs there.
    std::vector<std::string> environment = {};
    std::string version = {};               ///< as it says: "5.1.9-0+deb12u1"
    std::vector<std::string> encoders = {}; ///< sorted
    std::string problem = {};               ///< why it cannot be used, a sentence; empty: it can
};

/// Asks the program what it is and has. Waits for it, each of the two times at most `limit`, and
/// ends what is not over then.
[[nodiscard]] FfmpegProgram inspect_ffmpeg(
    std::string path, std::vector<std::string> environment, std::chrono::milliseconds limit);

/// Of what `ffmpeg -encoders` prints, sorted.
[[nodiscard]] std::vector<std::string> parse_encoders(std::string_view listing);

/// How it is started for a profile: MPEG-TS on standard input, MPEG-TS on standard output.
[[nodiscard]] std::vector<std::string> ffmpeg_command(
    const FfmpegProgram& program, const Profile& profile);

/// An encoder that the profile needs and the program lacks; empty: there is none.
[[nodiscard]] std::string missing_encoder(const FfmpegProgram& program, const Profile& profile);

/// The encoder that options name (-c:v, -codec:v, -vcodec; of sound likewise), of several the last;
/// empty: none.
[[nodiscard]] std::string encoder_in(const std::vector<std::string>& options, char kind);

} // namespace plex_tuner::media
