// SPDX-License-Identifier: GPL-3.0-or-later
#include "stream_report.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/ts/pes.hpp>

#include <cmath>
#include <initializer_list>
#include <utility>

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
    if (!video.profile.empty()) {
        out += R"(,"profile":)" + json_quoted(video.profile);
    }
    if (video.level > 0) {
        out += fmt::format(R"(,"level":{:.1f})", video.level / 10.0);
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
    if (!audio.profile.empty()) {
        out += R"(,"profile":)" + json_quoted(audio.profile);
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

constexpr double kPcrPerMs = static_cast<double>(ts::kPcrHz) / 1'000;
constexpr double kPtsPerMs = static_cast<double>(ts::kTimestampHz) / 1'000;

std::string steps_json(std::string_view name, const ts::StepStats& steps, double per_ms) {
    return steps.count == 0 ? std::string()
                            : fmt::format(R"(,"{}":{{"min":{:.1f},"mean":{:.1f},"max":{:.1f}}})",
                                  name, static_cast<double>(steps.min) / per_ms,
                                  steps.mean() / per_ms, static_cast<double>(steps.max) / per_ms);
}

std::string insight_json(const gateway::StreamInsight& insight) {
    std::string out = steps_json("key_frame_interval_ms", insight.key_frames, kPtsPerMs) +
                      steps_json("pcr_interval_ms", insight.clock.interval, kPcrPerMs);
    if (insight.clock.jitter) {
        out += fmt::format(
            R"(,"pcr_jitter_ms":{:.1f})", static_cast<double>(*insight.clock.jitter) / kPcrPerMs);
    }
    return out + fmt::format(R"(,"continuity_errors":{},"sync_losses":{},"dropped_packets":{},)"
                             R"("damaged_units":{},"splices":{})",
                     insight.continuity_errors, insight.sync_losses, insight.dropped_packets,
                     insight.damaged_units, insight.splices);
}

std::string transcodes_json(const std::vector<gateway::TranscodeStatus>& transcodes) {
    std::string out;
    for (const gateway::TranscodeStatus& one : transcodes) {
        out += out.empty() ? R"(,"transcodes":[)" : ",";
        out += fmt::format(R"({{"profile":{},"reason":{},"viewers":{},"bits_per_second":{}{}{}}})",
            json_quoted(one.profile), json_quoted(one.reason), one.viewers, one.bits_per_second,
            one.format ? format_json(*one.format) : std::string(), insight_json(one.insight));
    }
    return out.empty() ? out : out + "]";
}

std::string ms_text(double ms) {
    return ms >= 1'000 ? fmt::format("{:.3g} s", ms / 1'000) : fmt::format("{:.3g} ms", ms);
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
            R"({{"tuner":{},"number":{},"name":{},"viewers":{},"bits_per_second":{}{}{}{}}})",
            tuner.index, json_quoted(tuner.guide_number), json_quoted(tuner.guide_name),
            tuner.viewers, tuner.bits_per_second,
            tuner.format ? format_json(*tuner.format) : std::string(), insight_json(tuner.insight),
            transcodes_json(tuner.transcodes));
    }
    return out + "]\n";
}

std::string insight_text(const gateway::StreamInsight& insight) {
    std::string out;
    const auto add = [&](std::string_view separator, const std::string& text) {
        out += (out.empty() ? std::string_view() : separator);
        out += text;
    };
    if (insight.key_frames.count > 0) {
        add("; ", "key frames every " + ms_text(insight.key_frames.mean() / kPtsPerMs));
    }
    if (insight.clock.interval.count > 0) {
        add("; ", "PCR every " + ms_text(insight.clock.interval.mean() / kPcrPerMs));
        if (insight.clock.jitter) {
            add(", ", "jitter " + ms_text(static_cast<double>(*insight.clock.jitter) / kPcrPerMs));
        }
    }
    std::string_view separator = "; ";
    using Count = std::pair<std::uint64_t, std::string_view>;
    for (const auto& [count, what] : std::initializer_list<Count>{
             {insight.continuity_errors, "continuity errors"}, {insight.sync_losses, "sync losses"},
             {insight.damaged_units, "damaged units"}, {insight.splices, "splices"}}) {
        if (count > 0) {
            add(separator, fmt::format("{} {}", count, what));
            separator = ", ";
        }
    }
    return out;
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
