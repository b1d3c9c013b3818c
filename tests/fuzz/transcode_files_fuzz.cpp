// SPDX-License-Identifier: GPL-3.0-or-later
// Any bytes as each of the files that say what is transcoded, and any words as a request for it:
// what is refused says why, and what is read is of use.
#include <plex_tuner/gateway/override_update.hpp>
#include <plex_tuner/gateway/transcode_policy.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds) {
    if (!holds) {
        std::abort();
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace plex_tuner;
    std::string_view text;
    if (size > 0) {
        text = {reinterpret_cast<const char*>(data), size};
    }
    gateway::TranscodeOverrides overrides;
    if (auto transcode = gateway::parse_transcode_overrides(text)) {
        overrides.transcode = *std::move(transcode);
    } else {
        require(!transcode.error().message().empty());
    }
    if (auto profiles = gateway::parse_profile_overrides(text)) {
        for (const auto& [channel, profile] : *profiles) {
            require(!profile.empty());
        }
        overrides.profiles = *std::move(profiles);
    } else {
        require(!profiles.error().message().empty());
    }
    // What is written can be read.
    if (auto record = gateway::parse_override_record(text)) {
        require(gateway::parse_override_record(gateway::override_record_json(*record)).has_value());
    } else {
        require(!record.error().message().empty());
    }
    require(gateway::parse_profile_overrides(gateway::profile_overrides_json(overrides.profiles))
            .has_value());
    gateway::TranscodeSettings settings{.mode = gateway::TranscodeMode::on};
    if (auto own = gateway::parse_user_profiles(text)) {
        for (const media::Profile& profile : *own) {
            require(!profile.name.empty());
            media::Profile sent = profile;
            sent.ffmpeg_input.clear();
            sent.ffmpeg_video.clear();
            sent.ffmpeg_audio.clear();
            require(media::decode_profile(media::encode(profile)) == sent);
            require(!media::ffmpeg_command({.path = "ffmpeg"}, profile).empty());
        }
        settings.user_profiles = *std::move(own);
    } else {
        require(!own.error().message().empty());
    }
    const gateway::TranscodePolicy policy(std::move(settings), std::move(overrides));
    const std::string word(text);
    for (const auto& wish : {gateway::transcode_wish(word, std::nullopt),
             gateway::transcode_wish(std::nullopt, word)}) {
        const auto choice = policy.choose(
            {.channel_id = text, .guide_number = "1"}, wish.value_or(gateway::TranscodeWish()));
        require(!choice.reason.empty() && !choice.needs_format);
    }
    for (const std::string& problem : gateway::problems_of(policy, nullptr)) {
        require(!problem.empty());
    }
    return 0;
}
