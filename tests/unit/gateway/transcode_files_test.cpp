// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

TEST(TranscodeFiles, OverridesMixSwitchesAndWords) {
    const auto map = parse_transcode_overrides(
        R"({"1": true, "2": "transcode", "3": "Remux", "4.1": false, "five": 1, "six": "copy"})");
    ASSERT_TRUE(map) << map.error().message();
    EXPECT_THAT(*map, ElementsAre(Pair("1", true), Pair("2", true), Pair("3", false),
                          Pair("4.1", false), Pair("five", true), Pair("six", false)));
    EXPECT_TRUE(parse_transcode_overrides("{}")->empty());
}

TEST(TranscodeFiles, WhatIsWrongIsNamed) {
    const auto error_of = [](std::string_view json) {
        const auto map = parse_transcode_overrides(json);
        return map ? std::string("none") : map.error().message();
    };
    EXPECT_THAT(error_of(R"({"1": "perhaps"})"), HasSubstr("1: expected true or false"));
    EXPECT_THAT(error_of(R"({"1": 2})"), HasSubstr("1: expected"));
    EXPECT_THAT(error_of(R"({"1": [true]})"), HasSubstr("1 is of a kind"));
    EXPECT_THAT(error_of(R"({"1": {"x": true}})"), HasSubstr("1: expected"));
    EXPECT_THAT(error_of(R"({"1": {"x": {}}})"), HasSubstr("1.x is of a kind"));
    EXPECT_THAT(error_of(R"({"1": null})"), HasSubstr("1 is of a kind"));
    EXPECT_THAT(error_of("[]"), HasSubstr("the whole is of a kind"));
    EXPECT_THAT(error_of("7"), HasSubstr("the whole is of a kind"));
    EXPECT_THAT(error_of(R"({"1": true)"), HasSubstr("byte "));
    EXPECT_THAT(error_of(""), HasSubstr("byte 0"));
}

TEST(TranscodeFiles, ProfilesOfChannelsAreNames) {
    const auto map = parse_profile_overrides(R"({"1": "plexsafe", "one.example": " low "})");
    ASSERT_TRUE(map);
    EXPECT_THAT(*map, ElementsAre(Pair("1", "plexsafe"), Pair("one.example", "low")));
    EXPECT_FALSE(parse_profile_overrides(R"({"1": true})"));
    EXPECT_FALSE(parse_profile_overrides(R"({"1": ""})"));
}

TEST(TranscodeFiles, UserProfilesAreMadeOfBuiltInOnes) {
    const auto profiles = parse_user_profiles(R"({
        "tablet": {"max_width": 1024, "base": "plexsafe", "audio": "aac", "audio_rate": 96},
        "dvd": {"base": "pmsxcode", "video_rate": 4000, "video_peak": 6000, "video_buffer": 8000},
        "radio": {"video": "none"}})");
    ASSERT_TRUE(profiles) << profiles.error().message();
    ASSERT_EQ(profiles->size(), 3U);
    media::Profile tablet = *media::find_built_in_profile("plexsafe");
    tablet.name = "tablet";
    tablet.max_width = 1024;
    tablet.audio = media::AudioTarget::aac;
    tablet.audio_rate = 96;
    EXPECT_EQ(profiles->at(0), tablet);
    EXPECT_EQ(profiles->at(1).video, media::VideoTarget::mpeg2);
    EXPECT_EQ(profiles->at(1).video_peak, 6000);
    EXPECT_EQ(profiles->at(2).video, media::VideoTarget::none);
    EXPECT_EQ(profiles->at(2).audio_rate, media::find_built_in_profile("")->audio_rate);
}

TEST(TranscodeFiles, UserProfilesMayHaveOptionsForFfmpeg) {
    const auto profiles = parse_user_profiles(R"({"gpu": {"ffmpeg_input": ["-hwaccel", "vaapi"],
        "ffmpeg_video": ["-vf", "scale_vaapi", "-c:v", "h264_vaapi"], "audio": "mp2",
        "ffmpeg_audio": ["-codec:a", "mp2"]}, "plain": {"ffmpeg_input": []}})");
    ASSERT_TRUE(profiles) << profiles.error().message();
    EXPECT_THAT(profiles->at(0).ffmpeg_input, ElementsAre("-hwaccel", "vaapi"));
    EXPECT_THAT(
        profiles->at(0).ffmpeg_video, ElementsAre("-vf", "scale_vaapi", "-c:v", "h264_vaapi"));
    EXPECT_THAT(profiles->at(0).ffmpeg_audio, ElementsAre("-codec:a", "mp2"));
    EXPECT_EQ(profiles->at(0).audio, media::AudioTarget::mp2);
    EXPECT_TRUE(profiles->at(0).is_for_ffmpeg());
    EXPECT_FALSE(profiles->at(1).is_for_ffmpeg());
}

