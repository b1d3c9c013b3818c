// SPDX-License-Identifier: GPL-3.0-or-later
// Every kind of source through every profile, looked at by ffprobe and decoded whole by ffmpeg.
#include "external_tool.hpp"
#include "support/marks.hpp"
#include "support/media.hpp"
#include "transcoder.hpp"

#include <plex_tuner/media/profile.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

using test::run_over;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string transcoded(const std::string& source, const Profile& profile) {
    std::size_t at = 0;
    std::string out;
    Transcoder transcoder(
        profile,
        [&](std::span<std::uint8_t> buffer) {
            const std::size_t size =
                std::min({buffer.size(), source.size() - at, std::size_t{1316}});
            std::copy_n(source.begin() + static_cast<std::ptrdiff_t>(at), size, buffer.begin());
            at += size;
            return size;
        },
        [&](std::span<const std::uint8_t> bytes) {
            out.append(bytes.begin(), bytes.end());
            return true;
        });
    const auto done = transcoder.run();
    EXPECT_TRUE(done) << done.error().message();
    return out;
}

/// ffprobe's key=value lines of one stream ("v:0", "a:0"); empty: there is none.
std::map<std::string, std::string> stream_facts(
    const std::string& clip, const std::string& stream) {
    const auto result = run_over(clip,
        "ffprobe -v error -count_frames -select_streams " + stream +
            " -show_entries stream=codec_name,profile,level,width,height,r_frame_rate,field_order,"
            "channels,sample_rate,has_b_frames,start_time,nb_read_frames -of default=nw=1 FILE");
    std::map<std::string, std::string> facts;
    std::string_view rest = result.output;
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(rest.size(), line.size() + 1));
        const std::size_t equals = line.find('=');
        if (equals != std::string_view::npos) {
            facts.emplace(line.substr(0, equals), line.substr(equals + 1));
        }
    }
    return facts;
}

/// What ffmpeg has to complain about when it decodes all of it.
std::string complaints(const std::string& clip) {
    return run_over(clip, "ffmpeg -v error -xerror -i FILE -f null -").output;
}

/// A source as ffmpeg makes it, and what is known of it.
struct Source {
    const char* name;
    std::vector<std::string> arguments;
    const char* rate = "25/1"; ///< progressive
    bool has_sound = true;
};

std::vector<std::string> with(std::vector<std::string> video, std::vector<std::string> audio) {
    video.insert(video.end(), audio.begin(), audio.end());
    return video;
}

const std::vector<std::string> kH264{"-c:v", "libx264", "-preset", "ultrafast", "-g", "25"};
const std::vector<std::string> kAac{"-c:a", "aac", "-ac", "2"};

std::vector<std::string> at_rate(const char* rate) {
    return {
        "-vf", std::string("fps=") + rate, "-c:v", "libx264", "-preset", "ultrafast", "-g", "25"};
}

std::vector<Source> sources() {
    return {
        {"h264_25p", with(kH264, kAac)},
        {"h264_ntsc", with(at_rate("30000/1001"), kAac), "30000/1001"},
        {"h264_50p", with(at_rate("50"), kAac), "50/1"},
        {"h264_60p", with(at_rate("60000/1001"), kAac), "60000/1001"},
        {"h264_film", with(at_rate("24000/1001"), kAac), "24000/1001"},
        {"h264_25i",
            with({"-vf", "fps=50,tinterlace=interleave_top,fieldorder=tff", "-c:v", "libx264",
                     "-preset", "ultrafast", "-flags", "+ilme+ildct", "-g", "25"},
                kAac)},
        {"h264_2997i",
            with({"-vf", "fps=60000/1001,tinterlace=interleave_top,fieldorder=tff", "-c:v",
                     "libx264", "-preset", "ultrafast", "-flags", "+ilme+ildct", "-g", "30"},
                kAac),
            "30000/1001"},
        {"mpeg2_25i", with({"-vf", "fps=50,tinterlace=interleave_top,fieldorder=tff", "-c:v",
                               "mpeg2video", "-flags", "+ilme+ildct", "-b:v", "3M", "-g", "12"},
                          {"-c:a", "mp2"})},
        {"mpeg2_ntsc",
            with({"-vf", "fps=30000/1001", "-c:v", "mpeg2video", "-b:v", "3M"}, {"-c:a", "ac3"}),
            "30000/1001"},
        {"hevc_25p",
            with({"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error"},
                {"-c:a", "eac3", "-ac", "6"})},
        {"h264_mp3", with(kH264, {"-c:a", "libmp3lame"})},
        {"h264_mono_44", with(kH264, {"-c:a", "aac", "-ac", "1", "-ar", "44100"})},
        // The core of HE-AAC; no free encoder makes its extension.
        {"h264_aac_24", with(kH264, {"-c:a", "aac", "-ac", "2", "-ar", "24000"})},
        {"h264_latm", with(kH264, {"-c:a", "aac", "-ac", "2", "-mpegts_flags", "latm"})},
        {"h264_silent", with(kH264, {"-an"}), "25/1", false},
    };
}

