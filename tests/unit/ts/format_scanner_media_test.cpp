// SPDX-License-Identifier: GPL-3.0-or-later
// What FormatScanner finds in streams made by ffmpeg, against what ffprobe says of them.
#include "support/temporary_directory.hpp"
#include "unit/media/external_tool.hpp"

#include <plex_tuner/ts/format_scanner.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::ts {
namespace {

/// A programme of two seconds; `video` and `audio` are options of ffmpeg, either may be empty.
std::string make(const std::string& source, const std::string& video, const std::string& audio) {
    const plex_tuner::testing::TemporaryDirectory scratch;
    const auto file = scratch.path() / "made.ts";
    std::string command = "ffmpeg -v error -nostdin -t 2 ";
    command += video.empty() ? "" : "-f lavfi -i testsrc2=" + source + " ";
    command += audio.empty() ? "" : "-f lavfi -i sine=sample_rate=48000 ";
    command += (video.empty() ? "" : "-c:v " + video + " ") +
               (audio.empty() ? "" : "-c:a " + audio + " ") +
               "-metadata:s:a:0 language=deu -t 2 -f mpegts " + file.string();
    const auto result = test::run_over("", "test -f FILE && " + command);
    EXPECT_EQ(result.status, 0) << result.output;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

/// What is found in `media`, fed in pieces of so many packets.
StreamFormat scan(const std::string& media, std::size_t packets) {
    ProgramTracker tracker;
    FormatScanner scanner;
    Bytes rest = bytes_of(media);
    int times = 0;
    while (rest.size() >= kPacketSize) {
        const Bytes piece =
            rest.first(std::min(packets * kPacketSize, rest.size() / kPacketSize * kPacketSize));
        for (std::size_t at = 0; at < piece.size(); at += kPacketSize) {
            tracker.feed(PacketView(piece.data() + at));
        }
        times += scanner.feed(piece, tracker.tables()) ? 1 : 0;
        rest = rest.subspan(piece.size());
    }
    EXPECT_EQ(times, 1);
    return scanner.format();
}

Codec codec_of_ffprobe(const std::string& name) {
    return name == "mp2" || name == "mp3" ? Codec::mpeg_audio : codec_named(name);
}

/// Profiles are of static texts.
std::string_view kept(const std::string& profile) {
    static std::set<std::string> all;
    return *all.insert(profile).first;
}

StreamFormat ask_ffprobe(const std::string& media) {
    const auto result =
        test::run_over(media, "ffprobe -v error -show_streams -of json -f mpegts FILE");
    EXPECT_EQ(result.status, 0) << result.output;
    StreamFormat format;
    for (const auto& stream : nlohmann::json::parse(result.output).at("streams")) {
        const Codec codec = codec_of_ffprobe(stream.at("codec_name"));
        if (stream.at("codec_type") == "video") {
            VideoFormat& video = format.video.emplace();
            video.codec = codec;
            video.width = stream.at("width");
            video.height = stream.at("height");
            const std::string rate = stream.at("r_frame_rate");
            const std::size_t slash = rate.find('/');
            video.rate = {static_cast<std::uint32_t>(std::stoul(rate.substr(0, slash))),
                static_cast<std::uint32_t>(std::stoul(rate.substr(slash + 1)))};
            const std::string order = stream.value("field_order", "progressive");
            video.scan = order == "progressive" ? ScanType::progressive : ScanType::interlaced;
            video.profile = kept(stream.value("profile", ""));
            const int level = stream.at("level");
            video.level = static_cast<std::uint8_t>(codec == Codec::h264   ? level
                                                    : codec == Codec::hevc ? level / 3
                                                                           : 0);
        } else {
            const auto tags = stream.value("tags", nlohmann::json::object());
            format.audio.push_back({.codec = codec,
                .channels = stream.at("channels"),
                .sample_rate = static_cast<std::uint32_t>(
                    std::stoul(stream.at("sample_rate").get<std::string>())),
                .language = tags.value("language", ""),
                .profile = kept(stream.value("profile", ""))});
        }
    }
    return format;
}

struct Programme {
    std::string name;
    std::string source = "size=640x360:rate=25";
    std::string video = {};
    std::string audio = "aac -ac 2";

    friend void PrintTo(const Programme& programme, std::ostream* out) { *out << programme.name; }
};

class RealMedia : public ::testing::TestWithParam<Programme> {};

TEST_P(RealMedia, IsFoundAsFfprobeFindsIt) {
    const Programme& programme = GetParam();
    const std::string media = make(programme.source, programme.video, programme.audio);
    ASSERT_FALSE(media.empty());
    const StreamFormat expected = ask_ffprobe(media);
    for (const std::size_t packets : {std::size_t{1}, std::size_t{7}, std::size_t{349}}) {
        const StreamFormat found = scan(media, packets);
        ASSERT_EQ(found.video.has_value(), expected.video.has_value());
        if (found.video) {
            EXPECT_EQ(to_string(found.video->codec), to_string(expected.video->codec));
            EXPECT_EQ(found.video->width, expected.video->width);
            EXPECT_EQ(found.video->height, expected.video->height);
            EXPECT_EQ(found.video->rate.numerator, expected.video->rate.numerator);
            EXPECT_EQ(found.video->rate.denominator, expected.video->rate.denominator);
            EXPECT_EQ(to_string(found.video->scan), to_string(expected.video->scan));
            EXPECT_EQ(found.video->profile, expected.video->profile);
            EXPECT_EQ(found.video->level, expected.video->level);
        }
        ASSERT_EQ(found.audio.size(), expected.audio.size());
        for (std::size_t i = 0; i < found.audio.size(); ++i) {
            EXPECT_EQ(to_string(found.audio[i].codec), to_string(expected.audio[i].codec));
            EXPECT_EQ(found.audio[i].channels, expected.audio[i].channels);
            EXPECT_EQ(found.audio[i].sample_rate, expected.audio[i].sample_rate);
            EXPECT_EQ(found.audio[i].language, expected.audio[i].language);
            EXPECT_EQ(found.audio[i].profile, expected.audio[i].profile);
        }
    }
}

/// x265 is given fields and says so; ffprobe shows one field for a picture.
TEST(FormatScanner, HevcFieldsAreCountedAsFrames) {
    const std::string media = make("size=640x180:rate=50",
        "libx265 -preset ultrafast -x265-params log-level=none:interlace=tff", "aac");
    const VideoFormat expected{.codec = Codec::hevc,
        .width = 640,
        .height = 360,
        .rate = {25, 1},
        .scan = ScanType::interlaced,
        .profile = "Main",
        .level = 21};
    EXPECT_EQ(scan(media, 7).video, expected);
}

/// One programme in two languages.
TEST(FormatScanner, EveryAudioStreamIsLookedInto) {
    const std::string media = make("size=640x360:rate=25", "libx264 -preset ultrafast",
        "aac -map 0:v -map 1:a -map 1:a -c:a:1 eac3 -b:a:1 128k -metadata:s:a:1 language=eng");
    const StreamFormat expected = ask_ffprobe(media);
    ASSERT_EQ(expected.audio.size(), 2U);
    EXPECT_EQ(scan(media, 7).audio, expected.audio);
    EXPECT_EQ(expected.audio[1].language, "eng");
}

INSTANTIATE_TEST_SUITE_P(FormatScanner, RealMedia,
    ::testing::Values(Programme{.name = "H264", .video = "libx264 -preset ultrafast"},
        Programme{.name = "H264Cropped",
            .source = "size=1920x1080:rate=30000/1001",
            .video = "libx264 -preset ultrafast"},
        Programme{.name = "H264Interlaced",
            .source = "size=1920x1080:rate=25",
            .video = "libx264 -preset ultrafast -flags +ildct+ilme -x264opts tff=1"},
        Programme{.name = "H264Film",
            .source = "size=720x400:rate=24000/1001",
            .video = "libx264 -preset ultrafast"},
        Programme{.name = "H264FullChroma",
            .source = "size=642x362:rate=50",
            .video = "libx264 -preset ultrafast -pix_fmt yuv444p"},
        Programme{.name = "H264HalfChroma",
            .source = "size=718x574:rate=25",
            .video = "libx264 -preset ultrafast -pix_fmt yuv422p -flags +ildct+ilme"},
        Programme{.name = "H264Matrices",
            .video = "libx264 -preset ultrafast -profile:v high -x264opts cqm=jvt"},
        Programme{.name = "Hevc", .video = "libx265 -preset ultrafast -x265-params log-level=none"},
        Programme{.name = "HevcCropped",
            .source = "size=1920x1080:rate=60000/1001",
            .video = "libx265 -preset ultrafast -x265-params log-level=none"},
        Programme{.name = "HevcLayersAndLists",
            .source = "size=722x404:rate=50",
            .video = "libx265 -preset medium -x265-params "
                     "log-level=none:temporal-layers=2:scaling-list=default"},
        Programme{.name = "HevcTenBits",
            .video = "libx265 -preset ultrafast -pix_fmt yuv422p10le -x265-params log-level=none"},
        Programme{.name = "Mpeg2", .source = "size=720x576:rate=25", .video = "mpeg2video -g 12"},
        Programme{.name = "Mpeg2Interlaced",
            .source = "size=1920x1080:rate=30000/1001",
            .video = "mpeg2video -g 15 -b:v 8M -flags +ildct+ilme -top 1"},
        Programme{.name = "Mpeg1", .source = "size=352x288:rate=25", .video = "mpeg1video -g 12"},
        Programme{.name = "AacMono", .audio = "aac -ac 1"},
        Programme{.name = "AacSurround", .audio = "aac -ac 6 -b:a 384k"},
        Programme{.name = "AacSlow", .audio = "aac -ac 2 -ar 22050"},
        Programme{.name = "H264Baseline", .video = "libx264 -profile:v baseline -level 3.0"},
        Programme{.name = "H264Main", .video = "libx264 -preset veryfast -profile:v main"},
        Programme{.name = "H264TenBits",
            .video = "libx264 -preset ultrafast -pix_fmt yuv420p10le -level 4.2"},
        Programme{.name = "HevcMainTen",
            .video = "libx265 -preset ultrafast -pix_fmt yuv420p10le -x265-params "
                     "log-level=none:level-idc=5.1"},
        Programme{.name = "Mpeg2HalfChroma",
            .source = "size=720x576:rate=25",
            .video = "mpeg2video -g 12 -pix_fmt yuv422p -b:v 8M"},
        Programme{.name = "AacMain", .audio = "aac -ac 2 -profile:a aac_main"},
        Programme{.name = "AacLtp", .audio = "aac -ac 2 -profile:a aac_ltp -strict -2"},
        Programme{.name = "AacLatm", .audio = "aac -ac 2 -mpegts_flags latm"},
        Programme{.name = "AacLatmSurround", .audio = "aac -ac 6 -ar 44100 -mpegts_flags latm"},
        Programme{.name = "Ac3", .audio = "ac3 -ac 2"},
        Programme{.name = "Ac3Surround", .audio = "ac3 -ac 6 -b:a 448k"},
        Programme{.name = "Ac3OddRate", .audio = "ac3 -ac 1 -ar 44100 -b:a 96k"},
        Programme{.name = "Eac3", .audio = "eac3 -ac 2 -b:a 192k"},
        Programme{.name = "Eac3Surround", .audio = "eac3 -ac 6 -b:a 384k"},
        Programme{.name = "Mp2", .audio = "mp2 -ac 2 -b:a 192k"},
        Programme{.name = "Mp2Mono", .audio = "mp2 -ac 1 -ar 32000 -b:a 64k"},
        Programme{.name = "Mp2Slow", .audio = "mp2 -ac 2 -ar 24000 -b:a 64k"},
        Programme{.name = "H264WithAc3",
            .source = "size=1280x720:rate=50",
            .video = "libx264 -preset ultrafast",
            .audio = "ac3 -ac 6 -b:a 448k"}),
    [](const auto& parameter) { return parameter.param.name; });

} // namespace
} // namespace plex_tuner::ts
