// SPDX-License-Identifier: GPL-3.0-or-later
// The files in which the user says what is to be transcoded, and into what.
#include "ffmpeg_words.hpp"
#include "shallow_json.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace plex_tuner::gateway {
namespace {

constexpr std::size_t kMaxNameBytes = 32;
constexpr std::int64_t kMaxRate = 100'000;
constexpr std::int64_t kMaxWidth = 8'192;
constexpr std::int64_t kMaxGroup = 1'000;
/// Options for the program ffmpeg, and bytes of each.
constexpr std::size_t kMaxOptions = 64;
constexpr std::size_t kMaxOptionBytes = 1'024;

constexpr std::array<std::string_view, 5> kYes{"1", "true", "yes", "on", "transcode"};
constexpr std::array<std::string_view, 6> kNo{"0", "false", "no", "off", "remux", "copy"};

[[nodiscard]] bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
    return std::ranges::any_of(
        words, [word](std::string_view known) { return ascii::iequals(known, word); });
}

[[nodiscard]] std::optional<bool> yes_or_no(const JsonMember& entry) {
    if (const bool* value = std::get_if<bool>(&entry.value); value != nullptr) {
        return *value;
    }
    if (const auto* number = std::get_if<std::int64_t>(&entry.value);
        number != nullptr && (*number == 0 || *number == 1)) {
        return *number == 1;
    }
    if (const auto* word = std::get_if<std::string>(&entry.value); word != nullptr) {
        const std::string_view trimmed = ascii::trim(*word);
        if (is_one_of(kYes, trimmed)) {
            return true;
        }
        if (is_one_of(kNo, trimmed)) {
            return false;
        }
    }
    return std::nullopt;
}

[[nodiscard]] std::unexpected<Error> wrong(const JsonMember& entry, std::string_view expected) {
    std::string place = entry.key;
    if (!entry.member.empty()) {
        place.append(".").append(entry.member);
    }
    return fail(ErrorCode::parse, place.append(": expected ").append(expected));
}

template <class Target>
[[nodiscard]] bool set_target(
    Target& target, const JsonMember& entry, std::initializer_list<Target> all) {
    const auto* word = std::get_if<std::string>(&entry.value);
    for (const Target one : all) {
        if (word != nullptr && ascii::iequals(to_string(one), *word)) {
            target = one;
            return true;
        }
    }
    return false;
}

[[nodiscard]] bool set_number(
    int& number, const JsonMember& entry, std::int64_t low, std::int64_t high) {
    const auto* value = std::get_if<std::int64_t>(&entry.value);
    if (value == nullptr || *value < low || *value > high) {
        return false;
    }
    number = static_cast<int>(*value);
    return true;
}

[[nodiscard]] bool set_switch(bool& target, const JsonMember& entry) {
    const bool* value = std::get_if<bool>(&entry.value);
    if (value != nullptr) {
        target = *value;
    }
    return value != nullptr;
}

[[nodiscard]] bool set_options(std::vector<std::string>& options, const JsonMember& entry) {
    const auto* texts = std::get_if<std::vector<std::string>>(&entry.value);
    const auto is_one = [](const std::string& text) {
        return !text.empty() && text.size() <= kMaxOptionBytes &&
               text.find('\0') == std::string::npos;
    };
    if (texts == nullptr || texts->size() > kMaxOptions || !std::ranges::all_of(*texts, is_one)) {
        return false;
    }
    options = *texts;
    return true;
}