constexpr int kSeconds = 2;

class TranscoderMatrix : public ::testing::TestWithParam<std::tuple<std::size_t, const Profile*>> {
};

TEST_P(TranscoderMatrix, KeepsWhatTheProfilePromises) {
    const Source source = sources()[std::get<0>(GetParam())];
    const Profile& profile = *std::get<1>(GetParam());
    const std::string clip = transcoded(
        testing::made_clip(std::string("transcode_") + source.name, kSeconds, source.arguments),
        profile);
    EXPECT_THAT(complaints(clip), IsEmpty());

    auto video = stream_facts(clip, "v:0");
    if (profile.video != VideoTarget::copy) {
        const bool is_european =
            std::string_view(source.rate) == "25/1" || std::string_view(source.rate) == "50/1";
        EXPECT_EQ(video["codec_name"], profile.video == VideoTarget::mpeg2 ? "mpeg2video" : "h264");
        EXPECT_EQ(
            video["r_frame_rate"], profile.ntsc_rate && !is_european ? "30000/1001" : source.rate);
        EXPECT_THAT(video["field_order"], ::testing::AnyOf("progressive", "unknown"));
        EXPECT_EQ(video["has_b_frames"], "0");
        const bool is_narrow = profile.max_width > 0 && profile.max_width < 640;
        EXPECT_EQ(video["width"], std::to_string(is_narrow ? profile.max_width : 640));
        EXPECT_NEAR(std::stoi(video["height"]), std::stoi(video["width"]) * 9. / 16, 1);
        if (profile.baseline) {
            EXPECT_THAT(video["profile"], HasSubstr("Baseline"));
            EXPECT_EQ(video["level"], "31");
        }
    }
    auto audio = stream_facts(clip, "a:0");
    if (profile.audio == AudioTarget::none || !source.has_sound) {
        EXPECT_THAT(audio, IsEmpty());
        return;
    }
    EXPECT_EQ(audio["codec_name"], to_string(profile.audio));
    EXPECT_EQ(audio["sample_rate"], "48000");
    EXPECT_EQ(audio["channels"], "2");
    if (profile.audio == AudioTarget::aac) {
        EXPECT_EQ(audio["profile"], "LC");
    }
    // Both begin with the source, and last as long.
    EXPECT_NEAR(std::stod(video["start_time"]), std::stod(audio["start_time"]), 0.1);
    EXPECT_NEAR(std::stod(audio["nb_read_frames"]) *
                    (profile.audio == AudioTarget::aac ? 1'024 : 1'152) / 48'000,
        kSeconds, 0.15);
}

