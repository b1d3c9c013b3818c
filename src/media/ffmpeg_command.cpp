// SPDX-License-Identifier: GPL-3.0-or-later
// A profile in the words of the program ffmpeg: what encoder.cpp, picture_chain.cpp,
// sound_chain.cpp and live_muxer.cpp do with the libraries.
#include <plex_tuner/media/ffmpeg_program.hpp>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string_view>

namespace plex_tuner::media {
namespace {

/// Longer than any group that is cut by time.
constexpr int kLongestGroup = 250;
/// 25 and 50 pictures a second stay, all else becomes 30000/1001.
constexpr std::string_view kNtscRate = "fps=fps='if(between(source_fps,24.9,25.1)+between(source_"
                                       "fps,49.9,50.1),source_fps,ntsc)'";

using Options = std::vector<std::string>;

void add(Options& options, std::initializer_list<std::string_view> more) {
    options.insert(options.end(), more.begin(), more.end());
}

void add(Options& options, const Options& more) {
    options.insert(options.end(), more.begin(), more.end());
}

[[nodiscard]] std::string kilobits(int rate) {
    return std::to_string(rate) + "k";
}

[[nodiscard]] std::string_view encoder_of(VideoTarget target) noexcept {
    return target == VideoTarget::h264 ? "libx264" : "mpeg2video";
}

[[nodiscard]] std::string_view encoder_of(AudioTarget target) noexcept {
    switch (target) {
    case AudioTarget::mp3:
        return "libmp3lame";
    case AudioTarget::mp2:
        return "mp2";
    default:
        return "aac";
    }
}

[[nodiscard]] bool is_encoded(VideoTarget target) noexcept {
    return target == VideoTarget::h264 || target == VideoTarget::mpeg2;
}

[[nodiscard]] bool is_encoded(AudioTarget target) noexcept {
    return target != AudioTarget::none && target != AudioTarget::copy;
}

[[nodiscard]] std::string picture_filters(const Profile& profile) {
    std::string filters = "bwdif=mode=send_frame:parity=auto:deint=interlaced,";
    filters += profile.max_width > 0
                   ? "scale=w='trunc(min(" + std::to_string(profile.max_width) + ",iw)/2)*2':h=-2,"
                   : "scale=trunc(iw/2)*2:trunc(ih/2)*2,";
    return filters.append(profile.ntsc_rate ? kNtscRate : "fps=source_fps")
        .append(",format=yuv420p");
}

void add_h264(Options& options, const Profile& profile) {
    std::string own = "repeat-headers=1:scenecut=0:force-cfr=1";
    if (profile.group_pictures > 0) {
        const std::string pictures = std::to_string(profile.group_pictures);
        own += ":keyint=" + pictures + ":min-keyint=" + pictures;
    }
    if (profile.constant_rate) {
        own += ":nal-hrd=cbr";
    }
    add(options, {"-preset", "veryfast", "-tune", "zerolatency", "-a53cc", "0"});
    if (profile.access_delimiters) {
        add(options, {"-aud", "1"});
    }
    if (profile.baseline) {
        add(options, {"-profile:v", "baseline", "-level:v", "3.1", "-refs", "1"});
    }
    add(options, {"-x264-params", own});
}

void add_video(Options& options, const Profile& profile) {
    if (profile.video == VideoTarget::copy) {
        add(options, {"-c:v", "copy"});
        return;
    }
    add(options, {"-vf", picture_filters(profile), "-c:v", encoder_of(profile.video), "-b:v",
                     kilobits(profile.video_rate), "-maxrate", kilobits(profile.video_peak),
                     "-bufsize", kilobits(profile.video_buffer), "-bf", "0"});
    if (profile.constant_rate) {
        add(options, {"-minrate", kilobits(profile.video_peak)});
    }
    if (profile.group_pictures > 0) {
        const std::string pictures = std::to_string(profile.group_pictures);
        add(options, {"-g", pictures, "-keyint_min", pictures});
    } else {
        // How many pictures make a second is not known here.
        add(options, {"-g", std::to_string(kLongestGroup), "-keyint_min", "1", "-force_key_frames",
                         "expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+1))"});
    }
    if (profile.video == VideoTarget::h264) {
        add(options, {"-flags:v", "+cgop"});
        add_h264(options, profile);
    } else {
        add(options, {"-flags:v", "+cgop+low_delay", "-sc_threshold", "1000000000"});
    }
}

void add_audio(Options& options, const Profile& profile) {
    if (profile.audio == AudioTarget::copy) {
        add(options, {"-c:a", "copy"});
        return;
    }
    add(options, {"-af", "aresample=async=1:first_pts=0", "-ac", "2", "-ar", "48000", "-c:a",
                     encoder_of(profile.audio), "-b:a", kilobits(profile.audio_rate)});
}

[[nodiscard]] bool has(const FfmpegProgram& program, const std::string& encoder) {
    return std::ranges::binary_search(program.encoders, encoder);
}

} // namespace

std::vector<std::string> ffmpeg_command(const FfmpegProgram& program, const Profile& profile) {
    Options command{program.path};
    add(command, {"-hide_banner", "-nostdin", "-loglevel", "error"});
    add(command, profile.ffmpeg_input);
    // One programme, whose table comes first: nothing more is to be waited for.
    add(command, {"-fflags", "+discardcorrupt+genpts", "-analyzeduration", "3000000", "-probesize",
                     "3000000", "-fpsprobesize", "5", "-scan_all_pmts", "0", "-f", "mpegts", "-i",
                     "pipe:0"});
    if (profile.video != VideoTarget::none) {
        add(command, {"-map", "0:v:0?"});
    }
    if (profile.audio != AudioTarget::none) {
        add(command, {"-map", "0:a:0?"});
    }
    add(command, {"-sn", "-dn"});
    if (profile.video != VideoTarget::none) {
        if (profile.ffmpeg_video.empty()) {
            add_video(command, profile);
        } else {
            add(command, profile.ffmpeg_video);
        }
    }
    if (profile.audio != AudioTarget::none) {
        if (profile.ffmpeg_audio.empty()) {
            add_audio(command, profile);
        } else {
            add(command, profile.ffmpeg_audio);
        }
    }
    add(command,
        {"-metadata", "service_name=plex-tuner", "-metadata", "service_provider=plex-tuner",
            "-flush_packets", "1", "-max_interleave_delta", "500000", "-muxdelay", "0.35",
            "-muxpreload", "0", "-pcr_period", "20", "-mpegts_flags",
            "+resend_headers+pat_pmt_at_frames", "-f", "mpegts", "pipe:1"});
    return command;
}

std::string encoder_in(const std::vector<std::string>& options, char kind) {
    const std::array<std::string, 5> names{std::string("-c:") + kind, std::string("-codec:") + kind,
        std::string("-") + kind + "codec", std::string("-c:") + kind + ":0",
        std::string("-codec:") + kind + ":0"};
    // The last one counts, as for ffmpeg; one without a value would take our next option for it.
    std::string encoder;
    for (std::size_t at = 0; at < options.size(); ++at) {
        if (std::ranges::find(names, options[at]) != names.end()) {
            encoder = at + 1 < options.size() ? options[at + 1] : "";
        }
    }
    return encoder;
}

std::string missing_encoder(const FfmpegProgram& program, const Profile& profile) {
    std::vector<std::string> needed;
    if (!profile.ffmpeg_video.empty()) {
        needed.push_back(encoder_in(profile.ffmpeg_video, 'v'));
    } else if (is_encoded(profile.video)) {
        needed.emplace_back(encoder_of(profile.video));
    }
    if (!profile.ffmpeg_audio.empty()) {
        needed.push_back(encoder_in(profile.ffmpeg_audio, 'a'));
    } else if (is_encoded(profile.audio)) {
        needed.emplace_back(encoder_of(profile.audio));
    }
    for (const std::string& encoder : needed) {
        if (encoder != "copy" && !has(program, encoder)) {
            return encoder;
        }
    }
    return {};
}

} // namespace plex_tuner::media
