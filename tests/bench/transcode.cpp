// SPDX-License-Identifier: GPL-3.0-or-later
// Transcoding: how many times faster than real time each profile is made of a 720p clip, and what
// it costs, beside the ffmpeg program with the same settings on the same clip. `transcode
// [SECONDS]`
#include "support/media.hpp"
#include "transcoder.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern "C" {
extern char** environ;
}

namespace {

using namespace plex_tuner;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3;

struct Figures {
    double wall = 0; ///< seconds
    double cpu = 0;
};

double cpu_of(const rusage& usage) {
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double own_cpu() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return cpu_of(usage);
}

double elapsed(Clock::time_point from) {
    return std::chrono::duration<double>(Clock::now() - from).count();
}

Figures ours(const std::string& clip, const media::Profile& profile) {
    std::size_t at = 0;
    std::size_t bytes = 0;
    const auto begin = Clock::now();
    const double cpu = own_cpu();
    media::Transcoder transcoder(
        profile,
        [&](std::span<std::uint8_t> buffer) {
            const std::size_t size = std::min(buffer.size(), clip.size() - at);
            std::copy_n(clip.begin() + static_cast<std::ptrdiff_t>(at), size, buffer.begin());
            at += size;
            return size;
        },
        [&](std::span<const std::uint8_t> part) {
            bytes += part.size();
            return true;
        });
    if (const auto done = transcoder.run(); !done || bytes == 0) {
        std::fprintf(stderr, "%s failed\n", profile.name.c_str());
        std::exit(EXIT_FAILURE);
    }
    return {elapsed(begin), own_cpu() - cpu};
}

/// The same as a command line.
std::vector<std::string> ffmpeg_command(const std::string& file, const media::Profile& profile) {
    std::vector<std::string> command{"ffmpeg", "-v", "error", "-nostdin", "-threads", "2",
        "-thread_type", "slice", "-i", file, "-map", "0:v:0"};
    const auto add = [&](std::initializer_list<std::string> words) {
        command.insert(command.end(), words);
    };
    const auto kilobits = [](int rate) {
        return std::to_string(rate) + "k";
    };
    if (profile.audio != media::AudioTarget::none) {
        add({"-map", "0:a:0", "-af", "aresample=48000:async=1", "-ac", "2", "-b:a",
            kilobits(profile.audio_rate), "-c:a",
            profile.audio == media::AudioTarget::aac   ? "aac"
            : profile.audio == media::AudioTarget::mp3 ? "libmp3lame"
                                                       : "mp2"});
    }
    if (profile.video == media::VideoTarget::copy) {
        add({"-c:v", "copy"});
    } else {
        std::string filters = "bwdif=mode=send_frame:parity=auto:deint=interlaced,";
        if (profile.max_width > 0 && profile.max_width < 1'280) {
            filters += "scale=" + std::to_string(profile.max_width) + ":-2,";
        }
        const int group = profile.group_pictures > 0 ? profile.group_pictures : 25;
        add({"-filter_threads", "1", "-vf", filters + "fps=25,format=yuv420p", "-b:v",
            kilobits(profile.video_rate), "-maxrate", kilobits(profile.video_peak), "-bufsize",
            kilobits(profile.video_buffer), "-bf", "0", "-g", std::to_string(group)});
        if (profile.video == media::VideoTarget::mpeg2) {
            add({"-c:v", "mpeg2video", "-threads", "1", "-sc_threshold", "1000000000", "-flags",
                "+cgop+low_delay"});
        } else {
            std::string own = "repeat-headers=1:scenecut=0:force-cfr=1:keyint=25:min-keyint=25";
            own += profile.constant_rate ? ":nal-hrd=cbr" : "";
            add({"-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-a53cc", "0",
                "-x264-params", own});
        }
        if (profile.constant_rate) {
            add({"-minrate", kilobits(profile.video_peak)});
        }
        if (profile.baseline) {
            add({"-profile:v", "baseline", "-level", "3.1", "-refs", "1", "-aud", "1"});
        }
    }
    add({"-muxdelay", "0.35", "-mpegts_flags", "resend_headers+pat_pmt_at_frames", "-pcr_period",
        "20", "-f", "mpegts", "-y", "/dev/null"});
    return command;
}

Figures ffmpeg(const std::string& file, const media::Profile& profile) {
    std::vector<std::string> command = ffmpeg_command(file, profile);
    std::vector<char*> arguments;
    for (std::string& word : command) {
        arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    const auto begin = Clock::now();
    pid_t pid = 0;
    int status = 0;
    rusage usage{};
    if (::posix_spawnp(&pid, "ffmpeg", nullptr, nullptr, arguments.data(), environ) != 0 ||
        ::wait4(pid, &status, 0, &usage) < 0 || status != 0) {
        std::fprintf(stderr, "ffmpeg failed for %s\n", profile.name.c_str());
        std::exit(EXIT_FAILURE);
    }
    return {elapsed(begin), cpu_of(usage)};
}

void keep_best(Figures& best, const Figures& one) {
    best.wall = best.wall == 0 ? one.wall : std::min(best.wall, one.wall);
    best.cpu = best.cpu == 0 ? one.cpu : std::min(best.cpu, one.cpu);
}

} // namespace

int main() {
    constexpr int kSeconds = 20;
    const std::string& clip = testing::relay_clip();
    const auto file = std::filesystem::temp_directory_path() /
                      ("pt-bench-transcode-" + std::to_string(::getpid()) + ".ts");
    std::ofstream(file, std::ios::binary) << clip;
    std::printf("720p25, %d s, the best of %d rounds; times real time, and CPU s per minute\n\n"
                "  profile         plex-tuner       ffmpeg           ratio of CPU\n",
        kSeconds, kRounds);
    media::silence_library();
    for (const media::Profile& profile : media::built_in_profiles()) {
        Figures own;
        Figures theirs;
        for (int i = 0; i < kRounds; ++i) {
            keep_best(own, ours(clip, profile));
            keep_best(theirs, ffmpeg(file.string(), profile));
        }
        const auto speed = [](const Figures& figures) {
            return kSeconds / figures.wall;
        };
        const auto cost = [](const Figures& figures) {
            return figures.cpu * 60 / kSeconds;
        };
        std::fflush(stdout);
        std::printf("  %-14s %5.1fx  %6.2f s %5.1fx  %6.2f s   %.2f\n", profile.name.c_str(),
            speed(own), cost(own), speed(theirs), cost(theirs), own.cpu / theirs.cpu);
    }
    std::filesystem::remove(file);
    return EXIT_SUCCESS;
}
