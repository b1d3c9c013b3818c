// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"

#include <plex_tuner/base/result.hpp>

#include <functional>
#include <string>

namespace plex_tuner::media {

/// Filters of libavfilter in a row, between one source and one sink.
class FilterChain {
public:
    /// For pictures (or sounds) such as `first`, whose times are in `time_base`; `filters` as in
    /// FFmpeg's documentation ("scale=640:-2,format=yuv420p").
    [[nodiscard]] static Result<FilterChain> for_pictures(
        const AVFrame& first, AVRational time_base, const std::string& filters);
    [[nodiscard]] static Result<FilterChain> for_sounds(
        const AVFrame& first, AVRational time_base, const std::string& filters);

    /// Whether `frame` is what the chain was made for.
    [[nodiscard]] bool fits(const AVFrame& frame) const noexcept;

    /// Null: nothing follows. The frame is taken.
    [[nodiscard]] Result<void> push(AVFrame* frame);
    /// Gives what is ready to `take`, until it fails.
    [[nodiscard]] Result<void> drain(const std::function<Result<void>(FramePtr)>& take);

    [[nodiscard]] AVRational time_base() const noexcept;
    /// Of what comes out, where it is sounds: so many samples in each, but for the last.
    void set_frame_size(int samples) noexcept;

private:
    FilterChain() = default;
    [[nodiscard]] Result<void> build(
        const char* source, const std::string& terms, const char* sink, const std::string& filters);

    FilterGraphPtr graph_;
    AVFilterContext* source_ = nullptr; ///< owned by the graph
    AVFilterContext* sink_ = nullptr;
    int format_ = 0;
    int width_ = 0;
    int height_ = 0;
    int sample_rate_ = 0;
    int channels_ = 0;
    AVRational aspect_{0, 1}; ///< of a pixel
};

} // namespace plex_tuner::media
