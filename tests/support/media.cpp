// SPDX-License-Identifier: GPL-3.0-or-later
#include "media.hpp"

#include "child_process.hpp"
#include "temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sstream>
#include <stdexcept>

namespace plex_tuner::testing {

namespace {

namespace fs = std::filesystem;

constexpr int kSegments = 30;
constexpr const char* kSmall = "640x360";
constexpr const char* kLarge = "1280x720";

std::string read_all(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

/// ffmpeg with a test picture and a tone.
void run_ffmpeg(const fs::path& target, int seconds, const std::vector<std::string>& codec,
    const std::string& size) {
    std::vector<std::string> arguments = {"ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi",
        "-i", "testsrc2=size=" + size + ":rate=25", "-f", "lavfi", "-i",
        "sine=frequency=440:sample_rate=48000", "-t", std::to_string(seconds)};
    arguments.insert(arguments.end(), codec.begin(), codec.end());
    arguments.push_back(target.string());
    const CommandResult result = run_command(arguments);
    if (result.exit_code != 0) {
        throw std::runtime_error("ffmpeg: " + result.errors);
    }
}

/// The output appears under its final name only when it is complete, so that test processes running
/// at once do not see half of it.
void make(const fs::path& target, int seconds, const std::vector<std::string>& codec,
    const std::string& size) {
    fs::create_directories(target.parent_path());
    const TemporaryDirectory scratch(target.parent_path());
    const fs::path made = scratch.path() / target.filename();
    run_ffmpeg(made, seconds, codec, size);
    fs::rename(made, target);
}

const std::vector<std::string>& h264_codec() {
    static const std::vector<std::string> codec = {"-c:v", "libx264", "-preset", "ultrafast",
        "-profile:v", "main", "-bf", "0", "-g", "25", "-sc_threshold", "0", "-b:v", "1200k", "-c:a",
        "aac", "-ac", "2", "-b:a", "96k"};
    return codec;
}

const std::string& clip(const std::string& name, int seconds, std::vector<std::string> codec,
    const std::string& size = kSmall) {
    static std::mutex mutex;
    static std::map<std::string, std::string> clips;
    const std::scoped_lock lock(mutex);
    const std::string file_name = name + "-" + std::to_string(seconds) + ".ts";
    const auto found = clips.find(file_name);
    if (found != clips.end()) {
        return found->second;
    }
    const fs::path file = fs::path(PT_TEST_MEDIA_DIR) / file_name;
    if (!fs::exists(file)) {
        codec.insert(codec.end(), {"-f", "mpegts"});
        make(file, seconds, codec, size);
    }
    return clips.emplace(file_name, read_all(file)).first->second;
}

} // namespace

const std::string& h264_clip(int seconds) {
    return clip("h264", seconds, h264_codec());
}

const std::string& h264_b_picture_clip(int seconds) {
    return clip("h264_b_pictures", seconds,
        {"-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "25", "-x264-params",
            "scenecut=0", "-b:v", "1200k", "-c:a", "aac", "-ac", "2", "-b:a", "96k"});
}

const std::string& flash_clip(int seconds) {
    return clip("flash", seconds,
        {"-vf", "drawbox=color=black:t=fill:enable='gte(mod(t+0.5,1),0.08)'", "-af",
            "volume=volume=0:enable='gte(mod(t+0.5,1),0.08)'", "-c:v", "libx264", "-preset",
            "veryfast", "-bf", "2", "-g", "25", "-x264-params", "scenecut=0", "-b:v", "600k",
            "-c:a", "aac", "-ac", "2", "-b:a", "96k"});
}

const std::string& h264_open_gop_clip(int seconds) {
    return clip("h264_open_gop", seconds,
        {"-c:v", "libx264", "-preset", "veryfast", "-bf", "2", "-g", "25", "-x264-params",
            "open-gop=1:scenecut=0", "-b:v", "1200k", "-c:a", "aac", "-ac", "2", "-b:a", "96k"});
}

const std::string& made_clip(
    const std::string& name, int seconds, const std::vector<std::string>& arguments) {
    return clip(name, seconds, arguments);
}

const std::string& mpeg2_clip(int seconds) {
    return clip("mpeg2", seconds,
        {"-c:v", "mpeg2video", "-g", "12", "-b:v", "2000k", "-c:a", "ac3", "-ac", "2"});
}

namespace {

/// Cuts a clip into segments with ffmpeg's HLS muxer.
std::vector<std::string> make_segments(const std::string& name, int count, int seconds_each,
    std::vector<std::string> codec, const std::string& size) {
    const fs::path directory = fs::path(PT_TEST_MEDIA_DIR) / name;
    if (!fs::exists(directory)) {
        fs::create_directories(directory.parent_path());
        const TemporaryDirectory scratch(directory.parent_path());
        const fs::path made = scratch.path() / "hls";
        fs::create_directories(made);
        codec.insert(
            codec.end(), {"-f", "hls", "-hls_time", std::to_string(seconds_each), "-hls_list_size",
                             "0", "-hls_segment_filename", (made / "%03d.ts").string()});
        make(made / "list.m3u8", count * seconds_each, codec, size);
        std::error_code lost_the_race;
        fs::rename(made, directory, lost_the_race);
    }
    std::vector<std::string> segments;
    for (int i = 0; i < count; ++i) {
        std::string number = std::to_string(i);
        number.insert(0, 3 - number.size(), '0');
        segments.push_back(read_all(directory / (number + ".ts")));
    }
    return segments;
}

const std::vector<std::string>& relay_codec() {
    static const std::vector<std::string> codec = {"-c:v", "libx264", "-preset", "ultrafast", "-bf",
        "0", "-g", "50", "-sc_threshold", "0", "-b:v", "3800k", "-maxrate", "3800k", "-bufsize",
        "3800k", "-c:a", "aac", "-b:a", "128k", "-muxrate", "4400k"};
    return codec;
}

} // namespace

const std::vector<std::string>& hls_segments() {
    static const auto segments = make_segments("hls-v1", kSegments, 1, h264_codec(), kSmall);
    return segments;
}

const std::map<std::string, std::string>& hls_files(const std::string& name, int seconds,
    const std::vector<std::string>& arguments, const std::string& playlist) {
    static std::mutex mutex;
    static std::map<std::string, std::map<std::string, std::string>> known;
    const std::scoped_lock lock(mutex);
    if (const auto found = known.find(name); found != known.end()) {
        return found->second;
    }
    const fs::path directory = fs::path(PT_TEST_MEDIA_DIR) / name;
    if (!fs::exists(directory)) {
        fs::create_directories(directory.parent_path());
        const TemporaryDirectory scratch(directory.parent_path());
        const fs::path made = scratch.path() / "hls";
        fs::create_directories(made);
        std::vector<std::string> codec = arguments;
        codec.insert(codec.end(), {"-f", "hls", "-hls_list_size", "0"});
        run_ffmpeg(made / playlist, seconds, codec, kSmall);
        std::error_code lost_the_race;
        fs::rename(made, directory, lost_the_race);
    }
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::directory_iterator(directory)) {
        files.emplace(entry.path().filename().string(), read_all(entry.path()));
    }
    return known.emplace(name, std::move(files)).first->second;
}

const std::map<std::string, std::string>& fmp4_files() {
    return hls_files("fmp4-v1", 8,
        {"-c:v", "libx264", "-preset", "fast", "-bf", "2", "-g", "50", "-sc_threshold", "0", "-b:v",
            "1200k", "-c:a", "aac", "-b:a", "96k", "-hls_time", "2", "-hls_segment_type", "fmp4"});
}

std::string id3_time_tag(std::uint64_t time) {
    std::string body("com.apple.streaming.transportStreamTimestamp\0", 45);
    for (int shift = 56; shift >= 0; shift -= 8) {
        body.push_back(static_cast<char>(time >> shift & 0xff));
    }
    const auto size = [](std::size_t bytes) {
        return std::string("\0\0\0", 3) + static_cast<char>(bytes);
    };
    const std::string frame = "PRIV" + size(body.size()) + std::string("\0\0", 2) + body;
    return std::string("ID3\x04\0\0", 6) + size(frame.size()) + frame;
}

const std::string& tone(const std::string& format, int seconds) {
    static std::mutex mutex;
    static std::map<std::string, std::string> tones;
    const std::scoped_lock lock(mutex);
    const std::string name = "tone-" + std::to_string(seconds) + "." + format;
    const auto found = tones.find(name);
    if (found != tones.end()) {
        return found->second;
    }
    const fs::path file = fs::path(PT_TEST_MEDIA_DIR) / name;
    if (!fs::exists(file)) {
        make(file, seconds, {"-map", "1:a", "-b:a", "128k", "-f", format}, kSmall);
    }
    return tones.emplace(name, read_all(file)).first->second;
}

std::vector<std::string> packed_aac_segments(std::uint64_t time) {
    constexpr std::size_t kFrames = 50;
    constexpr std::uint64_t kTicks = kFrames * 1024 * 90'000 / 48'000;
    const std::string& stream = tone("adts");
    const auto byte = [&](std::size_t at) {
        return static_cast<std::size_t>(static_cast<unsigned char>(stream[at]));
    };
    std::vector<std::string> segments;
    std::size_t frames = 0;
    for (std::size_t at = 0; at + 7 <= stream.size();) {
        const std::size_t size = (byte(at + 3) & 3) << 11 | byte(at + 4) << 3 | byte(at + 5) >> 5;
        if (frames++ % kFrames == 0) {
            segments.push_back(id3_time_tag(time + segments.size() * kTicks));
        }
        segments.back().append(stream, at, size);
        at += size;
    }
    return segments;
}

const std::string& relay_clip() {
    return clip("relay", 20, relay_codec(), kLarge);
}

const std::vector<std::string>& relay_segments() {
    static const auto segments = make_segments("relay-hls-v1", 10, 2, relay_codec(), kLarge);
    return segments;
}

} // namespace plex_tuner::testing