std::vector<const Profile*> all_profiles() {
    std::vector<const Profile*> all;
    for (const Profile& profile : built_in_profiles()) {
        all.push_back(&profile);
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, TranscoderMatrix,
    ::testing::Combine(
        ::testing::Range(std::size_t{0}, sources().size()), ::testing::ValuesIn(all_profiles())),
    [](const auto& info) {
        std::string name = std::string(sources()[std::get<0>(info.param)].name) + "_" +
                           std::get<1>(info.param)->name;
        std::ranges::replace(name, '-', '_');
        return name;
    });

std::string recorded(const std::string& clip) {
    static int serial = 0;
    const auto file =
        std::filesystem::temp_directory_path() /
        ("pt-transcoded-" + std::to_string(::getpid()) + "-" + std::to_string(++serial) + ".ts");
    std::ofstream(file, std::ios::binary) << clip;
    return file.string();
}

TEST(Transcoder, KeepsSoundAndPictureTogether) {
    for (const char* name : {"default", "plexsafe", "pmsxcode"}) {
        const std::string file =
            recorded(transcoded(testing::flash_clip(), *find_built_in_profile(name)));
        const testing::Marks marks = testing::marks_of(file);
        std::filesystem::remove(file);
        ASSERT_GE(marks.flashes.size(), 9U) << marks.said;
        ASSERT_GE(marks.beeps.size(), 9U) << marks.said;
        for (std::size_t i = 0; i < 9; ++i) {
            EXPECT_NEAR(marks.flashes[i], marks.beeps[i], 0.040) << name << " " << i;
        }
    }
}

TEST(Transcoder, KeepsThemTogetherForFiveMinutes) {
    constexpr double kTogether = 0.040;
    const std::string once = recorded(testing::flash_clip());
    const std::string again = once + ".again.ts";
    const auto made = run_over("", "test -f FILE && ffmpeg -v error -nostdin -stream_loop 30 -i " +
                                       once + " -c copy -f mpegts " + again);
    ASSERT_EQ(made.status, 0) << made.output;
    std::ifstream in(again, std::ios::binary);
    const std::string source((std::istreambuf_iterator<char>(in)), {});
    const std::string file = recorded(transcoded(source, *find_built_in_profile("plexsafe")));
    const testing::Marks marks = testing::marks_of(file);
    for (const std::string& made_file : {once, again, file}) {
        std::filesystem::remove(made_file);
    }
    std::size_t late = 0; // of those that are together, behind five minutes
    std::size_t apart = 0;
    for (const double flash : marks.flashes) {
        const bool is_together = std::ranges::any_of(
            marks.beeps, [&](double beep) { return std::abs(beep - flash) <= kTogether; });
        apart += is_together ? 0 : 1;
        late += is_together && flash - marks.flashes.front() >= 300 ? 1 : 0;
    }
    EXPECT_GE(marks.flashes.size(), 308U) << marks.said;
    EXPECT_GE(late, 8U);
    EXPECT_LE(apart, 1U) << "the end may count as one";
}

/// A channel that shows its advertisements in another size, with other sound.
TEST(Transcoder, KeepsItsFormatWhenTheSourceChangesItsOwn) {
    const std::string& large =
        testing::made_clip("transcode_h264_25p", kSeconds, with(kH264, kAac));
    const std::string& small = testing::made_clip("transcode_small", kSeconds,
        {"-vf", "scale=320:240", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a",
            "aac", "-ac", "1", "-ar", "44100", "-output_ts_offset", std::to_string(kSeconds)});
    const std::string clip = transcoded(large + small, *find_built_in_profile("default"));
    EXPECT_THAT(complaints(clip), IsEmpty());
    auto video = stream_facts(clip, "v:0");
    EXPECT_EQ(video["width"], "640");
    EXPECT_EQ(video["height"], "360");
    EXPECT_NEAR(std::stod(video["nb_read_frames"]), 25.0 * 2 * kSeconds, 3);
    EXPECT_NEAR(
        std::stod(stream_facts(clip, "a:0")["nb_read_frames"]) * 1'024 / 48'000, 2 * kSeconds, 0.2);
}

/// Clocks have 33 bits, and begin anew after a day.
TEST(Transcoder, GoesOnWhereTheClockBeginsAnew) {
    const std::string clip =
        transcoded(testing::made_clip("transcode_wrap", kSeconds,
                       {"-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac", "-ac",
                           "2", "-output_ts_offset", "95442.5"}), // 2^33 / 90000 is 95443.7
            *find_built_in_profile("default"));
    EXPECT_THAT(complaints(clip), IsEmpty());
    EXPECT_NEAR(std::stod(stream_facts(clip, "v:0")["nb_read_frames"]), 25.0 * kSeconds, 3);
}

TEST(Transcoder, WhatIsNoTransportStreamIsAnError) {
    std::string nonsense(200'000, 'x');
    Transcoder transcoder(
        *find_built_in_profile("default"),
        [&](std::span<std::uint8_t> buffer) {
            const std::size_t size = std::min(buffer.size(), nonsense.size());
            std::copy_n(nonsense.begin(), size, buffer.begin());
            nonsense.erase(0, size);
            return size;
        },
        [](std::span<const std::uint8_t>) { return true; });
    const auto done = transcoder.run();
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), ErrorCode::parse);
}

TEST(Profile, GoesByOtherNamesToo) {
    EXPECT_EQ(find_built_in_profile("")->name, "default");
    EXPECT_EQ(find_built_in_profile("Plex-Safe")->name, "plexsafe");
    EXPECT_EQ(find_built_in_profile("low")->name, "lowbitrate");
    EXPECT_EQ(find_built_in_profile("nonsense"), nullptr);
}

TEST(Profile, SurvivesTheWorkersPipe) {
    for (const Profile& profile : built_in_profiles()) {
        EXPECT_EQ(decode_profile(encode(profile)), profile);
    }
    for (const char* wrong : {"", "1 2 3", "x", "1 2 3 4 5 6 7 8 9 10 99 1 name"}) {
        EXPECT_FALSE(decode_profile(wrong)) << wrong;
    }
}

} // namespace
} // namespace plex_tuner::media
