// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner inspect` on media made by ffmpeg, and what the running tuner says of its streams.
#include "playlists.hpp"
#include "support/made_hls.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;

class Inspect : public ::testing::Test {
protected:
    static CommandResult inspect(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {PT_TUNER_BINARY, "inspect"});
        return run_command(arguments);
    }

    static json inspect_json(const std::string& source, std::vector<std::string> flags = {}) {
        flags.insert(flags.begin(), {source, "-json"});
        const CommandResult result = inspect(flags);
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        return json::parse(result.output);
    }

    std::string file_with(const std::string& name, const std::string& content) {
        const auto path = tuner_.file(name);
        std::ofstream(path, std::ios::binary) << content;
        return path.string();
    }

    void serve(const std::string& directory, const std::map<std::string, std::string>& files) {
        for (const auto& [name, content] : files) {
            provider_.on(directory + "/" + name, behave::content(content));
        }
    }

    static json stream_of(const json& report, const std::string& codec) {
        for (const json& pid : report.at("pids")) {
            if (pid.at("codec") == codec) {
                return pid;
            }
        }
        ADD_FAILURE() << codec << " is not in " << report.dump(2);
        return {};
    }

    static void expect_clip(const json& report) {
        const json video = stream_of(report, "h264");
        EXPECT_EQ(video.at("width"), 640);
        EXPECT_EQ(video.at("height"), 360);
        EXPECT_EQ(video.at("frame_rate"), 25);
        EXPECT_EQ(video.at("interlaced"), false);
        EXPECT_EQ(video.at("profile"), "Constrained Baseline");
        EXPECT_EQ(video.at("level"), 3.0);
        EXPECT_EQ(video.at("reordered_pictures"), 0);
        const json audio = stream_of(report, "aac");
        EXPECT_EQ(audio.at("channels"), 2);
        EXPECT_EQ(audio.at("sample_rate"), 48'000);
        EXPECT_EQ(audio.at("profile"), "LC");
        EXPECT_EQ(report.at("error"), nullptr);
        EXPECT_EQ(report.at("errors").at("continuity"), 0);
        EXPECT_EQ(report.at("repairs").at("needed"), false) << report.dump(2);
        EXPECT_NEAR(report.at("key_frames").at("interval_ms").at("mean").get<double>(), 1'000, 1);
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(Inspect, AFileAsATableAndAsJson) {
    const std::string file = file_with("clip.ts", h264_clip(4));
    const CommandResult result = inspect({file});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.output,
        AllOf(HasSubstr(file), HasSubstr("packets of 188 bytes"),
            HasSubstr("640x360 progressive 25 fps"), HasSubstr("2 channels 48000 Hz"),
            HasSubstr("every 1.00 s"), HasSubstr("with a key frame"),
            HasSubstr("none: it would be passed on as it is")));
    EXPECT_THAT(result.errors, IsEmpty());
    const json report = inspect_json(file);
    expect_clip(report);
    EXPECT_EQ(report.at("kind"), "file");
    EXPECT_EQ(report.at("end"), "over");
    EXPECT_EQ(report.at("key_frames").at("count"), 4);
    EXPECT_EQ(report.at("pcr").at("jitter_ms"), nullptr);
    EXPECT_GT(report.at("bits_per_second"), 500'000);
    EXPECT_EQ(inspect_json("file://" + file).at("packets"), report.at("packets"));
}

/// ffprobe tells of H.264 what its header allows, which these use up.
TEST_F(Inspect, BPicturesAreAsDeepAsADecoderSays) {
    const auto with_b_pictures = [](const std::string& name, const std::string& options) {
        return made_clip(name, 4,
            {"-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-x264opts",
                "b-adapt=0:" + options, "-b:v", "600k", "-c:a", "aac"});
    };
    for (const auto& [clip, depth] :
        {std::pair(h264_clip(4), 0), {with_b_pictures("h264_three_flat_b", "b-pyramid=none"), 1},
            {with_b_pictures("h264_three_deep_b", "b-pyramid=normal"), 2}}) {
        const std::string file = file_with("clip.ts", clip);
        const auto probed = run_command({"ffprobe", "-v", "error", "-select_streams", "v",
            "-show_entries", "stream=has_b_frames", "-of", "json", file});
        EXPECT_EQ(json::parse(probed.output).at("streams").at(0).at("has_b_frames"), depth);
        EXPECT_EQ(stream_of(inspect_json(file), "h264").at("reordered_pictures"), depth);
    }
}

TEST_F(Inspect, OnlySoMuchOfIt) {
    const json report = inspect_json(file_with("clip.ts", h264_clip()), {"-seconds", "2"});
    EXPECT_EQ(report.at("end"), "limit");
    EXPECT_GE(report.at("seconds"), 2);
    EXPECT_LT(report.at("seconds"), 10);
    EXPECT_EQ(report.at("repairs").at("needed"), false);
}

TEST_F(Inspect, DamageIsCounted) {
    std::string clip = h264_clip(4);
    clip.erase(188 * 1'000, 188);
    clip.erase(clip.size() / 2, 100);
    const json report = inspect_json(file_with("damaged.ts", clip));
    EXPECT_GE(report.at("errors").at("continuity"), 2);
    EXPECT_EQ(report.at("errors").at("sync_losses"), 1);
    EXPECT_GE(report.at("errors").at("damaged_units"), 1);
    EXPECT_EQ(report.at("repairs").at("needed"), true);
}

TEST_F(Inspect, AClockThatJumpsIsNamed) {
    const json report = inspect_json(file_with("twice.ts", h264_clip(4) + h264_clip(4)));
    EXPECT_EQ(report.at("pcr").at("jumps"), 1);
    EXPECT_EQ(stream_of(report, "h264").at("pts_jumps"), 0) << "four seconds are within bounds";
    EXPECT_GE(report.at("repairs").at("clock_jumps"), 1);
    EXPECT_NEAR(report.at("seconds").get<double>(), 8, 0.5);
}

TEST_F(Inspect, StandardInput) {
    const std::string file = file_with("clip.ts", h264_clip(4));
    for (const std::string& how : {"cat " + file + " | ", std::string()}) {
        const CommandResult result = run_command({"/bin/sh", "-c",
            how + PT_TUNER_BINARY + " inspect - -json" + (how.empty() ? " < " + file : "")});
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        expect_clip(json::parse(result.output));
    }
}

TEST_F(Inspect, AContinuousStreamOverHttp) {
    provider_.on("/moved.ts", behave::redirect("/clip.ts"));
    provider_.on("/clip.ts", behave::stream_once(h264_clip(4), 0));
    const json report = inspect_json(provider_.url("/moved.ts"));
    expect_clip(report);
    EXPECT_EQ(report.at("kind"), "ts");
    EXPECT_EQ(report.at("end"), "over");
}

TEST_F(Inspect, HlsAsSegmentsOfEveryKind) {
    serve("/aes", make_encrypted_hls());
    const json encrypted = inspect_json(provider_.url("/aes/list.m3u8"));
    EXPECT_EQ(encrypted.at("kind"), "hls");
    EXPECT_EQ(encrypted.at("end"), "over");
    EXPECT_EQ(encrypted.at("pieces"), 6);
    EXPECT_EQ(encrypted.at("discontinuities"), 1);
    EXPECT_EQ(encrypted.at("errors").at("continuity"), 0);
    EXPECT_EQ(encrypted.at("repairs").at("splices"), 1);
    EXPECT_EQ(stream_of(encrypted, "h264").at("frame_rate"), 25);

    serve("/mp4", fmp4_files());
    const json remuxed = inspect_json(provider_.url("/mp4/list.m3u8"));
    EXPECT_EQ(remuxed.at("pieces"), 4);
    EXPECT_EQ(stream_of(remuxed, "h264").at("frame_rate"), 25);
    EXPECT_GT(stream_of(remuxed, "aac").at("channels"), 0);
}

TEST_F(Inspect, WhatIsNoStreamIsNamed) {
    provider_.on("/live/USER/SECRET/1.ts", behave::content("<html><body>Log in</body></html>"));
    const CommandResult page = inspect({provider_.url("/live/USER/SECRET/1.ts")});
    EXPECT_EQ(page.exit_code, 1);
    EXPECT_THAT(page.output, IsEmpty());
    EXPECT_THAT(page.errors, AllOf(HasSubstr("an HTML page"), HasSubstr("/live/***/***/1.ts"),
                                 Not(HasSubstr("SECRET"))));
    const CommandResult as_json = inspect({"-json", provider_.url("/live/USER/SECRET/1.ts")});
    EXPECT_EQ(as_json.exit_code, 1);
    EXPECT_THAT(as_json.output, Not(HasSubstr("SECRET")));
    EXPECT_THAT(json::parse(as_json.output).at("error"), HasSubstr("an HTML page"));

    const CommandResult missing = inspect({"/nonexistent/clip.ts"});
    EXPECT_EQ(missing.exit_code, 1);
    EXPECT_THAT(
        missing.errors, AllOf(HasSubstr("/nonexistent/clip.ts"), HasSubstr("No such file")));
    EXPECT_EQ(inspect({provider_.url("/missing.ts")}).exit_code, 1);
    EXPECT_THAT(inspect({"rtsp://user:SECRET@host/live"}).errors,
        AllOf(HasSubstr("rtsp sources are not supported"), Not(HasSubstr("SECRET"))));
    EXPECT_THAT(inspect({file_with("list.mpd", "<?xml version=\"1.0\"?><MPD></MPD>")}).errors,
        HasSubstr("a DASH manifest"));
}

TEST_F(Inspect, AWrongCommandLineIsExit2) {
    EXPECT_EQ(inspect({}).exit_code, 2);
    EXPECT_THAT(inspect({}).errors, HasSubstr("Name a URL, a file, or -"));
    EXPECT_EQ(inspect({"-", "-seconds", "soon"}).exit_code, 2);
    EXPECT_EQ(inspect({"one.ts", "two.ts"}).exit_code, 2);
    EXPECT_EQ(inspect({"http://"}).exit_code, 2);
    const CommandResult help = inspect({"-help"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_THAT(help.output, AllOf(HasSubstr("-seconds"), HasSubstr("-json")));
}

TEST_F(Inspect, CtrlCEndsItWithTheReportSoFar) {
    std::promise<void> taken;
    // So much is in no buffer on the way.
    provider_.on("/live.ts", [&](ProviderConnection& connection, const ProviderRequest&) {
        connection.send("HTTP/1.1 200 OK\r\n\r\n");
        for (int i = 0; i < 10; ++i) {
            connection.send(h264_clip());
        }
        taken.set_value();
        (void)connection.wait_until_closed();
    });
    ChildProcess child({.arguments = {PT_TUNER_BINARY, "inspect", "-seconds", "0",
                            provider_.url("/live.ts"), "-json"},
        .environment = {},
        .directory = tuner_.directory()});
    ASSERT_EQ(taken.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
    child.signal(SIGINT);
    EXPECT_EQ(child.wait(), 0) << child.stderr_text();
    const json report = json::parse(child.stdout_text());
    EXPECT_EQ(report.at("end"), "interrupted");
    EXPECT_EQ(stream_of(report, "h264").at("height"), 360);
}

TEST_F(Inspect, TheRunningTunerSaysHowItsStreamsAreAndCopiesThem) {
    const auto copies = tuner_.file("tee");
    provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url("/live.ts")}})));
    provider_.on("/live.ts", behave::stream_once(h264_clip(), 400'000));
    tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"DEBUG_TEE_BYTES", "64k"},
                      {"DEBUG_TEE_DIR", copies.string()}}});
    ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(800'000)) << tuner_.process().stderr_text();
    const json stream = json::parse(tuner_.get("/api/streams").body).at(0);
    EXPECT_EQ(stream.at("key_frame_interval_ms").at("max"), 1'000);
    EXPECT_LE(stream.at("pcr_interval_ms").at("max"), 80);
    EXPECT_EQ(stream.at("continuity_errors"), 0);
    EXPECT_EQ(stream.at("splices"), 0);
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("key frames every 1 s; PCR every"));
    EXPECT_THAT(tuner_.get("/metrics").body,
        HasSubstr("plex_tuner_stream_key_frame_interval_seconds{tuner=\"0\"} 1\n"));
    tuner_.process().signal(SIGTERM);
    EXPECT_EQ(tuner_.process().wait(), 0);
    const std::filesystem::directory_entry copy = *std::filesystem::directory_iterator(copies);
    EXPECT_THAT(copy.path().filename().string(), MatchesRegex("[0-9]+T[0-9]+-000001-1-one.ts"));
    std::ifstream file(copy.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(file)), {});
    EXPECT_TRUE(content == h264_clip().substr(0, 64 * 1'024)) << content.size();
}

} // namespace
} // namespace plex_tuner::testing
