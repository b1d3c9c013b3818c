// SPDX-License-Identifier: GPL-3.0-or-later
#include "override_report.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace plex_tuner::cli {

namespace {

constexpr std::size_t kNumberWidth = 8;
constexpr std::size_t kNameWidth = 32;

std::string padded(std::string_view text, std::size_t width) {
    const auto is_lead = [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
    };
    const auto shown = static_cast<std::size_t>(std::ranges::count_if(text, is_lead));
    return std::string(text) + std::string(shown < width ? width - shown : 0, ' ');
}

std::string facts_text(const gateway::ChannelFacts& facts) {
    std::string text;
    if (facts.video) {
        const ts::VideoFormat& video = *facts.video;
        text = to_string(video.codec);
        if (video.level > 0) {
            text += fmt::format(" {} {:.1f}", video.profile, video.level / 10.0);
        }
        if (video.height > 0) {
            text += fmt::format(" {}x{}", video.width, video.height);
        }
        if (video.rate.known()) {
            text += fmt::format(" {:.5g} fps", video.rate.per_second());
        }
    }
    if (facts.audio) {
        text += text.empty() ? "" : ", ";
        text += to_string(facts.audio->codec);
        if (facts.audio->channels > 0) {
            text += fmt::format(" {} ch", facts.audio->channels);
        }
    }
    if (facts.bits_per_second) {
        text += fmt::format(", {:.2f} Mb/s", static_cast<double>(*facts.bits_per_second) / 1e6);
    }
    return text;
}

std::string or_null(bool known, auto value) {
    return known ? fmt::format("{}", value) : std::string("null");
}

std::string quoted_or_null(std::string_view text) {
    return text.empty() ? "null" : json_quoted(text);
}

std::string facts_json(const gateway::ChannelFacts& facts) {
    const ts::VideoFormat video = facts.video.value_or(ts::VideoFormat{});
    const ts::AudioFormat audio = facts.audio.value_or(ts::AudioFormat{});
    return fmt::format(
        R"("video":{},"profile":{},"level":{},"width":{},"height":{},"frame_rate":{},)"
        R"("interlaced":{},"reordered_pictures":{},"audio":{},"audio_profile":{},)"
        R"("channels":{},"sample_rate":{},"bits_per_second":{})",
        facts.video ? json_quoted(to_string(video.codec)) : "null", quoted_or_null(video.profile),
        video.level > 0 ? fmt::format("{:.1f}", video.level / 10.0) : "null",
        or_null(video.width > 0, video.width), or_null(video.height > 0, video.height),
        video.rate.known() ? fmt::format("{:.3f}", video.rate.per_second()) : "null",
        video.scan == ts::ScanType::unknown ? "null"
                                            : or_null(true, video.scan == ts::ScanType::interlaced),
        or_null(facts.reordered.has_value(), facts.reordered.value_or(0)),
        facts.audio ? json_quoted(to_string(audio.codec)) : "null", quoted_or_null(audio.profile),
        or_null(audio.channels > 0, audio.channels),
        or_null(audio.sample_rate > 0, audio.sample_rate),
        or_null(facts.bits_per_second.has_value(), facts.bits_per_second.value_or(0)));
}

std::string line_json(const ProbedLine& line) {
    const engine::ProbedChannel& channel = *line.channel;
    const engine::ChannelProbe& probe = *line.probe;
    std::string reasons;
    for (const gateway::Objection& objection : line.advice.objections) {
        reasons += reasons.empty() ? "" : ",";
        reasons += R"({"reason":)" + json_quoted(objection.word) + R"(,"text":)" +
                   json_quoted(objection.text) + "}";
    }
    return fmt::format(
        R"({{"key":{},"id":{},"number":{},"name":{},"tvg_id":{},"probed":{},"error":{},)"
        R"("transcode":{},"transcode_profile":{},"reasons":[{}],"kept":{},{}}})",
        json_quoted(line.key), quoted_or_null(channel.channel_id),
        quoted_or_null(channel.guide_number), json_quoted(channel.name),
        quoted_or_null(channel.tvg_id), probe.is_complete(),
        probe.is_complete() ? "null" : json_quoted(probe.reason), !line.advice.profile.empty(),
        quoted_or_null(line.advice.profile), reasons, quoted_or_null(line.kept),
        facts_json(probe.facts.value_or(gateway::ChannelFacts{})));
}

struct Sum {
    std::size_t probed = 0, failed = 0, transcoded = 0;
};

Sum sum_of(const std::vector<ProbedLine>& lines) {
    Sum sum;
    for (const ProbedLine& line : lines) {
        (line.probe->is_complete() ? sum.probed : sum.failed) += 1;
        sum.transcoded += line.advice.profile.empty() || line.is_left ? 0 : 1;
    }
    return sum;
}

} // namespace

std::string reasons_text(const gateway::Advice& advice) {
    std::string text;
    for (const gateway::Objection& objection : advice.objections) {
        text += (text.empty() ? "" : ", ") + objection.text;
    }
    return text;
}

std::string override_report_text(const std::vector<ProbedLine>& lines) {
    std::string text;
    for (const ProbedLine& line : lines) {
        text += padded(line.channel->guide_number, kNumberWidth) + " " +
                padded(line.channel->name, kNameWidth) + " ";
        if (!line.probe->facts) {
            text += "NOT PROBED: " + line.probe->reason + "\n";
            continue;
        }
        text += facts_text(*line.probe->facts) + ": " +
                (line.advice.profile.empty()
                        ? std::string("as it is")
                        : line.advice.profile + ", for " + reasons_text(line.advice));
        text += line.probe->is_complete()
                    ? ""
                    : "; NOT PROBED to the end, so no entry was taken back: " + line.probe->reason;
        text += (line.kept.empty() ? "" : "; entered by hand and kept: " + line.kept) + "\n";
    }
    const Sum sum = sum_of(lines);
    return text + fmt::format("{} channels probed, {} could not be; {} to be transcoded\n",
                      sum.probed, sum.failed, sum.transcoded);
}

std::string override_report_json(const std::vector<ProbedLine>& lines) {
    const Sum sum = sum_of(lines);
    std::string text = fmt::format(R"("probed":{},"failed":{},"transcoded":{},"channels":[)",
        sum.probed, sum.failed, sum.transcoded);
    for (const ProbedLine& line : lines) {
        text += text.back() == '[' ? "\n" : ",\n";
        text += line_json(line);
    }
    return text + "]";
}

} // namespace plex_tuner::cli
