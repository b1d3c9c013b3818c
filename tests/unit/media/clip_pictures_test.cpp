// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_pictures.hpp"
#include "picture_buffer.hpp"

#include <set>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

/// Draws the frames of [0, frame] and returns the last.
template <class Picture>
PictureBuffer drawn(int frame) {
    PictureBuffer buffer(kPictureWidth, kPictureHeight);
    Canvas canvas = buffer.canvas();
    Picture picture;
    for (int i = 0; i <= frame; ++i) {
        picture.draw(canvas, i);
    }
    EXPECT_TRUE(buffer.guards_intact());
    return buffer;
}

TEST(BarsPicture, ShowsSevenBarsAtTheTop) {
    const PictureBuffer picture = drawn<BarsPicture>(0);
    std::set<int> lumas;
    for (int x = 0; x < kPictureWidth; ++x) {
        lumas.insert(picture.at(x, 10).y);
    }
    EXPECT_EQ(lumas.size(), 7U);
    EXPECT_EQ(picture.at(0, 10).y, 180) << "75 % white at the left";
    EXPECT_EQ(picture.at(kPictureWidth - 1, 10).y, 35) << "blue at the right";
}

TEST(BarsPicture, ChangesWithEveryFrame) {
    PictureBuffer buffer(kPictureWidth, kPictureHeight);
    Canvas canvas = buffer.canvas();
    BarsPicture picture;
    picture.draw(canvas, 0);
    PictureBuffer last = buffer;
    for (int frame = 1; frame < 3 * kPictureRate; ++frame) {
        picture.draw(canvas, frame);
        EXPECT_FALSE(buffer == last) << "frame " << frame;
        last = buffer;
    }
}

TEST(BarsPicture, ShowsADifferentClockInEachSecondOfTheMinute) {
    PictureBuffer buffer(kPictureWidth, kPictureHeight);
    Canvas canvas = buffer.canvas();
    BarsPicture picture;
    std::vector<PictureBuffer> seconds;
    for (int frame = 0; frame < BarsPicture::kFrames; ++frame) {
        picture.draw(canvas, frame);
        if (frame % kPictureRate == kPictureRate - 1) {
            for (const PictureBuffer& earlier : seconds) {
                ASSERT_FALSE(earlier == buffer) << "frame " << frame;
            }
            seconds.push_back(buffer);
        }
    }
    EXPECT_EQ(seconds.size(), 60U);
}

TEST(MotionPicture, FollowsItself) {
    const PictureBuffer first = drawn<MotionPicture>(0);
    const PictureBuffer again = drawn<MotionPicture>(MotionPicture::kFrames);
    EXPECT_TRUE(first == again);
    EXPECT_FALSE(first == drawn<MotionPicture>(1));
}

} // namespace
} // namespace plex_tuner::media