/// nullopt: done; else what was expected.
[[nodiscard]] std::optional<std::string_view> set_member(
    media::Profile& profile, const JsonMember& entry) {
    using media::AudioTarget;
    using media::VideoTarget;
    constexpr std::string_view kRate = "kbit/s, from 1 to 100000";
    constexpr std::string_view kSwitch = "true or false";
    const auto answer = [](bool is_fine, std::string_view expected) {
        return is_fine ? std::nullopt : std::optional(expected);
    };
    const std::string_view name = entry.member;
    if (name == "video") {
        return answer(
            set_target(profile.video, entry,
                {VideoTarget::none, VideoTarget::copy, VideoTarget::h264, VideoTarget::mpeg2}),
            "none, copy, h264 or mpeg2");
    }
    if (name == "audio") {
        return answer(set_target(profile.audio, entry,
                          {AudioTarget::none, AudioTarget::copy, AudioTarget::aac, AudioTarget::mp3,
                              AudioTarget::mp2}),
            "none, copy, aac, mp3 or mp2");
    }
    for (const auto& [rate, member] :
        {std::pair(std::string_view("video_rate"), &media::Profile::video_rate),
            std::pair(std::string_view("video_peak"), &media::Profile::video_peak),
            std::pair(std::string_view("video_buffer"), &media::Profile::video_buffer),
            std::pair(std::string_view("audio_rate"), &media::Profile::audio_rate)}) {
        if (name == rate) {
            return answer(set_number(profile.*member, entry, 1, kMaxRate), kRate);
        }
    }
    if (name == "max_width") {
        return answer(set_number(profile.max_width, entry, 0, kMaxWidth), "pixels; 0: no limit");
    }
    if (name == "group_pictures") {
        return answer(
            set_number(profile.group_pictures, entry, 0, kMaxGroup), "pictures; 0: a second");
    }
    for (const auto& [word, member] :
        {std::pair(std::string_view("ntsc_rate"), &media::Profile::ntsc_rate),
            std::pair(std::string_view("constant_rate"), &media::Profile::constant_rate),
            std::pair(std::string_view("baseline"), &media::Profile::baseline),
            std::pair(std::string_view("access_delimiters"), &media::Profile::access_delimiters)}) {
        if (name == word) {
            return answer(set_switch(profile.*member, entry), kSwitch);
        }
    }
    for (const auto& [word, member] :
        {std::pair(std::string_view("ffmpeg_input"), &media::Profile::ffmpeg_input),
            std::pair(std::string_view("ffmpeg_video"), &media::Profile::ffmpeg_video),
            std::pair(std::string_view("ffmpeg_audio"), &media::Profile::ffmpeg_audio)}) {
        if (name == word) {
            return answer(set_options(profile.*member, entry),
                "an array of options of ffmpeg, each word a text, at most 64");
        }
    }
    return "video, video_rate, video_peak, video_buffer, max_width, ntsc_rate, constant_rate, "
           "baseline, access_delimiters, group_pictures, audio, audio_rate, ffmpeg_input, "
           "ffmpeg_video, ffmpeg_audio or base";
}

[[nodiscard]] bool is_profile_name(std::string_view name) {
    return !name.empty() && name.size() <= kMaxNameBytes && std::ranges::all_of(name, [](char c) {
        return ascii::is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
    });
}

/// The built-in profile that each of them is made of.
[[nodiscard]] Result<std::map<std::string, const media::Profile*, std::less<>>> bases_of(
    const std::vector<JsonMember>& entries) {
    std::map<std::string, const media::Profile*, std::less<>> bases;
    for (const JsonMember& entry : entries) {
        if (entry.member != "base") {
            continue;
        }
        const auto* name = std::get_if<std::string>(&entry.value);
        const auto* base = name != nullptr ? media::find_built_in_profile(*name) : nullptr;
        if (base == nullptr) {
            return wrong(entry, "the name of a built-in profile");
        }
        bases[entry.key] = base;
    }
    return bases;
}

