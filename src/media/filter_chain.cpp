// SPDX-License-Identifier: GPL-3.0-or-later
#include "filter_chain.hpp"

#include <array>
#include <new>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
#include <libavutil/mem.h>
#include <libavutil/rational.h>
}

namespace plex_tuner::media {

namespace {

[[nodiscard]] std::string text_of(AVRational value) {
    return std::to_string(value.num) + "/" + std::to_string(value.den);
}

[[nodiscard]] std::string layout_of(const AVFrame& frame) {
    AVChannelLayout layout{};
    if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&layout, frame.ch_layout.nb_channels);
    } else {
        av_channel_layout_copy(&layout, &frame.ch_layout);
    }
    std::array<char, 128> text{};
    av_channel_layout_describe(&layout, text.data(), text.size());
    av_channel_layout_uninit(&layout);
    return text.data();
}

[[nodiscard]] FilterEndsPtr end_named(const char* name, AVFilterContext* filter) {
    FilterEndsPtr end(avfilter_inout_alloc());
    if (!end) {
        throw std::bad_alloc();
    }
    end->name = av_strdup(name);
    end->filter_ctx = filter;
    end->pad_idx = 0;
    end->next = nullptr;
    return end;
}

} // namespace

Result<FilterChain> FilterChain::for_pictures(
    const AVFrame& first, AVRational time_base, const std::string& filters) {
    FilterChain chain;
    chain.format_ = first.format;
    chain.width_ = first.width;
    chain.height_ = first.height;
    chain.aspect_ = first.sample_aspect_ratio;
    const AVRational aspect =
        first.sample_aspect_ratio.num > 0 ? first.sample_aspect_ratio : AVRational{1, 1};
    const std::string terms =
        "video_size=" + std::to_string(first.width) + "x" + std::to_string(first.height) +
        ":pix_fmt=" + std::to_string(first.format) + ":time_base=" + text_of(time_base) +
        ":pixel_aspect=" + text_of(aspect);
    if (auto built = chain.build("buffer", terms, "buffersink", filters); !built) {
        return fail(std::move(built).error());
    }
    return chain;
}

Result<FilterChain> FilterChain::for_sounds(
    const AVFrame& first, AVRational time_base, const std::string& filters) {
    FilterChain chain;
    chain.format_ = first.format;
    chain.sample_rate_ = first.sample_rate;
    chain.channels_ = first.ch_layout.nb_channels;
    const std::string terms = "sample_rate=" + std::to_string(first.sample_rate) +
                              ":sample_fmt=" + std::to_string(first.format) +
                              ":channel_layout=" + layout_of(first) +
                              ":time_base=" + text_of(time_base);
    if (auto built = chain.build("abuffer", terms, "abuffersink", filters); !built) {
        return fail(std::move(built).error());
    }
    return chain;
}

Result<void> FilterChain::build(
    const char* source, const std::string& terms, const char* sink, const std::string& filters) {
    graph_.reset(avfilter_graph_alloc());
    if (!graph_) {
        throw std::bad_alloc();
    }
    graph_->nb_threads = 1;
    int code = avfilter_graph_create_filter(
        &source_, avfilter_get_by_name(source), "in", terms.c_str(), nullptr, graph_.get());
    if (code >= 0) {
        code = avfilter_graph_create_filter(
            &sink_, avfilter_get_by_name(sink), "out", nullptr, nullptr, graph_.get());
    }
    if (code < 0) {
        return fail(input_error(code, "making filters for " + terms));
    }
    // Seen from the filters between: what they are given comes from "in".
    AVFilterInOut* outputs = end_named("in", source_).release();
    AVFilterInOut* inputs = end_named("out", sink_).release();
    code = avfilter_graph_parse_ptr(graph_.get(), filters.c_str(), &inputs, &outputs, nullptr);
    const FilterEndsPtr left_inputs(inputs);
    const FilterEndsPtr left_outputs(outputs);
    if (code >= 0) {
        code = avfilter_graph_config(graph_.get(), nullptr);
    }
    return code < 0 ? fail(input_error(code, "making the filters " + filters)) : Result<void>{};
}

bool FilterChain::fits(const AVFrame& frame) const noexcept {
    return frame.format == format_ && frame.width == width_ && frame.height == height_ &&
           frame.sample_rate == sample_rate_ && frame.ch_layout.nb_channels == channels_ &&
           (frame.width == 0 || av_cmp_q(frame.sample_aspect_ratio, aspect_) == 0);
}

Result<void> FilterChain::push(AVFrame* frame) {
    const int code = av_buffersrc_add_frame_flags(source_, frame, AV_BUFFERSRC_FLAG_PUSH);
    return code < 0 ? fail(input_error(code, "filtering")) : Result<void>{};
}

Result<void> FilterChain::drain(const std::function<Result<void>(FramePtr)>& take) {
    for (;;) {
        FramePtr frame = new_frame();
        const int code = av_buffersink_get_frame(sink_, frame.get());
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return {};
        }
        if (code < 0) {
            return fail(input_error(code, "filtering"));
        }
        if (auto taken = take(std::move(frame)); !taken) {
            return taken;
        }
    }
}

AVRational FilterChain::time_base() const noexcept {
    return av_buffersink_get_time_base(sink_);
}

void FilterChain::set_frame_size(int samples) noexcept {
    av_buffersink_set_frame_size(sink_, static_cast<unsigned>(samples));
}

} // namespace plex_tuner::media
