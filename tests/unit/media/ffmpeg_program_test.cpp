// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"
#include "test_program.hpp"

#include <plex_tuner/media/ffmpeg_program.hpp>

#include <cerrno>
#include <csignal>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace plex_tuner::media {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::chrono::seconds kLong{30};

std::string problem_of(const std::string& path, std::chrono::milliseconds limit = kLong) {
    return inspect_ffmpeg(path, {}, limit).problem;
}

/// As a command line would have it.
std::string line_of(const std::string& profile) {
    std::string line;
    for (const std::string& word :
        ffmpeg_command({.path = "ffmpeg"}, *find_built_in_profile(profile))) {
        line += word + " ";
    }
    return line;
}

TEST(FfmpegProgram, ARealOneSaysWhatItIsAndHas) {
    const FfmpegProgram program = inspect_ffmpeg("/usr/bin/ffmpeg", {}, kLong);
    EXPECT_EQ(program.problem, "");
    EXPECT_THAT(program.version, Not(IsEmpty()));
    EXPECT_THAT(program.version, Not(HasSubstr(" ")));
    EXPECT_THAT(program.encoders, Contains("libx264"));
    EXPECT_THAT(program.encoders, Not(Contains("=")));
    for (const Profile& profile : built_in_profiles()) {
        EXPECT_EQ(missing_encoder(program, profile), "") << profile.name;
    }
}

TEST(FfmpegProgram, OneThatIsOfNoUseIsNamedWithTheReason) {
    const testing::TemporaryDirectory directory;
    EXPECT_THAT(problem_of("/nowhere/ffmpeg"), HasSubstr("/nowhere/ffmpeg: No such file"));
    const auto plain = testing::write_program(directory.path() / "plain", "exit 0", 0600);
    EXPECT_THAT(problem_of(plain), AllOf(HasSubstr(plain), HasSubstr("Permission denied")));
    const auto broken = testing::write_program(directory.path() / "broken", "exit 3");
    EXPECT_THAT(problem_of(broken), HasSubstr("-version exited with status 3"));
    EXPECT_THAT(problem_of("/bin/echo"), HasSubstr("is no ffmpeg"));
    const auto poor = testing::write_program(directory.path() / "poor",
        R"(case $2 in -version) echo "ffmpeg version 9.9 x";; *) echo " ------";; esac)");
    EXPECT_THAT(problem_of(poor), HasSubstr("names no encoder"));
    const auto endless = testing::write_program(directory.path() / "endless", "exec yes");
    EXPECT_THAT(problem_of(endless), HasSubstr("more than any ffmpeg"));
}

TEST(FfmpegProgram, OneThatHangsIsEndedInTimeWithWhatItStarted) {
    const testing::TemporaryDirectory directory;
    const auto file = directory.path() / "pid";
    const auto hanging = testing::write_program(
        directory.path() / "hanging", "sleep 1000 & echo $! > " + file.string() + "; wait");
    EXPECT_THAT(problem_of(hanging, std::chrono::milliseconds(500)),
        HasSubstr("-version did not answer within 500 ms"));
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
    EXPECT_EQ(errno, ECHILD);
    EXPECT_TRUE(testing::is_gone(testing::pid_in(file)));
}

TEST(FfmpegProgram, EncodersAreReadFromItsList) {
    EXPECT_THAT(parse_encoders("Encoders:\n V..... = Video\n ------\n V....D libx264   H.264\n"
                               " A....D aac     AAC (Advanced)\n\n"),
        ElementsAre("aac", "libx264"));
    EXPECT_THAT(parse_encoders(" V....D libx264   H.264\n"), IsEmpty());
    EXPECT_THAT(parse_encoders(""), IsEmpty());
}

TEST(FfmpegCommand, HasTheSettingsOfTheProfile) {
    EXPECT_THAT(line_of("default"),
        AllOf(HasSubstr("-c:v libx264 -b:v 3500k -maxrate 4000k -bufsize 8000k"),
            HasSubstr("fps=source_fps"), HasSubstr("-preset veryfast -tune zerolatency -a53cc 0"),
            HasSubstr("-c:a aac -b:a 128k"), HasSubstr("-i pipe:0"), HasSubstr("-f mpegts pipe:1"),
            HasSubstr("bwdif=")));
    EXPECT_THAT(line_of("plexsafe"), AllOf(HasSubstr("-b:v 2200k -maxrate 2500k -bufsize 5000k"),
                                         HasSubstr("source_fps,ntsc"), HasSubstr("libmp3lame")));
    EXPECT_THAT(line_of("aaccfr"),
        AllOf(HasSubstr("min(854,iw)"), HasSubstr("-profile:v baseline -level:v 3.1 -refs 1"),
            HasSubstr("-minrate 1400k"), HasSubstr("nal-hrd=cbr"), HasSubstr("-aud 1")));
    EXPECT_THAT(line_of("videoonlyfast"), Not(HasSubstr("0:a:0")));
    EXPECT_THAT(line_of("pmsxcode"), AllOf(HasSubstr("-c:v mpeg2video"), HasSubstr("-g 15"),
                                         HasSubstr("-c:a mp2"), HasSubstr("min(960,iw)")));
    EXPECT_THAT(line_of("audio-only"), AllOf(HasSubstr("-c:v copy"), Not(HasSubstr("-vf"))));
}

TEST(FfmpegCommand, OptionsOfTheUserStandInThePlaceOfOurs) {
    Profile profile = *find_built_in_profile("default");
    profile.ffmpeg_input = {"-hwaccel", "vaapi"};
    profile.ffmpeg_video = {"-vf", "scale_vaapi", "-c:v", "h264_vaapi"};
    const auto command = ffmpeg_command({.path = "/x/ffmpeg"}, profile);
    const auto at = [&](const std::string& word) {
        return std::ranges::find(command, word) - command.begin();
    };
    EXPECT_EQ(command.front(), "/x/ffmpeg");
    EXPECT_LT(at("vaapi"), at("-i"));
    EXPECT_LT(at("-i"), at("h264_vaapi"));
    EXPECT_LT(at("h264_vaapi"), at("pipe:1"));
    EXPECT_THAT(command, Not(Contains("libx264")));
    EXPECT_THAT(command, Contains("aac")) << "of the sound nothing was said";
    EXPECT_EQ(missing_encoder({.encoders = {"aac"}}, profile), "h264_vaapi");
    EXPECT_EQ(missing_encoder({.encoders = {"h264_vaapi"}}, profile), "aac");
    EXPECT_EQ(missing_encoder({.encoders = {"aac", "h264_vaapi"}}, profile), "");
    profile.ffmpeg_video = {"-c:v", "libx264", "-codec:v", "h264_nvenc"};
    EXPECT_EQ(missing_encoder({.encoders = {"aac", "libx264"}}, profile), "h264_nvenc")
        << "the last one counts";
    profile.ffmpeg_video = {"-codec:v", "copy"};
    EXPECT_EQ(missing_encoder({.encoders = {"aac"}}, profile), "");
}

} // namespace
} // namespace plex_tuner::media
