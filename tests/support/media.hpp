// SPDX-License-Identifier: GPL-3.0-or-later
// Real media for tests, made once by ffmpeg and kept in the build directory.
#pragma once

#include <string>
#include <vector>

namespace plex_tuner::testing {

/// MPEG-TS: 640x360 H.264 with a key frame every second, AAC stereo; `seconds` long.
[[nodiscard]] const std::string& h264_clip(int seconds = 20);

/// The same with B pictures, in closed groups of pictures or in open ones, where the first that are
/// shown after an I picture refer to the group before.
[[nodiscard]] const std::string& h264_b_picture_clip(int seconds = 10);
[[nodiscard]] const std::string& h264_open_gop_clip(int seconds = 10);

/// MPEG-TS: MPEG-2 video and AC-3.
[[nodiscard]] const std::string& mpeg2_clip(int seconds = 10);

/// The segments of one second each of an H.264/AAC clip, as ffmpeg's HLS muxer cuts them: time
/// stamps go on from one to the next.
[[nodiscard]] const std::vector<std::string>& hls_segments();

/// For benchmarks: 720p25 H.264 and AAC padded to 4.4 Mb/s, 20 s, and the same as segments of 2 s.
[[nodiscard]] const std::string& relay_clip();
[[nodiscard]] const std::vector<std::string>& relay_segments();

} // namespace plex_tuner::testing
