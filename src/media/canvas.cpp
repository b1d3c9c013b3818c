// SPDX-License-Identifier: GPL-3.0-or-later
#include "canvas.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace plex_tuner::media {
namespace {

// Segments of a digit, clockwise from the top, the middle bar last.
enum Segment : unsigned {
    kTop = 1U << 0U,
    kUpperRight = 1U << 1U,
    kLowerRight = 1U << 2U,
    kBottom = 1U << 3U,
    kLowerLeft = 1U << 4U,
    kUpperLeft = 1U << 5U,
    kMiddle = 1U << 6U,
};

constexpr std::array<unsigned, 10> kDigitSegments{
    kTop | kUpperRight | kLowerRight | kBottom | kLowerLeft | kUpperLeft,
    kUpperRight | kLowerRight,
    kTop | kUpperRight | kMiddle | kLowerLeft | kBottom,
    kTop | kUpperRight | kMiddle | kLowerRight | kBottom,
    kUpperLeft | kMiddle | kUpperRight | kLowerRight,
    kTop | kUpperLeft | kMiddle | kLowerRight | kBottom,
    kTop | kUpperLeft | kMiddle | kLowerRight | kBottom | kLowerLeft,
    kTop | kUpperRight | kLowerRight,
    kTop | kUpperRight | kLowerRight | kBottom | kLowerLeft | kUpperLeft | kMiddle,
    kTop | kUpperRight | kLowerRight | kBottom | kUpperLeft | kMiddle,
};

} // namespace

void Canvas::fill_plane(int plane, int left, int top, int right, int bottom, std::uint8_t value) {
    if (right <= left) {
        return;
    }
    const Plane& target = planes_.at(static_cast<std::size_t>(plane));
    for (int y = top; y < bottom; ++y) {
        std::memset(
            target.data + y * target.stride + left, value, static_cast<std::size_t>(right - left));
    }
}

void Canvas::fill(Rectangle area, Colour colour) {
    const int left = std::clamp(area.x, 0, width_);
    const int top = std::clamp(area.y, 0, height_);
    const int right = std::clamp(area.x + area.width, left, width_);
    const int bottom = std::clamp(area.y + area.height, top, height_);
    fill_plane(0, left, top, right, bottom, colour.y);
    const auto half = [](int edge) {
        return (edge + 1) / 2;
    };
    fill_plane(1, half(left), half(top), half(right), half(bottom), colour.cb);
    fill_plane(2, half(left), half(top), half(right), half(bottom), colour.cr);
}

void Canvas::disc(int centre_x, int centre_y, int radius, Colour colour) {
    for (int offset = -radius; offset <= radius; ++offset) {
        const int reach = static_cast<int>(std::sqrt(radius * radius - offset * offset));
        fill({.x = centre_x - reach, .y = centre_y + offset, .width = 2 * reach + 1, .height = 1},
            colour);
    }
}

void Canvas::digit(Rectangle box, int value, Colour colour) {
    const unsigned segments = kDigitSegments.at(static_cast<std::size_t>(value % 10));
    const int stroke = std::max(2, box.width / 5);
    const int right = box.x + box.width - stroke;
    const int middle = box.y + (box.height - stroke) / 2;
    const int bottom = box.y + box.height - stroke;
    const auto horizontal = [&](Segment segment, int y) {
        if ((segments & segment) != 0) {
            fill({.x = box.x, .y = y, .width = box.width, .height = stroke}, colour);
        }
    };
    const auto vertical = [&](Segment segment, int x, int from, int to) {
        if ((segments & segment) != 0) {
            fill({.x = x, .y = from, .width = stroke, .height = to + stroke - from}, colour);
        }
    };
    horizontal(kTop, box.y);
    horizontal(kMiddle, middle);
    horizontal(kBottom, bottom);
    vertical(kUpperLeft, box.x, box.y, middle);
    vertical(kUpperRight, right, box.y, middle);
    vertical(kLowerLeft, box.x, middle, bottom);
    vertical(kLowerRight, right, middle, bottom);
}

void Canvas::row(int plane, int y, std::span<const std::uint8_t> samples) {
    const Plane& target = planes_.at(static_cast<std::size_t>(plane));
    const int wanted = plane == 0 ? width_ : width_ / 2;
    const auto count = std::min(samples.size(), static_cast<std::size_t>(wanted));
    std::memcpy(target.data + y * target.stride, samples.data(), count);
}

} // namespace plex_tuner::media
