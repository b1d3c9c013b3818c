// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_encoder.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

std::string_view bytes_of(const PacketPtr& packet) {
    return {reinterpret_cast<const char*>(packet->data), static_cast<std::size_t>(packet->size)};
}

TEST(EncodeMpeg2Video, MakesClosedGroupsThatStartWithASequenceHeader) {
    MotionPicture picture;
    const auto stream = encode_mpeg2_video(picture, {.frames = 36, .bit_rate = 2'000'000});
    ASSERT_TRUE(stream.has_value()) << stream.error().message();
    ASSERT_EQ(stream->packets.size(), 36U);
    for (int i = 0; i < 36; ++i) {
        const PacketPtr& packet = stream->packets.at(static_cast<std::size_t>(i));
        const std::string_view bytes = bytes_of(packet);
        EXPECT_EQ(packet->pts, i);
        EXPECT_EQ(packet->dts, i);
        const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
        EXPECT_EQ(key, i % kGroupFrames == 0) << "frame " << i;
        const bool header = bytes.starts_with(std::string_view("\0\0\1\xB3", 4));
        EXPECT_EQ(header, key) << "frame " << i;
        if (key) {
            // 13818-2 6.2.2.6: closed_gop is the bit after the 25-bit time code.
            const std::size_t group = bytes.find(std::string_view("\0\0\1\xB8", 4));
            ASSERT_NE(group, std::string_view::npos);
            EXPECT_NE(static_cast<unsigned char>(bytes.at(group + 7)) & 0x40U, 0U);
        }
    }
}

struct AudioCase {
    AVCodecID codec;
    int frame_samples;
    std::int64_t bit_rate;
};

class EncodeAudio : public testing::TestWithParam<AudioCase> {};

TEST_P(EncodeAudio, NumbersFramesFromZeroAndRepeatsTheLoop) {
    const AudioCase& codec = GetParam();
    constexpr int kPeriod = 10;
    SoundLoop sound(static_cast<std::size_t>(codec.frame_samples) * kPeriod);
    sound.add({.length = 0.05, .hertz = 500, .amplitude = 0.4});
    const auto stream = encode_audio(
        sound, {.codec = codec.codec, .bit_rate = codec.bit_rate, .frames = 3 * kPeriod});
    ASSERT_TRUE(stream.has_value()) << stream.error().message();
    ASSERT_EQ(stream->packets.size(), 3U * kPeriod);
    for (std::size_t i = 0; i < stream->packets.size(); ++i) {
        EXPECT_EQ(stream->packets[i]->pts, static_cast<std::int64_t>(i) * codec.frame_samples);
        EXPECT_EQ(bytes_of(stream->packets[i]), bytes_of(stream->packets[i % kPeriod]));
    }
}

TEST_P(EncodeAudio, RefusesASoundThatIsNoWholeNumberOfFrames) {
    const AudioCase& codec = GetParam();
    const SoundLoop sound(static_cast<std::size_t>(codec.frame_samples) * 10 + 1);
    EXPECT_FALSE(
        encode_audio(sound, {.codec = codec.codec, .bit_rate = codec.bit_rate, .frames = 10}));
    const SoundLoop empty(0);
    EXPECT_FALSE(
        encode_audio(empty, {.codec = codec.codec, .bit_rate = codec.bit_rate, .frames = 10}));
}

INSTANTIATE_TEST_SUITE_P(Codecs, EncodeAudio,
    testing::Values(
        AudioCase{AV_CODEC_ID_AC3, 1536, 192'000}, AudioCase{AV_CODEC_ID_MP2, 1152, 192'000}));

TEST(EncodeAudioErrors, NameACodecThatTheLibrariesLack) {
    const SoundLoop sound(1536);
    const auto stream =
        encode_audio(sound, {.codec = AV_CODEC_ID_NONE, .bit_rate = 1, .frames = 1});
    ASSERT_FALSE(stream.has_value());
    EXPECT_EQ(stream.error().code(), ErrorCode::unsupported);
}

} // namespace
} // namespace plex_tuner::media
