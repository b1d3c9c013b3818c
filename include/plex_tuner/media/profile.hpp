// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::media {

enum class VideoTarget : std::uint8_t { none, copy, h264, mpeg2 };
enum class AudioTarget : std::uint8_t { none, copy, aac, mp3, mp2 };

/// Into what a channel is transcoded. Bit rates are in kbit/s.
struct Profile {
    std::string name = {};
    VideoTarget video = VideoTarget::h264;
    int video_rate = 0;   ///< on average
    int video_peak = 0;   ///< what the decoder's buffer is filled with
    int video_buffer = 0; ///< that buffer (ISO 13818-1 2.4.2.6), kbit
    int max_width = 0;    ///< pixels; 0: as the source
    /// 30000/1001 pictures a second unless the source has 25 or 50; else what the source has.
    bool ntsc_rate = false;
    bool constant_rate = false;     ///< with HRD parameters that say so (H.264 annex C)
    bool baseline = false;          ///< H.264 baseline, level 3.1: no B pictures, one reference
    bool access_delimiters = false; ///< an access unit delimiter before each picture
    int group_pictures = 0;         ///< of a group of pictures; 0: as many as make a second
    AudioTarget audio = AudioTarget::aac; ///< two channels at 48 kHz, but for copy
    int audio_rate = 0;
    /// For an ffmpeg that is not ours (FfmpegProgram), in place of what follows from the above;
    /// that still says what comes out. Before its input: where to decode.
    std::vector<std::string> ffmpeg_input = {};
    std::vector<std::string> ffmpeg_video = {}; ///< encoder and filters of the pictures
    std::vector<std::string> ffmpeg_audio = {}; ///< and of the sound

    /// Only such a program can make it.
    [[nodiscard]] bool is_for_ffmpeg() const noexcept {
        return !ffmpeg_input.empty() || !ffmpeg_video.empty() || !ffmpeg_audio.empty();
    }

    friend bool operator==(const Profile&, const Profile&) = default;
};

/// Those that need no configuration, the default first.
[[nodiscard]] std::span<const Profile> built_in_profiles() noexcept;

/// By its name or another one it goes by ("plex-safe", "aac", "low"), whatever the case; the empty
/// name is the default's.
[[nodiscard]] const Profile* find_built_in_profile(std::string_view name) noexcept;

/// A clip that is black and silent, in the codecs of a profile.
struct BootstrapClip {
    std::chrono::milliseconds length{0};
    /// Pictures a second of the source, to which those of the clip are chosen as those of the
    /// transcode are; 0: not known.
    int rate_numerator = 0;
    int rate_denominator = 1;
};

/// Whether a clip can be made in the codecs of the profile before a source is known: it copies
/// nothing, and no other program makes it in its own way.
[[nodiscard]] bool has_bootstrap_clip(const Profile& profile) noexcept;

[[nodiscard]] std::string_view to_string(VideoTarget target) noexcept;
[[nodiscard]] std::string_view to_string(AudioTarget target) noexcept;

/// For our own worker's pipe, and so without what is for another program.
[[nodiscard]] std::string encode(const Profile& profile);
/// nullopt: it is not what encode() gives.
[[nodiscard]] std::optional<Profile> decode_profile(std::string_view text);

} // namespace plex_tuner::media
