// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_report.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::engine {
namespace {

gateway::TunerStatus playing() {
    gateway::TunerStatus status;
    status.index = 1;
    status.channel_id = "a";
    status.guide_number = "5.1";
    status.guide_name = "Five \"+1\"";
    status.viewers = 2;
    status.bits_per_second = 4'400'000;
    status.format = std::make_shared<const ts::StreamFormat>(
        ts::StreamFormat{.video = ts::VideoFormat{.codec = ts::Codec::h264,
                             .width = 1920,
                             .height = 1080,
                             .rate = {.numerator = 30'000, .denominator = 1'001},
                             .scan = ts::ScanType::interlaced},
            .audio = {
                {.codec = ts::Codec::ac3, .channels = 6, .sample_rate = 48'000, .language = "deu"},
                {.codec = ts::Codec::aac_adts}}});
    status.insight = {.key_frames = {.count = 3, .min = 90'000, .max = 270'000, .sum = 540'000},
        .clock = {.interval = {.count = 2, .min = 540'000, .max = 1'620'000, .sum = 2'160'000},
            .jitter = 324'000},
        .continuity_errors = 3,
        .damaged_units = 1,
        .splices = 2};
    return status;
}

TEST(StreamsJson, ListsWhatIsOpenWithAllThatIsKnown) {
    gateway::TunerStatus young;
    young.index = 2;
    young.channel_id = "b";
    young.guide_number = "7";
    const auto json =
        nlohmann::json::parse(streams_json({gateway::TunerStatus{}, playing(), young}));
    ASSERT_EQ(json.size(), 2U);
    const auto& first = json[0];
    EXPECT_EQ(first.at("tuner"), 1);
    EXPECT_EQ(first.at("number"), "5.1");
    EXPECT_EQ(first.at("name"), "Five \"+1\"");
    EXPECT_EQ(first.at("viewers"), 2);
    EXPECT_EQ(first.at("bits_per_second"), 4'400'000);
    EXPECT_EQ(first.at("video"),
        nlohmann::json::parse(R"({"codec":"h264","width":1920,"height":1080,"frame_rate":29.97,
                                  "interlaced":true})"));
    EXPECT_EQ(first.at("audio"),
        nlohmann::json::parse(R"([{"codec":"ac3","channels":6,"sample_rate":48000,
                                   "language":"deu"},{"codec":"aac"}])"));
    EXPECT_EQ(first.at("key_frame_interval_ms"),
        nlohmann::json::parse(R"({"min":1000.0,"mean":2000.0,"max":3000.0})"));
    EXPECT_EQ(first.at("pcr_interval_ms"),
        nlohmann::json::parse(R"({"min":20.0,"mean":40.0,"max":60.0})"));
    EXPECT_EQ(first.at("pcr_jitter_ms"), 12.0);
    EXPECT_EQ(first.at("continuity_errors"), 3);
    EXPECT_EQ(first.at("sync_losses"), 0);
    EXPECT_EQ(first.at("dropped_packets"), 0);
    EXPECT_EQ(first.at("damaged_units"), 1);
    EXPECT_EQ(first.at("splices"), 2);
    EXPECT_FALSE(json[1].contains("key_frame_interval_ms"));
    EXPECT_FALSE(json[1].contains("pcr_jitter_ms"));
    EXPECT_FALSE(json[1].contains("video"));
    EXPECT_FALSE(json[1].contains("audio"));
}

TEST(StreamsJson, IsAnEmptyArrayWhenNothingPlays) {
    EXPECT_EQ(streams_json({gateway::TunerStatus{}}), "[]\n");
}

TEST(StreamText, SaysItInWords) {
    EXPECT_EQ(stream_text(*playing().format),
        "h264 1920x1080 interlaced, 29.97 fps; ac3 6 channels, deu; aac");
    EXPECT_EQ(
        stream_text({.video = {}, .audio = {{.codec = ts::Codec::mpeg_audio, .channels = 1}}}),
        "mpegaudio 1 channel");
}

TEST(InsightText, SaysItInWordsAndOnlyWhatIsKnown) {
    EXPECT_EQ(insight_text(playing().insight),
        "key frames every 2 s; PCR every 40 ms, jitter 12 ms; 3 continuity errors, 1 damaged "
        "units, 2 splices");
    EXPECT_EQ(insight_text({}), "");
    EXPECT_EQ(insight_text({.splices = 1}), "1 splices");
}

} // namespace
} // namespace plex_tuner::engine
