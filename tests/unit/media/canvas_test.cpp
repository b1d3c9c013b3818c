// SPDX-License-Identifier: GPL-3.0-or-later
#include "picture_buffer.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

constexpr Colour kInk{.y = 200, .cb = 90, .cr = 170};
constexpr Colour kPaper{.y = 20, .cb = 128, .cr = 128};

TEST(Canvas, FillsExactlyTheRectangle) {
    PictureBuffer picture(32, 16);
    Canvas canvas = picture.canvas();
    canvas.fill({.x = 0, .y = 0, .width = 32, .height = 16}, kPaper);
    canvas.fill({.x = 4, .y = 2, .width = 8, .height = 6}, kInk);
    EXPECT_TRUE(picture.at(4, 2) == kInk);
    EXPECT_TRUE(picture.at(11, 7) == kInk);
    EXPECT_TRUE(picture.at(3, 2) == kPaper);
    EXPECT_TRUE(picture.at(12, 7) == kPaper);
    EXPECT_TRUE(picture.at(4, 1) == kPaper);
    EXPECT_TRUE(picture.at(11, 8) == kPaper);
}

TEST(Canvas, ClipsShapesThatReachOutside) {
    PictureBuffer picture(32, 16);
    Canvas canvas = picture.canvas();
    canvas.fill({.x = -50, .y = -50, .width = 500, .height = 500}, kPaper);
    canvas.disc(0, 0, 10, kInk);
    canvas.disc(31, 15, 10, kInk);
    canvas.disc(100, 100, 10, kInk);
    canvas.digit({.x = 25, .y = 10, .width = 20, .height = 30}, 8, kInk);
    canvas.fill({.x = 10, .y = 10, .width = -5, .height = -5}, kInk);
    EXPECT_TRUE(picture.guards_intact());
    EXPECT_TRUE(picture.at(0, 0) == kInk);
    EXPECT_TRUE(picture.at(31, 15) == kInk);
    EXPECT_TRUE(picture.at(16, 2) == kPaper);
}

TEST(Canvas, DrawsTenDifferentDigits) {
    std::set<std::string> shapes;
    for (int value = 0; value < 10; ++value) {
        PictureBuffer picture(32, 32);
        Canvas canvas = picture.canvas();
        canvas.fill({.x = 0, .y = 0, .width = 32, .height = 32}, kPaper);
        canvas.digit({.x = 8, .y = 4, .width = 15, .height = 24}, value, kInk);
        std::string shape;
        for (int y = 0; y < 32; ++y) {
            for (int x = 0; x < 32; ++x) {
                shape += picture.at(x, y).y == kInk.y ? '#' : '.';
            }
        }
        shapes.insert(shape);
    }
    EXPECT_EQ(shapes.size(), 10U);
}

TEST(Canvas, DrawsAOneWithItsRightSegmentsOnly) {
    PictureBuffer picture(32, 32);
    Canvas canvas = picture.canvas();
    canvas.fill({.x = 0, .y = 0, .width = 32, .height = 32}, kPaper);
    canvas.digit({.x = 4, .y = 4, .width = 20, .height = 24}, 1, kInk);
    EXPECT_TRUE(picture.at(22, 8) == kInk);
    EXPECT_TRUE(picture.at(22, 26) == kInk);
    EXPECT_TRUE(picture.at(5, 8) == kPaper);
    EXPECT_TRUE(picture.at(12, 5) == kPaper);
    EXPECT_TRUE(picture.at(12, 16) == kPaper);
}

} // namespace
} // namespace plex_tuner::media