/// Rates that are not consistent would be refused by the encoder, or ignored.
[[nodiscard]] Result<void> check(const media::Profile& profile) {
    const bool is_encoded =
        profile.video == media::VideoTarget::h264 || profile.video == media::VideoTarget::mpeg2;
    if (is_encoded && (profile.video_rate <= 0 || profile.video_peak < profile.video_rate ||
                          profile.video_buffer <= 0)) {
        return fail(ErrorCode::parse,
            profile.name + ": video_peak must not be below video_rate, and none of them 0");
    }
    const bool has_sound_encoder =
        profile.audio != media::AudioTarget::none && profile.audio != media::AudioTarget::copy;
    if (has_sound_encoder && profile.audio_rate <= 0) {
        return fail(ErrorCode::parse, profile.name + ": audio_rate is missing");
    }
    if (profile.video == media::VideoTarget::none && profile.audio == media::AudioTarget::none) {
        return fail(ErrorCode::parse, profile.name + ": neither video nor audio is left");
    }
    for (const auto& [name, options] : {std::pair(".ffmpeg_input: ", &profile.ffmpeg_input),
             std::pair(".ffmpeg_video: ", &profile.ffmpeg_video),
             std::pair(".ffmpeg_audio: ", &profile.ffmpeg_audio)}) {
        if (const std::string objection = objection_to(*options); !objection.empty()) {
            return fail(ErrorCode::parse, profile.name + name + objection);
        }
    }
    // Without a name ffmpeg would take what it likes best.
    if (!profile.ffmpeg_video.empty() && media::encoder_in(profile.ffmpeg_video, 'v').empty()) {
        return fail(ErrorCode::parse, profile.name + ".ffmpeg_video: -c:v is missing");
    }
    if (!profile.ffmpeg_audio.empty() && media::encoder_in(profile.ffmpeg_audio, 'a').empty()) {
        return fail(ErrorCode::parse, profile.name + ".ffmpeg_audio: -c:a is missing");
    }
    return {};
}

} // namespace

Result<std::map<std::string, bool, std::less<>>> parse_transcode_overrides(std::string_view json) {
    const auto entries = read_shallow_json(json);
    if (!entries) {
        return fail(entries.error());
    }
    std::map<std::string, bool, std::less<>> result;
    for (const JsonMember& entry : *entries) {
        const auto value = entry.member.empty() ? yes_or_no(entry) : std::nullopt;
        if (!value) {
            return wrong(entry, "true or false, or one of 1, yes, on, transcode, 0, no, off, "
                                "remux, copy");
        }
        result[entry.key] = *value;
    }
    return result;
}

Result<std::map<std::string, std::string, std::less<>>> parse_profile_overrides(
    std::string_view json) {
    const auto entries = read_shallow_json(json);
    if (!entries) {
        return fail(entries.error());
    }
    std::map<std::string, std::string, std::less<>> result;
    for (const JsonMember& entry : *entries) {
        const auto* name = std::get_if<std::string>(&entry.value);
        if (!entry.member.empty() || name == nullptr || ascii::trim(*name).empty()) {
            return wrong(entry, "the name of a profile");
        }
        result[entry.key] = ascii::trim(*name);
    }
    return result;
}

Result<std::vector<media::Profile>> parse_user_profiles(std::string_view json) {
    const auto entries = read_shallow_json(json);
    if (!entries) {
        return fail(entries.error());
    }
    const auto bases = bases_of(*entries);
    if (!bases) {
        return fail(bases.error());
    }
    std::vector<media::Profile> profiles;
    for (const JsonMember& entry : *entries) {
        if (entry.member.empty()) {
            if (!std::holds_alternative<std::monostate>(entry.value)) {
                return wrong(entry, "an object");
            }
            if (!is_profile_name(entry.key) || media::find_built_in_profile(entry.key) != nullptr ||
                std::ranges::find(profiles, entry.key, &media::Profile::name) != profiles.end()) {
                return fail(ErrorCode::parse,
                    entry.key + ": a name is new, of a-z, 0-9, - and _, and at most " +
                        std::to_string(kMaxNameBytes) + " long");
            }
            const auto base = bases->find(entry.key);
            media::Profile& profile = profiles.emplace_back(
                base != bases->end() ? *base->second : *media::find_built_in_profile(""));
            profile.name = entry.key;
        } else if (entry.member != "base") {
            if (const auto expected = set_member(profiles.back(), entry)) {
                return wrong(entry, *expected);
            }
        }
    }
    for (const media::Profile& profile : profiles) {
        if (auto checked = check(profile); !checked) {
            return fail(checked.error());
        }
    }
    return profiles;
}

} // namespace plex_tuner::gateway
