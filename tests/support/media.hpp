// SPDX-License-Identifier: GPL-3.0-or-later
// Real media for tests, made once by ffmpeg and kept in the build directory.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace plex_tuner::testing {

/// MPEG-TS: 640x360 H.264 with a key frame every second, AAC stereo; `seconds` long.
[[nodiscard]] const std::string& h264_clip(int seconds = 20);

/// The same with B pictures, in closed groups of pictures or in open ones, where the first that are
/// shown after an I picture refer to the group before.
[[nodiscard]] const std::string& h264_b_picture_clip(int seconds = 10);
[[nodiscard]] const std::string& h264_open_gop_clip(int seconds = 10);

/// The clip with B pictures, black and silent but for a flash and a beep that begin at once, half a
/// second behind each key frame.
[[nodiscard]] const std::string& flash_clip(int seconds = 10);

/// MPEG-TS: MPEG-2 video and AC-3.
[[nodiscard]] const std::string& mpeg2_clip(int seconds = 10);

/// MPEG-TS of a test picture and a tone, kept under `name`, which stands for `arguments`: filters
/// and codecs as ffmpeg's command line has them.
[[nodiscard]] const std::string& made_clip(
    const std::string& name, int seconds, const std::vector<std::string>& arguments);

/// The segments of one second each of an H.264/AAC clip, as ffmpeg's HLS muxer cuts them: time
/// stamps go on from one to the next.
[[nodiscard]] const std::vector<std::string>& hls_segments();

/// What ffmpeg's HLS muxer makes of a test picture and a tone, by file name; `playlist` is its
/// output. Kept under `name`, which stands for `arguments`: codecs and -hls_… options.
[[nodiscard]] const std::map<std::string, std::string>& hls_files(const std::string& name,
    int seconds, const std::vector<std::string>& arguments,
    const std::string& playlist = "list.m3u8");
/// Eight seconds of H.264 with B pictures and AAC as fragmented MP4: init.mp4, and list0.m4s to
/// list3.m4s of two seconds each.
[[nodiscard]] const std::map<std::string, std::string>& fmp4_files();

/// An ID3 tag with the time of the first sample of a packed audio segment, 90 kHz (RFC 8216 3.4).
[[nodiscard]] std::string id3_time_tag(std::uint64_t time);
/// A tone as elementary stream of a format that ffmpeg knows ("adts", "ac3", "mp3", …), 48 kHz.
[[nodiscard]] const std::string& tone(const std::string& format, int seconds = 8);
/// The tone in ADTS cut into segments of 50 frames (of 1024 samples), each with its ID3 tag; the
/// first begins at `time`.
[[nodiscard]] std::vector<std::string> packed_aac_segments(std::uint64_t time);

/// For benchmarks: 720p25 H.264 and AAC padded to 4.4 Mb/s, 20 s, and the same as segments of 2 s.
[[nodiscard]] const std::string& relay_clip();
[[nodiscard]] const std::vector<std::string>& relay_segments();

} // namespace plex_tuner::testing
