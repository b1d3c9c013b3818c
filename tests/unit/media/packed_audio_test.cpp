// SPDX-License-Identifier: GPL-3.0-or-later
// Headers of audio frames and ID3 tags, byte for byte.
#include "support/media.hpp"

#include <plex_tuner/media/audio_frame.hpp>
#include <plex_tuner/media/id3_tag.hpp>

#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

std::span<const std::uint8_t> bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::optional<AudioFrame> parse(std::vector<std::uint8_t> bytes) {
    return parse_audio_frame(bytes);
}

TEST(AudioFrame, EveryFrameOfRealStreamsIsFound) {
    struct Case {
        const char* format;
        AudioCodec codec;
        int samples;
    };

    for (const Case& expected : {Case{"adts", AudioCodec::aac, 1024},
             Case{"mp3", AudioCodec::mp3, 1152}, Case{"mp2", AudioCodec::mp2, 1152},
             Case{"ac3", AudioCodec::ac3, 1536}, Case{"eac3", AudioCodec::eac3, 1536}}) {
        auto rest = bytes_of(testing::tone(expected.format));
        if (const auto tag = id3_tag_size(rest)) {
            rest = rest.subspan(*tag);
        }
        int frames = 0;
        while (!rest.empty()) {
            const auto frame = parse_audio_frame(rest);
            ASSERT_TRUE(frame) << expected.format << " frame " << frames;
            ASSERT_EQ(frame->codec, expected.codec);
            ASSERT_EQ(frame->samples, expected.samples);
            ASSERT_EQ(frame->sample_rate, 48'000);
            ASSERT_LE(frame->size, rest.size());
            rest = rest.subspan(frame->size);
            ++frames;
        }
        EXPECT_GT(frames * expected.samples, 7 * 48'000) << expected.format;
    }
}

TEST(AudioFrame, RarerFormsHaveTheirSizes) {
    // MPEG-2 layer III, 22.05 kHz, 64 kbit/s, padded; AC-3 at 44.1 kHz with its extra word.
    const auto low = parse({0xff, 0xf3, 0x82, 0xc4, 0, 0, 0});
    ASSERT_TRUE(low);
    EXPECT_EQ(low->size, 72u * 64'000 / 22'050 + 1);
    EXPECT_EQ(low->samples, 576);
    EXPECT_EQ(low->sample_rate, 22'050);
    const auto ac3 = parse({0x0b, 0x77, 0, 0, 0x40 | 1, 8 << 3, 0});
    ASSERT_TRUE(ac3);
    EXPECT_EQ(ac3->size, 140U);
    EXPECT_EQ(ac3->sample_rate, 44'100);
    // E-AC-3: a dependent substream has no time of its own; half rates have six blocks.
    const auto dependent = parse({0x0b, 0x77, 0x40, 0xff, 0x30, 16 << 3, 0});
    ASSERT_TRUE(dependent);
    EXPECT_EQ(dependent->samples, 0);
    EXPECT_EQ(dependent->size, 512U);
    const auto half = parse({0x0b, 0x77, 0x00, 0xff, 0xc0, 16 << 3, 0});
    ASSERT_TRUE(half);
    EXPECT_EQ(half->sample_rate, 24'000);
    EXPECT_EQ(half->samples, 1536);
}

TEST(AudioFrame, WhatIsNoFrameIsNone) {
    EXPECT_FALSE(parse({0xff, 0xf1, 0x50, 0x80, 0x01, 0x1f})) << "too short to tell";
    EXPECT_FALSE(parse({0xff, 0xf1, 0xfc, 0x80, 0x01, 0x1f, 0xfc})) << "reserved sample rate";
    EXPECT_FALSE(parse({0xff, 0xf1, 0x50, 0x80, 0x00, 0x1f, 0xfc})) << "shorter than its header";
    EXPECT_FALSE(parse({0xff, 0xfb, 0xf0, 0, 0, 0, 0})) << "forbidden bit rate";
    EXPECT_FALSE(parse({0xff, 0xe9, 0x90, 0, 0, 0, 0})) << "reserved version";
    EXPECT_FALSE(parse({0x0b, 0x77, 0, 0, 0xc0, 8 << 3, 0})) << "reserved sample rate";
    EXPECT_FALSE(parse({0x0b, 0x77, 0, 0, 38, 8 << 3, 0})) << "reserved bit rate";
    EXPECT_FALSE(parse({0x0b, 0x77, 0, 0xff, 0, 31 << 3, 0})) << "a later bit stream";
}

TEST(Id3Tag, TellsTheTimeInThirtyThreeBits) {
    const std::string tag = testing::id3_time_tag(0x1'2345'6789);
    EXPECT_EQ(id3_tag_size(bytes_of(tag)), tag.size());
    EXPECT_EQ(id3_transport_time(bytes_of(tag)), 0x1'2345'6789);
    EXPECT_EQ(id3_transport_time(bytes_of(testing::id3_time_tag(~std::uint64_t{0}))),
        (std::int64_t{1} << 33) - 1);
}

TEST(Id3Tag, LooksBehindOtherFramesAndExtendedHeaders) {
    const std::string frame = testing::id3_time_tag(5).substr(kId3HeaderSize);
    const std::string title("TIT2\0\0\0\x04\0\0\0abc", 14);
    const std::string extended("\0\0\0\x06\x01\0", 6);
    const std::string body = extended + title + frame;
    const std::string tag =
        std::string("ID3\x04\0\x40\0\0\0", 9) + static_cast<char>(body.size()) + body;
    EXPECT_EQ(id3_transport_time(bytes_of(tag)), 5);
}

TEST(Id3Tag, CutOffAndForeignTagsHaveNoTime) {
    const std::string tag = testing::id3_time_tag(5);
    for (std::size_t size = 0; size < tag.size(); ++size) {
        EXPECT_FALSE(id3_transport_time(bytes_of(tag).first(size)));
    }
    std::string foreign = tag;
    foreign.replace(foreign.find("apple"), 5, "other");
    EXPECT_FALSE(id3_transport_time(bytes_of(foreign)));
    EXPECT_FALSE(id3_tag_size(bytes_of("ID4\x04 and so on")));
}

} // namespace
} // namespace plex_tuner::media
