// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_report.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <cmath>

#include <fmt/format.h>

namespace plex_tuner::engine {

namespace {

/// Three digits behind the point are enough for 23.976.
double rounded(const ts::FrameRate& rate) {
    return std::round(rate.per_second() * 1000) / 1000;
}

std::string video_json(const ts::VideoFormat& video) {
    std::string out = fmt::format(R"({{"codec":"{}")", to_string(video.codec));
    if (video.height > 0) {
        out += fmt::format(R"(,"width":{},"height":{})", video.width, video.height);
    }
    if (video.rate.known()) {
        out += fmt::format(R"(,"frame_rate":{})", rounded(video.rate));
    }
    if (video.scan != ts::ScanType::unknown) {
        out += fmt::format(R"(,"interlaced":{})", video.scan == ts::ScanType::interlaced);
    }
    return out + "}";
}

std::string audio_json(const ts::AudioFormat& audio) {
    std::string out = fmt::format(R"({{"codec":"{}")", to_string(audio.codec));
    if (audio.channels > 0) {
        out += fmt::format(R"(,"channels":{})", audio.channels);
    }
    if (audio.sample_rate > 0) {
        out += fmt::format(R"(,"sample_rate":{})", audio.sample_rate);
    }
    if (!audio.language.empty()) {
        out += R"(,"language":)" + json_quoted(audio.language);
    }
    return out + "}";
}

std::string format_json(const ts::StreamFormat& format) {
    std::string out;
    if (format.video) {
        out += R"(,"video":)" + video_json(*format.video);
    }
    out += R"(,"audio":[)";
    for (const ts::AudioFormat& audio : format.audio) {
        out += out.back() == '[' ? "" : ",";
        out += audio_json(audio);
    }
    return out + "]";
}

} // namespace

std::string streams_json(const std::vector<gateway::TunerStatus>& tuners) {
    std::string out = "[";
    for (const gateway::TunerStatus& tuner : tuners) {
        if (tuner.channel_id.empty()) {
            continue;
        }
        out += out.size() > 1 ? ",\n" : "";
        out += fmt::format(
            R"({{"tuner":{},"number":{},"name":{},"viewers":{},"bits_per_second":{}{}}})",
            tuner.index, json_quoted(tuner.guide_number), json_quoted(tuner.guide_name),
            tuner.viewers, tuner.bits_per_second,
            tuner.format ? format_json(*tuner.format) : std::string());
    }
    return out + "]\n";
}

std::string stream_text(const ts::StreamFormat& format) {
    std::string out;
    if (format.video) {
        const ts::VideoFormat& video = *format.video;
        out += to_string(video.codec);
        if (video.height > 0) {
            out += fmt::format(" {}x{}", video.width, video.height);
        }
        if (video.scan == ts::ScanType::interlaced) {
            out += " interlaced";
        }
        if (video.rate.known()) {
            out += fmt::format(", {} fps", rounded(video.rate));
        }
    }
    for (const ts::AudioFormat& audio : format.audio) {
        out += out.empty() ? "" : "; ";
        out += to_string(audio.codec);
        if (audio.channels > 0) {
            out += fmt::format(" {} channel{}", audio.channels, audio.channels == 1 ? "" : "s");
        }
        if (!audio.language.empty()) {
            out += ", " + audio.language;
        }
    }
    return out;
}

} // namespace plex_tuner::engine
