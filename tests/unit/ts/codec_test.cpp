// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/codec.hpp>

#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

TEST(Codec, FromStreamType) {
    EXPECT_EQ(codec_of(0x01, {}), Codec::mpeg1_video);
    EXPECT_EQ(codec_of(0x02, {}), Codec::mpeg2_video);
    EXPECT_EQ(codec_of(0x03, {}), Codec::mpeg_audio);
    EXPECT_EQ(codec_of(0x04, {}), Codec::mpeg_audio);
    EXPECT_EQ(codec_of(0x0F, {}), Codec::aac_adts);
    EXPECT_EQ(codec_of(0x11, {}), Codec::aac_latm);
    EXPECT_EQ(codec_of(0x15, {}), Codec::timed_metadata);
    EXPECT_EQ(codec_of(0x1B, {}), Codec::h264);
    EXPECT_EQ(codec_of(0x24, {}), Codec::hevc);
    EXPECT_EQ(codec_of(0x81, {}), Codec::ac3);
    EXPECT_EQ(codec_of(0x86, {}), Codec::scte35);
    EXPECT_EQ(codec_of(0x87, {}), Codec::eac3);
    EXPECT_EQ(codec_of(0xDB, {}), Codec::sample_encrypted);
    EXPECT_EQ(codec_of(0x7F, {}), Codec::unknown);
}

TEST(Codec, OfPrivateStreamsFromDescriptors) {
    using V = std::vector<std::uint8_t>;
    EXPECT_EQ(codec_of(0x06, V{0x6A, 1, 0}), Codec::ac3);
    EXPECT_EQ(codec_of(0x06, V{0x0A, 4, 'd', 'e', 'u', 0, 0x7A, 0}), Codec::eac3);
    EXPECT_EQ(codec_of(0x06, V{0x56, 0}), Codec::teletext);
    EXPECT_EQ(codec_of(0x06, V{0x59, 0}), Codec::dvb_subtitle);
    EXPECT_EQ(codec_of(0x06, V{0x05, 4, 'O', 'p', 'u', 's'}), Codec::opus);
    EXPECT_EQ(codec_of(0x06, V{0x05, 4, 'V', 'P', '0', '9'}), Codec::vp9);
    EXPECT_EQ(codec_of(0x06, V{0x05, 4, 'H', 'E', 'V', 'C'}), Codec::hevc);
    EXPECT_EQ(codec_of(0x06, V{}), Codec::private_data);
    EXPECT_EQ(codec_of(0x06, V{0x52, 1, 7}), Codec::private_data);
}

TEST(Codec, MalformedDescriptorsAreIgnored) {
    using V = std::vector<std::uint8_t>;
    EXPECT_EQ(codec_of(0x06, V{0x6A}), Codec::private_data);
    EXPECT_EQ(codec_of(0x06, V{0x52, 200, 0x6A, 0}), Codec::private_data);
    EXPECT_EQ(codec_of(0x06, V{0x05, 2, 'A', 'C'}), Codec::private_data);
}

TEST(Codec, VideoAndAudioAreTold) {
    EXPECT_TRUE(is_video(Codec::hevc));
    EXPECT_FALSE(is_audio(Codec::hevc));
    EXPECT_TRUE(is_audio(Codec::eac3));
    EXPECT_FALSE(is_video(Codec::teletext));
    EXPECT_FALSE(is_audio(Codec::teletext));
    EXPECT_EQ(to_string(Codec::aac_adts), "aac");
}

} // namespace
} // namespace plex_tuner::ts
