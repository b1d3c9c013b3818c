// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace plex_tuner::media {

/// A colour in ITU-R BT.601 limited range: luma 16..235, chroma 16..240 around 128.
struct Colour {
    std::uint8_t y = 16;
    std::uint8_t cb = 128;
    std::uint8_t cr = 128;
};

struct Rectangle {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
};

/// Draws into the three planes of an 8-bit 4:2:0 picture that somebody else owns. Shapes are
/// clipped to the picture; a chroma sample belongs to a shape when its upper left luma sample does.
class Canvas {
public:
    struct Plane {
        std::uint8_t* data = nullptr;
        std::ptrdiff_t stride = 0; ///< bytes from one row to the next
    };

    /// `width` and `height` are those of the luma plane and even.
    Canvas(int width, int height, std::array<Plane, 3> planes)
        : width_(width), height_(height), planes_(planes) {}

    [[nodiscard]] int width() const noexcept { return width_; }

    [[nodiscard]] int height() const noexcept { return height_; }

    void fill(Rectangle area, Colour colour);
    void disc(int centre_x, int centre_y, int radius, Colour colour);
    /// A seven-segment digit 0..9 that fills `box`; strokes are a fifth of its width.
    void digit(Rectangle box, int value, Colour colour);
    /// Copies one row of samples; `plane` 0 takes width() of them, 1 and 2 half as many.
    void row(int plane, int y, std::span<const std::uint8_t> samples);

private:
    void fill_plane(int plane, int left, int top, int right, int bottom, std::uint8_t value);

    int width_;
    int height_;
    std::array<Plane, 3> planes_;
};

} // namespace plex_tuner::media
