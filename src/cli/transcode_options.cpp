// SPDX-License-Identifier: GPL-3.0-or-later
#include "transcode_options.hpp"

#include "external_ffmpeg.hpp"

#include <plex_tuner/base/atomic_file.hpp>

#include <iterator>
#include <utility>

namespace plex_tuner::cli {
namespace {

constexpr std::size_t kMaxFile = std::size_t{4} << 20;

/// What `parse` makes of the file; what is wrong with it is added to `problems`. Without a file
/// there is nothing in it.
template <class Value, class Parse>
Value read_or_say(const std::filesystem::path& file, std::string_view setting, Parse parse,
    std::vector<std::string>& problems) {
    if (file.empty()) {
        return Value();
    }
    auto text = read_file(file, kMaxFile);
    auto read = text ? parse(*text) : Result<Value>(fail(text.error()));
    if (!read) {
        problems.push_back(std::string("PLEX_TUNER_")
                .append(setting)
                .append(": ")
                .append(file.string())
                .append(": ")
                .append(read.error().message()));
        return Value();
    }
    return *std::move(read);
}

} // namespace

TranscodeOptions make_transcode_options(const config::StreamSettings& settings) {
    TranscodeOptions options;
    if (const auto mode = gateway::transcode_mode_named(settings.transcode); mode) {
        options.settings.mode = *mode;
    } else {
        options.problems.push_back("PLEX_TUNER_STREAM_TRANSCODE: \"" + settings.transcode +
                                   "\" is none of off, on, auto and auto_cached; nothing is "
                                   "transcoded unless a request wants it");
    }
    options.settings.profile = settings.profile;
    options.settings.is_plex_safe = settings.plex_safe;
    options.settings.client_adapt = settings.client_adapt;
    options.settings.user_profiles = read_or_say<std::vector<media::Profile>>(
        settings.profiles_file, "PROFILES_FILE", gateway::parse_user_profiles, options.problems);
    if (!settings.ffmpeg_path.empty()) {
        options.ffmpeg =
            std::make_shared<const media::FfmpegProgram>(find_ffmpeg(settings.ffmpeg_path));
    }
    return options;
}

std::vector<std::string> transcode_problems(const config::StreamSettings& settings) {
    TranscodeOptions options = make_transcode_options(settings);
    gateway::TranscodeOverrides overrides;
    overrides.transcode = read_or_say<decltype(overrides.transcode)>(settings.transcode_overrides,
        "TRANSCODE_OVERRIDES_FILE", gateway::parse_transcode_overrides, options.problems);
    overrides.profiles = read_or_say<decltype(overrides.profiles)>(settings.profile_overrides,
        "PROFILE_OVERRIDES_FILE", gateway::parse_profile_overrides, options.problems);
    const gateway::TranscodePolicy policy(std::move(options.settings), std::move(overrides));
    std::ranges::move(
        gateway::problems_of(policy, options.ffmpeg.get()), std::back_inserter(options.problems));
    return std::move(options.problems);
}

} // namespace plex_tuner::cli
