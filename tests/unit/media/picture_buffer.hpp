// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "canvas.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace plex_tuner::media {

/// A 4:2:0 picture in memory whose rows are followed by guard bytes that no shape may touch.
class PictureBuffer {
public:
    static constexpr std::uint8_t kGuard = 0xEE;
    static constexpr int kGuardBytes = 8;

    PictureBuffer(int width, int height) : width_(width), height_(height) {
        for (int plane = 0; plane < 3; ++plane) {
            planes_.at(static_cast<std::size_t>(plane))
                .assign(static_cast<std::size_t>(stride(plane) * rows(plane)), kGuard);
        }
    }

    [[nodiscard]] Canvas canvas() {
        return Canvas(width_, height_,
            {{{.data = planes_[0].data(), .stride = stride(0)},
                {.data = planes_[1].data(), .stride = stride(1)},
                {.data = planes_[2].data(), .stride = stride(2)}}});
    }

    [[nodiscard]] Colour at(int x, int y) const {
        return {.y = sample(0, x, y), .cb = sample(1, x / 2, y / 2), .cr = sample(2, x / 2, y / 2)};
    }

    [[nodiscard]] bool guards_intact() const {
        for (int plane = 0; plane < 3; ++plane) {
            for (int y = 0; y < rows(plane); ++y) {
                for (int x = columns(plane); x < stride(plane); ++x) {
                    if (sample(plane, x, y) != kGuard) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    friend bool operator==(const PictureBuffer&, const PictureBuffer&) = default;

private:
    [[nodiscard]] int columns(int plane) const { return plane == 0 ? width_ : width_ / 2; }

    [[nodiscard]] int rows(int plane) const { return plane == 0 ? height_ : height_ / 2; }

    [[nodiscard]] int stride(int plane) const { return columns(plane) + kGuardBytes; }

    [[nodiscard]] std::uint8_t sample(int plane, int x, int y) const {
        return planes_.at(static_cast<std::size_t>(plane))
            .at(static_cast<std::size_t>(y * stride(plane) + x));
    }

    int width_;
    int height_;
    std::array<std::vector<std::uint8_t>, 3> planes_;
};

inline bool operator==(const Colour& a, const Colour& b) {
    return a.y == b.y && a.cb == b.cb && a.cr == b.cr;
}

} // namespace plex_tuner::media