TEST(TranscodeFiles, InputsOutputsAndStreamsAreNotForProfiles) {
    const auto error_of = [](const std::string& member, const std::string& options) {
        const auto profiles =
            parse_user_profiles(R"({"x": {")" + member + R"(": [)" + options + "]}}");
        return profiles ? std::string("none") : profiles.error().message();
    };
    const auto input = error_of("ffmpeg_input", R"("-i", "http://bob:hunter2@host/1.ts")");
    EXPECT_THAT(input, HasSubstr("x.ffmpeg_input: -i is not for profiles"));
    EXPECT_THAT(input, Not(HasSubstr("hunter2")));
    EXPECT_THAT(error_of("ffmpeg_input", R"("-f", "lavfi")"), HasSubstr("-f is not for"));
    EXPECT_THAT(error_of("ffmpeg_input", R"("-/i", "file")"), HasSubstr("-i is not for"));
    EXPECT_THAT(error_of("ffmpeg_video", R"("-c:v", "x", "-map", "0:d")"),
        HasSubstr("x.ffmpeg_video: -map is not for"));
    EXPECT_THAT(error_of("ffmpeg_audio", R"("-c:a", "x", "-progress", "unix:/y")"),
        HasSubstr("x.ffmpeg_audio: -progress is not for"));
    const auto filter =
        error_of("ffmpeg_video", R"("-c:v", "x", "-vf", "movie=http\\://bob\\:hunter2@host")");
    EXPECT_THAT(filter, HasSubstr("addresses are not for"));
    EXPECT_THAT(filter, Not(HasSubstr("hunter2")));
    EXPECT_THAT(error_of("ffmpeg_video", R"("-c:v", "x", "out.ts")"), HasSubstr("no option"));
    EXPECT_THAT(error_of("ffmpeg_video", R"("-c:v", "x", "--", "out.ts")"), HasSubstr("-- is not"));
    EXPECT_EQ(
        error_of("ffmpeg_video",
            R"("-vf", "scale=320:-2", "-c:v", "x", "-bf", "-1", "-init_hw_device", "qsv=a:b")"),
        "none");
    EXPECT_THAT(error_of("ffmpeg_video", R"("-c:v", "x", "-c:v")"), HasSubstr("-c:v is missing"));
}

TEST(TranscodeFiles, ProfilesThatCannotBeAreNamed) {
    const auto error_of = [](std::string_view json) {
        const auto profiles = parse_user_profiles(json);
        return profiles ? std::string("none") : profiles.error().message();
    };
    EXPECT_THAT(error_of(R"({"x": "plexsafe"})"), HasSubstr("x: expected an object"));
    EXPECT_THAT(error_of(R"({"low": {}})"), HasSubstr("low: a name is new"));
    EXPECT_THAT(error_of(R"({"A b": {}})"), HasSubstr("A b: a name is new"));
    EXPECT_THAT(error_of(R"({"x": {}, "x": {}})"), HasSubstr("x: a name is new"));
    EXPECT_THAT(error_of(R"({"x": {"base": "y"}})"), HasSubstr("x.base: expected"));
    EXPECT_THAT(error_of(R"({"x": {"crf": 20}})"), HasSubstr("x.crf: expected video"));
    EXPECT_THAT(error_of(R"({"x": {"video": "vp9"}})"), HasSubstr("x.video: expected"));
    EXPECT_THAT(error_of(R"({"x": {"video_rate": 0}})"), HasSubstr("x.video_rate: expected"));
    EXPECT_THAT(error_of(R"({"x": {"ntsc_rate": 1}})"), HasSubstr("x.ntsc_rate: expected"));
    EXPECT_THAT(error_of(R"({"x": {"video_rate": 9000}})"), HasSubstr("x: video_peak"));
    EXPECT_THAT(error_of(R"({"x": {"video": "none", "audio": "none"}})"),
        HasSubstr("neither video nor audio"));
    EXPECT_THAT(error_of(R"({"x": {"ffmpeg_video": "-c:v h264_vaapi"}})"),
        HasSubstr("x.ffmpeg_video: expected an array"));
    EXPECT_THAT(error_of(R"({"x": {"ffmpeg_video": ["-b:v", "1M", "-c:v"]}})"),
        HasSubstr("x.ffmpeg_video: -c:v is missing"));
    EXPECT_THAT(
        error_of(R"({"x": {"ffmpeg_audio": [""]}})"), HasSubstr("x.ffmpeg_audio: expected"));
    EXPECT_THAT(error_of(R"({"x": {"ffmpeg_input": [["-re"]]}})"),
        HasSubstr("x.ffmpeg_input is of a kind"));
    EXPECT_THAT(
        error_of(R"({"x": {"ffmpeg_input": [1]}})"), HasSubstr("x.ffmpeg_input is of a kind"));
    EXPECT_THAT(error_of(R"({"x": {"base": "videoonly", "audio": "aac"}})"),
        HasSubstr("audio_rate is missing"));
}

} // namespace
} // namespace plex_tuner::gateway
