// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/gateway/override_advice.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ts::Codec;

/// What everybody plays.
ChannelFacts friendly() {
    return {.video = ts::VideoFormat{.codec = Codec::h264,
                .width = 1'280,
                .height = 720,
                .rate = {25, 1},
                .scan = ts::ScanType::progressive,
                .profile = "High",
                .level = 41},
        .audio =
            ts::AudioFormat{
                .codec = Codec::aac_adts, .channels = 2, .sample_rate = 48'000, .profile = "LC"},
        .reordered = 2,
        .bits_per_second = 5'000'000};
}

std::vector<std::string_view> words_of(const Advice& advice) {
    std::vector<std::string_view> words;
    for (const Objection& objection : advice.objections) {
        words.push_back(objection.word);
    }
    return words;
}

TEST(OverrideAdvice, WhatEverybodyPlaysStaysAsItIs) {
    EXPECT_THAT(advise(friendly(), {}).objections, IsEmpty());
    EXPECT_EQ(advise(friendly(), {}).profile, "");
    for (const Codec codec : {Codec::ac3, Codec::eac3, Codec::mpeg_audio}) {
        ChannelFacts facts = friendly();
        facts.audio = ts::AudioFormat{.codec = codec};
        EXPECT_THAT(words_of(advise(facts, {})), IsEmpty()) << to_string(codec);
    }
    for (const Codec codec : {Codec::mpeg2_video, Codec::mpeg4_video}) {
        ChannelFacts facts = friendly();
        facts.video = ts::VideoFormat{.codec = codec};
        EXPECT_THAT(words_of(advise(facts, {})), IsEmpty()) << to_string(codec);
    }
    ChannelFacts radio = friendly();
    radio.video.reset();
    EXPECT_THAT(words_of(advise(radio, {})), IsEmpty());
    ChannelFacts silent = friendly();
    silent.audio.reset();
    EXPECT_THAT(words_of(advise(silent, {})), IsEmpty());
}

struct Case {
    std::string_view word;
    std::string_view profile;
    std::string_view text;
    void (*change)(ChannelFacts&);
};

class OneObjection : public ::testing::TestWithParam<Case> {};

TEST_P(OneObjection, AsksForItsProfile) {
    ChannelFacts facts = friendly();
    GetParam().change(facts);
    const Advice advice = advise(facts, {});
    EXPECT_THAT(words_of(advice), ElementsAre(GetParam().word));
    EXPECT_EQ(advice.profile, GetParam().profile);
    EXPECT_THAT(advice.objections.at(0).text, HasSubstr(GetParam().text));
}

INSTANTIATE_TEST_SUITE_P(Rules, OneObjection,
    ::testing::Values(Case{"video-codec", "plexsafe", "hevc",
                          [](ChannelFacts& facts) {
                              facts.video->codec = Codec::hevc;
                          }},
        Case{"audio-codec", "plexsafe", "dts",
            [](ChannelFacts& facts) {
                facts.audio = ts::AudioFormat{.codec = Codec::dts};
            }},
        Case{"audio-codec", "plexsafe", "aac_latm",
            [](ChannelFacts& facts) {
                facts.audio->codec = Codec::aac_latm;
            }},
        Case{"aac-profile", "aaccfr", "HE-AAC",
            [](ChannelFacts& facts) {
                facts.audio->profile = "HE-AAC";
            }},
        Case{"aac-profile", "aaccfr", "24000 Hz",
            [](ChannelFacts& facts) {
                facts.audio->sample_rate = 24'000;
            }},
        Case{"interlaced", "aaccfr", "interlaced",
            [](ChannelFacts& facts) {
                facts.video->scan = ts::ScanType::interlaced;
            }},
        Case{"frame-rate", "aaccfr", "59.94 frames",
            [](ChannelFacts& facts) {
                facts.video->rate = {60'000, 1'001};
            }},
        Case{"bit-rate", "aaccfr", "5.00 Mb/s",
            [](ChannelFacts& facts) {
                facts.bits_per_second = 5'000'001;
            }},
        Case{"h264-level", "plexsafe", "4.2",
            [](ChannelFacts& facts) {
                facts.video->level = 42;
            }},
        Case{"h264-profile", "plexsafe", "High 10",
            [](ChannelFacts& facts) {
                facts.video->profile = "High 10";
            }},
        Case{"b-frames", "plexsafe", "depth 3", [](ChannelFacts& facts) {
                 facts.reordered = 3;
             }}));

TEST(OverrideAdvice, OneReasonForAnEvenStreamIsEnough) {
    ChannelFacts facts = friendly();
    facts.video->codec = Codec::hevc;
    facts.video->rate = {50, 1};
    const Advice advice = advise(facts, {});
    EXPECT_THAT(words_of(advice), ElementsAre("video-codec", "frame-rate"));
    EXPECT_EQ(advice.profile, "aaccfr");
}

TEST(OverrideAdvice, TheThresholdIsOfTheUser) {
    ChannelFacts facts = friendly();
    EXPECT_EQ(advise(facts, {.bit_rate_threshold = 4'000'000}).profile, "aaccfr");
    facts.bits_per_second = 90'000'000;
    EXPECT_EQ(advise(facts, {.bit_rate_threshold = 0}).profile, "");
}

TEST(OverrideAdvice, SoundAloneMayHaveItsOwnProfile) {
    ChannelFacts facts = friendly();
    facts.audio->codec = Codec::aac_latm;
    facts.audio->profile = "HE-AAC";
    EXPECT_EQ(advise(facts, {}).profile, "aaccfr");
    EXPECT_EQ(advise(facts, {.sound_profile = "audio-only"}).profile, "audio-only");
    facts.video->codec = Codec::hevc;
    EXPECT_EQ(advise(facts, {.sound_profile = "audio-only"}).profile, "aaccfr");
}

TEST(OverrideAdvice, WithoutRateOrDepthTheFactsAreNotWhole) {
    EXPECT_TRUE(is_whole(friendly()));
    ChannelFacts facts = friendly();
    facts.bits_per_second.reset();
    EXPECT_FALSE(is_whole(facts));
    facts = friendly();
    facts.reordered.reset();
    EXPECT_FALSE(is_whole(facts));
    facts.video.reset();
    EXPECT_TRUE(is_whole(facts)) << "radio has no pictures";
}

TEST(OverrideAdvice, WhatIsMissingForAJudgementIsNamed) {
    ts::SurveyReport report;
    EXPECT_THAT(facts_of(report).error().message(), HasSubstr("PAT"));
    report.program.emplace();
    EXPECT_THAT(facts_of(report).error().message(), HasSubstr("neither"));
    report.format.video = ts::VideoFormat{.codec = Codec::h264};
    EXPECT_THAT(facts_of(report).error().message(), HasSubstr("no key frame"));
    report.format.video->height = 720;
    report.pids.push_back({.pid = 256,
        .role = ts::PidRole::stream,
        .codec = Codec::h264,
        .reordered = 1,
        .bits_per_second = 3'000});
    report.pids.push_back({.pid = 8'191, .role = ts::PidRole::other, .bits_per_second = 7});
    report.bits_per_second = 4'000;
    const auto facts = facts_of(report);
    ASSERT_TRUE(facts);
    EXPECT_EQ(facts->bits_per_second, 3'000U);
    EXPECT_EQ(facts->reordered, 1);
    report.pids[0].stats.scrambled = 1;
    EXPECT_THAT(facts_of(report).error().message(), HasSubstr("encrypted"));
}

} // namespace
} // namespace plex_tuner::gateway
