// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/picture_scanner.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using plex_tuner::testing::ByteVector;
using plex_tuner::testing::joined;
namespace h264 = plex_tuner::testing::h264;

/// The decision, which must be the same in every chunking.
PictureKind decide(Codec codec, const ByteVector& bytes) {
    PictureScanner whole(codec);
    whole.begin();
    const PictureKind expected = whole.feed(bytes);
    for (std::size_t chunk = 1; chunk < bytes.size(); ++chunk) {
        PictureScanner scanner(codec);
        scanner.begin();
        PictureKind kind = PictureKind::undecided;
        for (std::size_t at = 0; at < bytes.size() && kind == PictureKind::undecided; at += chunk) {
            kind = scanner.feed(Bytes(bytes).subspan(at, std::min(chunk, bytes.size() - at)));
        }
        EXPECT_EQ(kind, expected) << "chunk " << chunk;
    }
    return expected;
}

TEST(PictureScanner, H264IdrNeedsParameterSets) {
    EXPECT_EQ(decide(Codec::h264, h264::key_frame()), PictureKind::key_frame);
    EXPECT_EQ(decide(Codec::h264, joined({h264::aud(), h264::idr()})), PictureKind::plain);
}

TEST(PictureScanner, H264PlainPictures) {
    EXPECT_EQ(decide(Codec::h264, h264::p_frame()), PictureKind::plain);
    EXPECT_EQ(decide(Codec::h264, joined({h264::aud(), h264::sps(), h264::pps(), h264::p_slice()})),
        PictureKind::plain);
    EXPECT_EQ(decide(Codec::h264, joined({h264::aud(), h264::i_slice()})), PictureKind::plain);
}

TEST(PictureScanner, H264RecoveryPointAmongOtherMessages) {
    EXPECT_EQ(decide(Codec::h264, joined({h264::aud(), h264::sps(), h264::pps(),
                                      h264::recovery_sei(), h264::p_slice()})),
        PictureKind::recovery_point);
    EXPECT_EQ(decide(Codec::h264, joined({h264::aud(), h264::sps(), h264::pps(), h264::plain_sei(),
                                      h264::p_slice()})),
        PictureKind::plain);
    EXPECT_EQ(
        decide(Codec::h264, joined({h264::recovery_sei(), h264::p_slice()})), PictureKind::plain);
}

TEST(PictureScanner, H264MessagePayloadIsNotTakenForMessages) {
    // User data of 300 bytes (size FF 2D) that contains 06 01 all over, and emulation prevention.
    ByteVector sei = h264::unit({0x06, 0x05, 0xFF, 0x2D});
    for (int i = 0; i < 99; ++i) {
        sei.insert(sei.end(), {0x06, 0x01, 0xC4});
    }
    sei.insert(sei.end(), {0x00, 0x00, 0x03, 0x01}); // three payload bytes and a 03 to be removed
    ByteVector with_recovery = sei;
    with_recovery.insert(with_recovery.end(), {0x06, 0x01, 0xC4, 0x80});
    sei.push_back(0x80);
    EXPECT_EQ(decide(Codec::h264, joined({h264::sps(), sei, h264::p_slice()})), PictureKind::plain);
    EXPECT_EQ(decide(Codec::h264, joined({h264::sps(), with_recovery, h264::p_slice()})),
        PictureKind::recovery_point);
}

TEST(PictureScanner, H264IntraPictureThatIsNoIdr) {
    EXPECT_EQ(decide(Codec::h264, joined({h264::sps(), h264::pps(), h264::i_slice()})),
        PictureKind::recovery_point);
    // slice_type 2, 0 and 1 behind first_mb_in_slice 0: bits 1 011, 1 1, 1 010.
    EXPECT_EQ(decide(Codec::h264, joined({h264::sps(), h264::unit({0x41, 0xB0})})),
        PictureKind::recovery_point);
    EXPECT_EQ(
        decide(Codec::h264, joined({h264::sps(), h264::unit({0x41, 0xC0})})), PictureKind::plain);
    EXPECT_EQ(
        decide(Codec::h264, joined({h264::sps(), h264::unit({0x41, 0xA0})})), PictureKind::plain);
    // A slice that does not begin the picture.
    EXPECT_EQ(
        decide(Codec::h264, joined({h264::sps(), h264::unit({0x41, 0x4B})})), PictureKind::plain);
}

TEST(PictureScanner, HevcIrapNeedsSps) {
    const ByteVector vps = h264::unit({0x40, 0x01, 0x0C});
    const ByteVector sps = h264::unit({0x42, 0x01, 0x01});
    for (const int type : {16, 17, 18, 19, 20, 21}) {
        const ByteVector picture = h264::unit({static_cast<std::uint8_t>(type << 1), 0x01, 0xAF});
        EXPECT_EQ(decide(Codec::hevc, joined({vps, sps, picture})), PictureKind::key_frame) << type;
        EXPECT_EQ(decide(Codec::hevc, joined({vps, picture})), PictureKind::plain) << type;
    }
    EXPECT_EQ(
        decide(Codec::hevc, joined({sps, h264::unit({0x02, 0x01, 0xD0})})), PictureKind::plain);
}

TEST(PictureScanner, Mpeg2IntraPictureNeedsSequenceHeader) {
    const ByteVector sequence{0, 0, 1, 0xB3, 0x2D, 0x01, 0x20, 0x33};
    const ByteVector group{0, 0, 1, 0xB8, 0x00, 0x08, 0x00, 0x40};
    const ByteVector intra{0, 0, 1, 0x00, 0x00, 0x0F, 0xFF, 0xF8};
    const ByteVector predicted{0, 0, 1, 0x00, 0x00, 0x57, 0xFF, 0xF8};
    EXPECT_EQ(decide(Codec::mpeg2_video, joined({sequence, group, intra})), PictureKind::key_frame);
    EXPECT_EQ(decide(Codec::mpeg1_video, joined({sequence, group, intra})), PictureKind::key_frame);
    EXPECT_EQ(decide(Codec::mpeg2_video, joined({group, intra})), PictureKind::plain);
    EXPECT_EQ(decide(Codec::mpeg2_video, joined({sequence, predicted})), PictureKind::plain);
    EXPECT_EQ(decide(Codec::mpeg2_video, ByteVector{0, 0, 1, 0x01}), PictureKind::plain);
}

TEST(PictureScanner, Mpeg4IntraVopNeedsLayer) {
    const ByteVector layer{0, 0, 1, 0x20, 0x00, 0x84};
    const ByteVector intra{0, 0, 1, 0xB6, 0x10, 0x60};
    const ByteVector predicted{0, 0, 1, 0xB6, 0x50, 0x60};
    EXPECT_EQ(decide(Codec::mpeg4_video, joined({layer, intra})), PictureKind::key_frame);
    EXPECT_EQ(decide(Codec::mpeg4_video, joined({layer, predicted})), PictureKind::plain);
    EXPECT_EQ(decide(Codec::mpeg4_video, intra), PictureKind::plain);
}

TEST(PictureScanner, StaysUndecidedWithoutAPicture) {
    EXPECT_EQ(decide(Codec::h264, joined({h264::aud(), h264::sps(), h264::plain_sei()})),
        PictureKind::undecided);
    EXPECT_EQ(decide(Codec::h264, ByteVector(500, 0)), PictureKind::undecided);
    EXPECT_EQ(decide(Codec::vc1, h264::key_frame()), PictureKind::undecided);
}

} // namespace
} // namespace plex_tuner::ts
