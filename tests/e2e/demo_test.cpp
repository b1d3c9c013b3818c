// SPDX-License-Identifier: GPL-3.0-or-later
// What a newcomer sees: nothing configured, the demo provider plays.
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"
#include "support/xmltv_validator.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

class Demo : public ::testing::Test {
protected:
    void SetUp() override {
        tuner_.start({});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    Tuner tuner_;
};

TEST_F(Demo, LineupHasThreeChannels) {
    const auto lineup = nlohmann::json::parse(tuner_.get("/lineup.json").body);
    ASSERT_EQ(lineup.size(), 3u);
    EXPECT_EQ(lineup[0].at("GuideNumber"), "1");
    EXPECT_EQ(lineup[0].at("URL"), tuner_.url("/auto/v1"));
}

TEST_F(Demo, SaysWhereToPointPlex) {
    EXPECT_TRUE(tuner_.process().wait_for_line({"serving"}));
    EXPECT_THAT(tuner_.process().stdout_text(), HasSubstr("Device URL"));
    EXPECT_THAT(tuner_.process().stdout_text(), HasSubstr("/guide.xml"));
}

TEST_F(Demo, PageSaysTheSameAndListsTheChannels) {
    const HttpReply page = tuner_.get("/");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.header("content-type"), HasSubstr("text/html"));
    EXPECT_THAT(page.body, HasSubstr(tuner_.url("/guide.xml")));
    const auto lineup = nlohmann::json::parse(tuner_.get("/lineup.json").body);
    for (const auto& channel : lineup) {
        EXPECT_THAT(page.body, HasSubstr(channel.at("GuideName").get<std::string>()));
    }
    EXPECT_THAT(page.body, HasSubstr("demo"));
}

/// That it plays is for scripts/check-browser to see.
TEST_F(Demo, EachChannelHasALinkToThePlayer) {
    EXPECT_THAT(tuner_.get("/").body, HasSubstr("href=\"/watch?v=1\""));
    const HttpReply page = tuner_.get("/watch?v=1");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.header("content-type"), HasSubstr("text/html"));
    const std::size_t source = page.body.find("src=\"/mpegts.js");
    ASSERT_NE(source, std::string::npos);
    const std::string address =
        page.body.substr(source + 5, page.body.find('"', source + 5) - source - 5);
    const HttpReply script = tuner_.get(address, {"Accept-Encoding: gzip"});
    EXPECT_EQ(script.status, 200);
    EXPECT_THAT(script.header("content-type"), HasSubstr("text/javascript"));
    EXPECT_EQ(script.header("content-encoding"), "gzip");
    std::ofstream(tuner_.file("script.gz"), std::ios::binary) << script.body;
    const auto unpacked = run_command({"gzip", "-dc", tuner_.file("script.gz").string()});
    EXPECT_EQ(unpacked.exit_code, 0) << unpacked.errors;
    EXPECT_THAT(unpacked.output, HasSubstr("createPlayer"));
    EXPECT_EQ(tuner_.get(address).status, 406);
}

TEST_F(Demo, PicturesAndSoundPlayOnEveryChannel) {
    const auto probe = [&](const std::string& channel) {
        const auto result = run_command({"ffprobe", "-v", "error", "-show_entries",
            "stream=codec_type,codec_name", "-of", "json", tuner_.url("/auto/v" + channel)});
        EXPECT_EQ(result.exit_code, 0) << result.errors;
        std::map<std::string, std::string> codecs;
        for (const auto& stream : nlohmann::json::parse(result.output).at("streams")) {
            codecs[stream.at("codec_type")] = stream.at("codec_name");
        }
        return codecs;
    };
    using Codecs = std::map<std::string, std::string>;
    EXPECT_EQ(probe("1"), (Codecs{{"video", "mpeg2video"}, {"audio", "ac3"}}));
    EXPECT_EQ(probe("2"), (Codecs{{"video", "mpeg2video"}, {"audio", "ac3"}}));
    EXPECT_EQ(probe("3"), (Codecs{{"audio", "mp2"}}));
}

TEST_F(Demo, FirstBytesArePatPmtAndAKeyFrame) {
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200);
    EXPECT_EQ(viewer.reply().header("content-type"), "video/mp2t");
    ASSERT_TRUE(viewer.read(400'000));
    const TsFacts facts = inspect_ts(viewer.body());
    ASSERT_TRUE(facts.aligned);
    EXPECT_EQ(facts.first_pids[0], 0);
    EXPECT_EQ(facts.first_pids[1], facts.pmt_pid);
    EXPECT_EQ(facts.first_pids[2], facts.video_pid);
    EXPECT_TRUE(facts.begins_with_key_frame);
    EXPECT_EQ(facts.continuity_errors, 0u);
}

TEST_F(Demo, DecodesWithoutAnErrorAcrossTheLoop) {
    // Longer than the clip, so that the seam of the loop is in it.
    StreamClient viewer(tuner_.port(), "/auto/v1?duration=14");
    ASSERT_TRUE(viewer.read_to_end(std::chrono::seconds(30)));
    EXPECT_EQ(inspect_ts(viewer.body()).continuity_errors, 0u);
    const std::filesystem::path file = tuner_.file("seen.ts");
    std::ofstream(file, std::ios::binary) << viewer.body();
    const auto result = run_command(
        {"ffmpeg", "-v", "error", "-nostdin", "-t", "13", "-i", file.string(), "-f", "null", "-"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.errors, "");
}

TEST_F(Demo, GuideIsValidXmltvWithProgrammesNow) {
    const HttpReply guide = tuner_.get("/guide.xml");
    ASSERT_EQ(guide.status, 200);
    EXPECT_EQ(xmltv_complaints(guide.body), "");
    EXPECT_THAT(guide.body, HasSubstr("<programme "));
}

TEST_F(Demo, LeavesNoCatalogForALaterRun) {
    EXPECT_FALSE(std::filesystem::exists(tuner_.file("catalog.json")));
}

} // namespace
} // namespace plex_tuner::testing
