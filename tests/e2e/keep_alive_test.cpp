// SPDX-License-Identifier: GPL-3.0-or-later
// Channels that start slowly or not at all, for viewers who want bytes before there is a picture.
#include "playlists.hpp"
#include "support/child_process.hpp"
#include "support/media.hpp"
#include "support/temporary_directory.hpp"
#include "support/timeline_origin.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <fstream>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::size_t kPacket = 188;
constexpr std::size_t kSecondsOfMedia = 180'000; // bytes
constexpr std::uint16_t kNull = 0x1FFF;

class KeepAlive : public ::testing::TestWithParam<const char*> {
protected:
    void start(const std::string& url, std::map<std::string, std::string> settings) {
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", url}})));
        settings.emplace("M3U_URL", provider_.url("/list.m3u"));
        settings.emplace("START_TIMEOUT", "6s");
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    static std::uint16_t pid_at(const std::string& bytes, std::size_t at) {
        return static_cast<std::uint16_t>((static_cast<std::uint8_t>(bytes[at + 1]) & 0x1F) << 8 |
                                          static_cast<std::uint8_t>(bytes[at + 2]));
    }

    /// The PIDs of what came before the first packet of pictures or sound.
    static std::set<std::uint16_t> pids_before_media(const std::string& bytes, std::uint16_t pmt) {
        std::set<std::uint16_t> pids;
        for (std::size_t at = 0; at + kPacket <= bytes.size(); at += kPacket) {
            const std::uint16_t pid = pid_at(bytes, at);
            if (pid != 0 && pid != pmt && pid != kNull) {
                break;
            }
            pids.insert(pid);
        }
        return pids;
    }

    /// ffprobe finds pictures and sound, and ffmpeg decodes the first seconds without a word.
    static void expect_plays(const std::string& bytes) {
        const TemporaryDirectory scratch;
        const std::string file = (scratch.path() / "seen.ts").string();
        std::ofstream(file, std::ios::binary) << bytes;
        const auto probed = run_command({"ffprobe", "-v", "error", "-show_entries",
            "stream=codec_name,width,channels", "-of", "csv=p=0", file});
        EXPECT_EQ(probed.exit_code, 0);
        EXPECT_EQ(probed.errors, "");
        EXPECT_THAT(probed.output, HasSubstr("h264,640"));
        EXPECT_THAT(probed.output, HasSubstr("aac,2"));
        const auto decoded = run_command(
            {"ffmpeg", "-v", "error", "-nostdin", "-t", "2", "-i", file, "-f", "null", "-"});
        EXPECT_EQ(decoded.exit_code, 0);
        EXPECT_EQ(decoded.errors, "");
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_P(KeepAlive, BytesComeBeforeTheSourceHasSentAnyAndThenItPlays) {
    const TimelineOrigin origin(provider_, "/a", "head; stall 2s; serve");
    start(origin.ts_url(), {{"START_KEEPALIVE", GetParam()}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    EXPECT_EQ(viewer.reply().status, 200);
    EXPECT_EQ(viewer.reply().header("content-type"), "video/mp2t");
    ASSERT_TRUE(viewer.read(1));
    EXPECT_EQ(provider_.open(origin.ts_path()), 1U);
    EXPECT_FALSE(tuner_.process().stderr_text().contains("channel started"));
    ASSERT_TRUE(viewer.read(4 * kSecondsOfMedia)) << tuner_.process().stderr_text();
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_TRUE(facts.aligned);
    EXPECT_EQ(facts.continuity_errors, 0U);
    EXPECT_EQ(facts.discontinuities, 0U);
    EXPECT_TRUE(facts.begins_with_key_frame);
    EXPECT_TRUE(pids_before_media(viewer.body(), facts.pmt_pid).contains(kNull));
    expect_plays(viewer.body());
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"viewer kept waiting", std::string("with=") + GetParam()}, std::chrono::seconds(1)));
}

TEST_P(KeepAlive, AChannelThatNeverStartsEndsTheConnectionAndTheLogSaysWhy) {
    const TimelineOrigin origin(provider_, "/a", "head; stall");
    start(origin.ts_url(), {{"START_KEEPALIVE", GetParam()}, {"START_TIMEOUT", "3s"}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    EXPECT_EQ(viewer.reply().status, 200);
    EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(20)));
    EXPECT_GT(viewer.body().size(), 0U);
    EXPECT_EQ(viewer.body().size() % kPacket, 0U);
    for (std::size_t at = 0; at < viewer.body().size(); at += kPacket) {
        ASSERT_EQ(pid_at(viewer.body(), at), kNull);
    }
    const auto line =
        tuner_.process().wait_for_line({"viewer left", "no video"}, std::chrono::seconds(5));
    ASSERT_TRUE(line) << tuner_.process().stderr_text();
    EXPECT_THAT(*line, HasSubstr("error=\"807 No Video Data\""));
    EXPECT_THAT(*line, HasSubstr("no video within"));
}

INSTANTIATE_TEST_SUITE_P(Kinds, KeepAlive, ::testing::Values("null", "psi"),
    [](const auto& kind) { return std::string(kind.param); });

/// Tables are there long before there are pictures.
TEST_F(KeepAlive, TablesOfTheSourceComeBeforeItsFirstKeyFrame) {
    const TimelineOrigin origin(provider_, "/a", "pace 1x; no video 3s; no audio 3s; serve");
    start(origin.ts_url(), {{"START_KEEPALIVE", "psi"}, {"WEBSAFE_PROGRAM_KEEPALIVE_MS", "100"}});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    ASSERT_TRUE(viewer.read(3 * kSecondsOfMedia)) << tuner_.process().stderr_text();
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_EQ(facts.continuity_errors, 0U);
    EXPECT_EQ(facts.discontinuities, 0U);
    const auto before = pids_before_media(viewer.body(), facts.pmt_pid);
    EXPECT_TRUE(before.contains(0));
    EXPECT_TRUE(before.contains(facts.pmt_pid));
    expect_plays(viewer.body());
}

TEST_F(KeepAlive, WhatFailsAtOnceIsAnsweredWithAnErrorAllTheSame) {
    provider_.on("/1.ts", behave::status(403));
    start(provider_.url("/1.ts"),
        {{"WEBSAFE_NULL_TS_KEEPALIVE", "true"}, {"WEBSAFE_NULL_TS_KEEPALIVE_MS", "5000"}});
    const HttpReply reply = tuner_.get("/auto/v1");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.header("x-hdhomerun-error"), StartsWith("807"));
}

} // namespace
} // namespace plex_tuner::testing
