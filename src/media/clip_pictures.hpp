// SPDX-License-Identifier: GPL-3.0-or-later
// The moving pictures of the demo clips. Frame n + (frames of the clip) would equal frame n, so a
// looped clip has no visible seam.
#pragma once

#include "canvas.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace plex_tuner::media {

// 16:9 in whole macroblocks. Small, because a minute of it is encoded when the demo starts.
inline constexpr int kPictureWidth = 512;
inline constexpr int kPictureHeight = 288;
inline constexpr int kPictureRate = 25; ///< frames per second

class ClipPicture {
public:
    virtual ~ClipPicture() = default;
    /// Frames are drawn in order from 0, each over the one before.
    virtual void draw(Canvas& canvas, int frame) = 0;
};

/// Colour bars in the manner of SMPTE EG 1, and before them the second of the minute in digits with
/// a bar that fills within each second. A white field appears during the first frames of a second,
/// together with the pip of BarsSound: a test of lip synchronism.
class BarsPicture final : public ClipPicture {
public:
    static constexpr int kFrames = 60 * kPictureRate;
    void draw(Canvas& canvas, int frame) override;

private:
    static void draw_bars(Canvas& canvas);
    static void draw_clock(Canvas& canvas, int frame);
};

/// A ball that bounces over a drifting gradient.
class MotionPicture final : public ClipPicture {
public:
    static constexpr int kBounceFrames = 48;
    static constexpr int kBounces = 5;
    static constexpr int kFrames = kBounces * kBounceFrames;

    MotionPicture();
    void draw(Canvas& canvas, int frame) override;

private:
    void draw_gradient(Canvas& canvas, int frame) const;
    static void draw_ball(Canvas& canvas, int frame);

    // One period of the gradient and a row more, so that each row is one copy.
    std::vector<std::uint8_t> luma_;
    std::array<std::vector<std::uint8_t>, 2> chroma_;
};

} // namespace plex_tuner::media
