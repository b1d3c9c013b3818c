// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>
#include <plex_tuner/media/worker.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

namespace plex_tuner::gateway {
namespace {

constexpr std::string_view kPlexSafe = "plexsafe";
constexpr std::string_view kAudioRepair = "audio-only";
/// HE-AAC halves the rate of its core, and nobody sends plain AAC at such rates.
constexpr std::uint32_t kHighestHeAacCore = 24'000;
constexpr std::string_view kLc = "LC"; // see ts::AudioFormat::profile

constexpr auto kModes = std::to_array<std::pair<std::string_view, TranscodeMode>>({
    {"off", TranscodeMode::off},
    {"0", TranscodeMode::off},
    {"false", TranscodeMode::off},
    {"no", TranscodeMode::off},
    {"", TranscodeMode::off},
    {"on", TranscodeMode::on},
    {"1", TranscodeMode::on},
    {"true", TranscodeMode::on},
    {"yes", TranscodeMode::on},
    {"auto", TranscodeMode::automatic},
    {"auto_cached", TranscodeMode::automatic_cached},
    {"cached_auto", TranscodeMode::automatic_cached},
});

/// The HDHomeRun HTTP API's words for ?transcode=, and what comes nearest to them here.
constexpr auto kHdHomeRunProfiles = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"heavy", "default"},
    {"mobile", "mobile"},
    {"internet720", "internet720"},
    {"internet540", "internet540"},
    {"internet480", "internet480"},
    {"internet360", "internet360"},
    {"internet240", "internet240"},
});

