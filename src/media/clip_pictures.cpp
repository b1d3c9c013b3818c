// SPDX-License-Identifier: GPL-3.0-or-later
#include "clip_pictures.hpp"

#include <cmath>
#include <cstdlib>
#include <numbers>
#include <span>

namespace plex_tuner::media {
namespace {

constexpr Colour kBlack{.y = 16, .cb = 128, .cr = 128};
constexpr Colour kWhite{.y = 235, .cb = 128, .cr = 128};
constexpr Colour kGrey{.y = 104, .cb = 128, .cr = 128};
constexpr Colour kDimmed{.y = 40, .cb = 128, .cr = 128};

// 75 % bars of ITU-R BT.801, from left to right.
constexpr std::array<Colour, 7> kBars{{
    {.y = 180, .cb = 128, .cr = 128},
    {.y = 162, .cb = 44, .cr = 142},
    {.y = 131, .cb = 156, .cr = 44},
    {.y = 112, .cb = 72, .cr = 58},
    {.y = 84, .cb = 184, .cr = 198},
    {.y = 65, .cb = 100, .cr = 212},
    {.y = 35, .cb = 212, .cr = 114},
}};
// The narrow row below them: the bars reversed, every other one black.
constexpr std::array<Colour, 7> kReverseBars{
    {kBars[6], kBlack, kBars[4], kBlack, kBars[2], kBlack, kBars[0]}};
constexpr Colour kMinusI{.y = 16, .cb = 158, .cr = 95};
constexpr Colour kPlusQ{.y = 16, .cb = 174, .cr = 149};
constexpr Colour kBelowBlack{.y = 7, .cb = 128, .cr = 128};
constexpr Colour kAboveBlack{.y = 25, .cb = 128, .cr = 128};

constexpr int kFlashFrames = 3;

constexpr Rectangle kClockPanel{.x = 160, .y = 56, .width = 192, .height = 104};
constexpr int kDigitWidth = 48;
constexpr int kDigitHeight = 70;
constexpr int kDigitTop = 66;
constexpr int kTensLeft = 172;
constexpr int kUnitsLeft = 236;
constexpr Rectangle kFlash{.x = 300, .y = kDigitTop, .width = 40, .height = kDigitHeight};
constexpr Rectangle kProgress{.x = 172, .y = 144, .width = 168, .height = 8};

constexpr int kGradientPeriod = 480; // samples
constexpr int kGradientStep = 2;     // samples per frame
static_assert(MotionPicture::kFrames * kGradientStep % kGradientPeriod == 0);

constexpr int kBallRadius = 28;
constexpr int kFloor = 276;
constexpr int kBounceHeight = 200;

/// 0..1..0 over `period`.
double triangle(int position, int period) {
    return 1.0 - std::abs(2.0 * (position % period) / period - 1.0);
}

} // namespace

void BarsPicture::draw(Canvas& canvas, int frame) {
    if (frame == 0) {
        draw_bars(canvas);
    }
    draw_clock(canvas, frame);
}

void BarsPicture::draw_bars(Canvas& canvas) {
    const int width = canvas.width();
    const int upper = canvas.height() * 2 / 3 & ~1;
    const int lower = canvas.height() * 3 / 4 & ~1;
    constexpr int kCount = static_cast<int>(kBars.size());
    const auto edge = [&](int index, int count) {
        return width * index / count & ~1;
    };
    for (int i = 0; i < kCount; ++i) {
        const int left = edge(i, kCount);
        const int bar_width = edge(i + 1, kCount) - left;
        const auto index = static_cast<std::size_t>(i);
        canvas.fill({.x = left, .y = 0, .width = bar_width, .height = upper}, kBars.at(index));
        canvas.fill({.x = left, .y = upper, .width = bar_width, .height = lower - upper},
            kReverseBars.at(index));
    }
    // The lowest quarter: -I, white, +Q, black, and three steps around black (PLUGE).
    const std::array<Colour, 12> foot{kMinusI, kMinusI, kWhite, kWhite, kPlusQ, kPlusQ, kBlack,
        kBlack, kBelowBlack, kBlack, kAboveBlack, kBlack};
    constexpr int kFootCount = static_cast<int>(foot.size());
    for (int i = 0; i < kFootCount; ++i) {
        const int left = edge(i, kFootCount);
        canvas.fill({.x = left,
                        .y = lower,
                        .width = edge(i + 1, kFootCount) - left,
                        .height = canvas.height() - lower},
            foot.at(static_cast<std::size_t>(i)));
    }
}

void BarsPicture::draw_clock(Canvas& canvas, int frame) {
    const int second = frame / kPictureRate;
    const int within = frame % kPictureRate;
    if (within == 0) {
        canvas.fill(kClockPanel, kBlack);
        canvas.digit({.x = kTensLeft, .y = kDigitTop, .width = kDigitWidth, .height = kDigitHeight},
            second / 10 % 10, kWhite);
        canvas.digit(
            {.x = kUnitsLeft, .y = kDigitTop, .width = kDigitWidth, .height = kDigitHeight},
            second % 10, kWhite);
        canvas.fill(kProgress, kDimmed);
    }
    canvas.fill(kFlash, within < kFlashFrames ? kWhite : kDimmed);
    Rectangle done = kProgress;
    done.width = kProgress.width * (within + 1) / kPictureRate & ~1;
    canvas.fill(done, kGrey);
}

MotionPicture::MotionPicture() {
    constexpr int kLength = kGradientPeriod + kPictureWidth;
    for (int i = 0; i < kLength; ++i) {
        luma_.push_back(
            static_cast<std::uint8_t>(48 + std::lround(120 * triangle(i, kGradientPeriod))));
    }
    constexpr int kChromaPeriod = kGradientPeriod / 2;
    for (int i = 0; i < kLength / 2; ++i) {
        const double angle = 2 * std::numbers::pi * i / kChromaPeriod;
        chroma_[0].push_back(static_cast<std::uint8_t>(std::lround(140 + 36 * std::cos(angle))));
        chroma_[1].push_back(static_cast<std::uint8_t>(std::lround(116 + 36 * std::sin(angle))));
    }
}

void MotionPicture::draw(Canvas& canvas, int frame) {
    draw_gradient(canvas, frame);
    draw_ball(canvas, frame);
}

void MotionPicture::draw_gradient(Canvas& canvas, int frame) const {
    const int shift = frame * kGradientStep;
    for (int y = 0; y < canvas.height(); ++y) {
        const auto start = static_cast<std::size_t>((y + shift) % kGradientPeriod);
        canvas.row(0, y, std::span(luma_).subspan(start));
    }
    for (int y = 0; y < canvas.height() / 2; ++y) {
        const auto start = static_cast<std::size_t>((y + shift / 2) % (kGradientPeriod / 2));
        canvas.row(1, y, std::span(chroma_[0]).subspan(start));
        canvas.row(2, y, std::span(chroma_[1]).subspan(start));
    }
}

void MotionPicture::draw_ball(Canvas& canvas, int frame) {
    static constexpr std::array<Colour, kBounces> kBallColours{
        {kBars[1], kBars[5], kBars[2], kBars[4], kWhite}};
    const int bounce = frame / kBounceFrames % kBounces;
    // A thrown body: height is a parabola of the time since it touched the floor.
    const double flight = static_cast<double>(frame % kBounceFrames) / kBounceFrames;
    const int height = static_cast<int>(4 * kBounceHeight * flight * (1 - flight));
    const int span = canvas.width() - 2 * kBallRadius;
    const int x = kBallRadius + static_cast<int>(span * triangle(frame, kFrames));
    const int y = kFloor - kBallRadius - height;
    canvas.disc(x, y, kBallRadius, kBlack);
    canvas.disc(x, y, kBallRadius - 3, kBallColours.at(static_cast<std::size_t>(bounce)));
    canvas.disc(x - kBallRadius / 3, y - kBallRadius / 3, kBallRadius / 5, kWhite);
}

} // namespace plex_tuner::media
