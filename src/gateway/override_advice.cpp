// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/gateway/override_advice.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <initializer_list>

namespace plex_tuner::gateway {
namespace {

using ts::Codec;

constexpr std::string_view kSteady = "aaccfr";
constexpr std::string_view kSafe = "plexsafe";
constexpr double kHighestFrameRate = 30.5;
constexpr unsigned kHighestLevel = 41;
constexpr unsigned kDeepest = 2;
constexpr std::string_view kLc = "LC";

// Which objections ask for which profile.
constexpr std::array<std::string_view, 4> kOfSteady{
    "interlaced", "frame-rate", "bit-rate", "aac-profile"};
constexpr std::array<std::string_view, 2> kOfSound{"audio-codec", "aac-profile"};

[[nodiscard]] std::string fixed(double value, int digits) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

/// Without zeros at its end.
[[nodiscard]] std::string short_number(double value) {
    std::string text = fixed(value, 3);
    text.erase(text.find_last_not_of('0') + 1);
    return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

[[nodiscard]] bool is_one_of(Codec codec, std::initializer_list<Codec> codecs) {
    return std::ranges::find(codecs, codec) != codecs.end();
}

void judge_video(const ChannelFacts& facts, std::vector<Objection>& found) {
    const ts::VideoFormat& video = *facts.video;
    if (!is_one_of(video.codec, {Codec::h264, Codec::mpeg2_video, Codec::mpeg4_video})) {
        found.push_back({"video-codec", "video is " + std::string(to_string(video.codec))});
    }
    if (video.scan == ts::ScanType::interlaced) {
        found.push_back({"interlaced", "interlaced"});
    }
    if (video.rate.per_second() > kHighestFrameRate) {
        found.push_back(
            {"frame-rate", short_number(video.rate.per_second()) + " frames per second"});
    }
    if (facts.reordered.value_or(0) > kDeepest) {
        found.push_back({"b-frames", "B pictures of depth " + std::to_string(*facts.reordered)});
    }
    if (video.codec != Codec::h264) {
        return;
    }
    if (video.level > kHighestLevel) {
        found.push_back({"h264-level", "H.264 level " + fixed(video.level / 10.0, 1)});
    }
    constexpr std::array<std::string_view, 5> kUsual{
        "", "Constrained Baseline", "Baseline", "Main", "High"};
    if (std::ranges::find(kUsual, video.profile) == kUsual.end()) {
        found.push_back({"h264-profile", "H.264 profile " + std::string(video.profile)});
    }
}

void judge_audio(const ts::AudioFormat& audio, std::vector<Objection>& found) {
    if (!is_one_of(audio.codec, {Codec::aac_adts, Codec::ac3, Codec::eac3, Codec::mpeg_audio})) {
        found.push_back({"audio-codec", "sound is " + std::string(to_string(audio.codec))});
    }
    const bool is_aac = is_one_of(audio.codec, {Codec::aac_adts, Codec::aac_latm});
    if (is_aac && !audio.profile.empty() && audio.profile != kLc) {
        found.push_back({"aac-profile", "AAC profile " + std::string(audio.profile)});
    } else if (audio.codec == Codec::aac_adts &&
               !friendliness_of({.video = {}, .audio = {audio}}).audio) {
        found.push_back({"aac-profile",
            "AAC at " + std::to_string(audio.sample_rate) + " Hz, which is taken for HE-AAC"});
    }
}

[[nodiscard]] bool is_in(const Objection& objection, auto words) {
    return std::ranges::find(words, objection.word) != words.end();
}

} // namespace

Result<ChannelFacts> facts_of(const ts::SurveyReport& report) {
    if (!report.program) {
        return fail(ErrorCode::parse, "no PAT and PMT came");
    }
    ChannelFacts facts;
    facts.video = report.format.video;
    if (!report.format.audio.empty()) {
        facts.audio = report.format.audio.front();
    }
    if (!facts.video && !facts.audio) {
        return fail(ErrorCode::parse, "its PMT names neither pictures nor sound");
    }
    std::uint64_t rate = 0;
    for (const ts::SurveyPid& pid : report.pids) {
        if (pid.role != ts::PidRole::stream) {
            continue;
        }
        if ((is_video(pid.codec) || is_audio(pid.codec)) && pid.stats.scrambled > 0) {
            return fail(ErrorCode::unsupported, "it is encrypted");
        }
        facts.reordered = pid.reordered ? pid.reordered : facts.reordered;
        rate += pid.bits_per_second.value_or(0);
    }
    const bool has_header = facts.video && is_one_of(facts.video->codec,
                                               {Codec::h264, Codec::hevc, Codec::mpeg2_video});
    if (has_header && facts.video->height == 0) {
        return fail(ErrorCode::empty_body, "no key frame came");
    }
    if (report.bits_per_second) {
        facts.bits_per_second = rate;
    }
    return facts;
}

bool is_whole(const ChannelFacts& facts) {
    const bool has_depth = facts.video && facts.video->codec == Codec::h264;
    return facts.bits_per_second.has_value() && (!has_depth || facts.reordered.has_value());
}

Advice advise(const ChannelFacts& facts, const AdviceOptions& options) {
    Advice advice;
    if (facts.video) {
        judge_video(facts, advice.objections);
    }
    if (facts.audio) {
        judge_audio(*facts.audio, advice.objections);
    }
    if (options.bit_rate_threshold > 0 &&
        facts.bits_per_second.value_or(0) > options.bit_rate_threshold) {
        advice.objections.push_back(
            {"bit-rate", fixed(static_cast<double>(*facts.bits_per_second) / 1e6, 2) + " Mb/s"});
    }
    if (advice.objections.empty()) {
        return advice;
    }
    const bool is_sound_alone = std::ranges::all_of(
        advice.objections, [](const Objection& one) { return is_in(one, kOfSound); });
    if (is_sound_alone && !options.sound_profile.empty()) {
        advice.profile = options.sound_profile;
    } else {
        const bool asks_for_steady = std::ranges::any_of(
            advice.objections, [](const Objection& one) { return is_in(one, kOfSteady); });
        advice.profile = asks_for_steady ? kSteady : kSafe;
    }
    return advice;
}

} // namespace plex_tuner::gateway