template <class Value>
[[nodiscard]] const Value* find(
    const std::map<std::string, Value, std::less<>>& map, const ChannelKeys& keys) {
    for (const std::string_view key : {keys.channel_id, keys.guide_number, keys.tvg_id}) {
        const auto found = key.empty() ? map.end() : map.find(key);
        if (found != map.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

[[nodiscard]] bool is_friendly(ts::Codec video) noexcept {
    return video == ts::Codec::h264 || video == ts::Codec::mpeg2_video ||
           video == ts::Codec::mpeg4_video;
}

[[nodiscard]] bool is_friendly(const ts::AudioFormat& audio) noexcept {
    switch (audio.codec) {
    case ts::Codec::aac_adts:
        return (audio.profile.empty() || audio.profile == kLc) &&
               (audio.sample_rate == 0 || audio.sample_rate > kHighestHeAacCore);
    case ts::Codec::mpeg_audio:
    case ts::Codec::ac3:
    case ts::Codec::eac3:
        return true;
    default:
        return false;
    }
}

} // namespace

std::string_view to_string(TranscodeMode mode) noexcept {
    switch (mode) {
    case TranscodeMode::off:
        return "off";
    case TranscodeMode::on:
        return "on";
    case TranscodeMode::automatic:
        return "auto";
    case TranscodeMode::automatic_cached:
        return "auto_cached";
    }
    return "off";
}

std::optional<TranscodeMode> transcode_mode_named(std::string_view word) noexcept {
    word = ascii::trim(word);
    const auto* const found = std::ranges::find_if(
        kModes, [word](const auto& mode) { return ascii::iequals(mode.first, word); });
    return found != kModes.end() ? std::optional(found->second) : std::nullopt;
}

Result<TranscodeWish> transcode_wish(
    const std::optional<std::string>& profile, const std::optional<std::string>& transcode) {
    if (profile && !ascii::trim(*profile).empty()) {
        return TranscodeWish{
            TranscodeWish::Kind::profile, std::string(ascii::trim(*profile)), "query-profile"};
    }
    const std::string_view word = transcode ? ascii::trim(*transcode) : std::string_view();
    if (word.empty()) {
        return TranscodeWish{};
    }
    if (ascii::iequals(word, "none")) {
        return TranscodeWish{TranscodeWish::Kind::as_is, {}, "query-transcode"};
    }
    for (const auto& [known, name] : kHdHomeRunProfiles) {
        if (ascii::iequals(word, known)) {
            return TranscodeWish{
                TranscodeWish::Kind::profile, std::string(name), "query-transcode"};
        }
    }
    return fail(ErrorCode::not_found,
        "?transcode= is none of heavy, mobile, internet720, internet540, internet480, "
        "internet360, internet240 and none");
}

Friendliness friendliness_of(const ts::StreamFormat& format) noexcept {
    return {.video = !format.video || is_friendly(format.video->codec),
        .audio = format.audio.empty() || is_friendly(format.audio.front())};
}

TranscodePolicy::TranscodePolicy(TranscodeSettings settings, TranscodeOverrides overrides)
    : settings_(std::move(settings)), overrides_(std::move(overrides)) {}

const media::Profile* TranscodePolicy::find_profile(std::string_view name) const noexcept {
    const auto own = std::ranges::find_if(settings_.user_profiles,
        [name](const media::Profile& profile) { return ascii::iequals(profile.name, name); });
    return own != settings_.user_profiles.end() ? &*own : media::find_built_in_profile(name);
}

TranscodeChoice TranscodePolicy::choose(
    const ChannelKeys& keys, const TranscodeWish& wish, ViewerProgram program) const {
    switch (wish.kind) {
    case TranscodeWish::Kind::as_is:
        return {.reason = wish.reason};
    case TranscodeWish::Kind::profile:
        return with_profile_named(wish.profile, wish.reason);
    case TranscodeWish::Kind::none:
        break;
    }
    if (const bool* is_wanted = find(overrides_.transcode, keys); is_wanted != nullptr) {
        return *is_wanted ? with_profile(keys, "transcode-override")
                          : TranscodeChoice{.reason = "transcode-override"};
    }
    switch (program) {
    case ViewerProgram::unknown:
        return safe_for_web(keys, "unknown-client-websafe");
    case ViewerProgram::unresolved:
        return safe_for_web(keys, "resolve-error-websafe");
    case ViewerProgram::web:
        return safe_for_web(keys, "resolved-web-client");
    case ViewerProgram::other:
        return {.reason = "resolved-nonweb-client"};
    case ViewerProgram::not_looked_for:
        break;
    }
    switch (settings_.mode) {
    case TranscodeMode::off:
        return {.reason = "mode-off"};
    case TranscodeMode::on:
        return with_profile(keys, "mode-on");
    case TranscodeMode::automatic:
        return {.reason = "auto", .needs_format = true};
    case TranscodeMode::automatic_cached:
        return {.reason = "auto-cached-miss"};
    }
    return {.reason = "mode-off"};
}

TranscodeChoice TranscodePolicy::choose_by_format(
    const ChannelKeys& keys, const ts::StreamFormat* format) const {
    if (format == nullptr) {
        return with_profile(keys, "auto-unknown-format");
    }
    const Friendliness friendliness = friendliness_of(*format);
    if (!friendliness.video) {
        return with_profile(keys, "auto-video");
    }
    if (friendliness.audio) {
        return {.reason = "auto-friendly"};
    }
    // Who named a profile for this very channel wants that one.
    return find(overrides_.profiles, keys) != nullptr
               ? with_profile(keys, "auto-audio")
               : with_profile_named(kAudioRepair, "auto-audio");
}

TranscodeChoice TranscodePolicy::with_profile(
    const ChannelKeys& keys, std::string_view reason) const {
    if (const std::string* name = find(overrides_.profiles, keys); name != nullptr) {
        return with_profile_named(*name, reason);
    }
    return with_profile_named(
        settings_.profile.empty() && settings_.is_plex_safe ? kPlexSafe : settings_.profile,
        reason);
}

TranscodeChoice TranscodePolicy::safe_for_web(
    const ChannelKeys& keys, std::string_view reason) const {
    // Who named a profile for this very channel wants that one.
    return find(overrides_.profiles, keys) != nullptr ? with_profile(keys, reason)
                                                      : with_profile_named(kPlexSafe, reason);
}

TranscodeChoice TranscodePolicy::with_profile_named(
    std::string_view name, std::string_view reason) const {
    if (const media::Profile* profile = find_profile(name); profile != nullptr) {
        return {.profile = *profile, .reason = reason};
    }
    return {.profile = *find_profile(""), .reason = reason, .unknown_profile = std::string(name)};
}

bool TranscodePolicy::is_used() const noexcept {
    return settings_.mode != TranscodeMode::off || settings_.client_adapt ||
           !overrides_.transcode.empty();
}

std::vector<media::Profile> TranscodePolicy::usual_profiles() const {
    std::vector<media::Profile> profiles;
    if (settings_.mode != TranscodeMode::off || !overrides_.transcode.empty()) {
        profiles.push_back(*with_profile({}, "").profile);
    }
    if (settings_.client_adapt) {
        profiles.push_back(*find_profile(kPlexSafe));
    }
    return profiles;
}

std::vector<std::string> TranscodePolicy::problems(const WhyNot& why_not) const {
    if (!is_used()) {
        return {};
    }
    // By name, with where it is named.
    std::vector<std::pair<std::string, std::string>> wanted;
    wanted.emplace_back(with_profile({}, "").profile->name, "");
    if (!settings_.profile.empty()) {
        wanted.front() = {settings_.profile, "PLEX_TUNER_PROFILE: "};
    }
    if (settings_.mode == TranscodeMode::automatic) {
        wanted.emplace_back(kAudioRepair, "");
    }
    if (settings_.client_adapt) {
        wanted.emplace_back(kPlexSafe, "PLEX_TUNER_CLIENT_ADAPT: ");
    }
    for (const auto& [key, name] : overrides_.profiles) {
        wanted.emplace_back(name, "the profile override of " + key + ": ");
    }
    std::vector<std::string> found;
    std::set<std::string, std::less<>> seen;
    for (const auto& [name, place] : wanted) {
        const media::Profile* const profile = find_profile(name);
        if (profile == nullptr) {
            std::string text = place;
            text.append("there is no profile \"").append(name).append("\", \"");
            found.push_back(text.append(find_profile("")->name).append("\" is used"));
            continue;
        }
        if (std::string why = why_not(*profile);
            !why.empty() && seen.insert(profile->name).second) {
            std::string text = place;
            text.append("the profile ").append(profile->name).append(" cannot be made: ");
            found.push_back(text.append(why));
        }
    }
    return found;
}

std::string why_not(const media::FfmpegProgram* program, const media::Profile& profile) {
    if (program != nullptr) {
        if (!program->problem.empty()) {
            return "PLEX_TUNER_FFMPEG_PATH: " + program->problem;
        }
        const std::string encoder = media::missing_encoder(*program, profile);
        return encoder.empty() ? std::string() : program->path + " has no encoder " + encoder;
    }
    if (profile.is_for_ffmpeg()) {
        return "its options are for a program that PLEX_TUNER_FFMPEG_PATH does not name";
    }
    if (!media::is_available()) {
        return "this build has no FFmpeg";
    }
    const std::string encoder = media::missing_encoder(profile);
    return encoder.empty() ? std::string() : "this build has no encoder " + encoder;
}

std::vector<std::string> problems_of(
    const TranscodePolicy& policy, const media::FfmpegProgram* program) {
    const bool is_useless = program != nullptr && !program->problem.empty();
    auto problems = policy.problems([&](const media::Profile& profile) {
        return is_useless ? std::string() : why_not(program, profile);
    });
    if (is_useless) {
        problems.insert(problems.begin(), "PLEX_TUNER_FFMPEG_PATH: " + program->problem);
    }
    return problems;
}

} // namespace plex_tuner::gateway
