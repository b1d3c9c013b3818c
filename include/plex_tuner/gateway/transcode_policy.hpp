// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/media/ffmpeg_program.hpp>
#include <plex_tuner/media/profile.hpp>
#include <plex_tuner/ts/stream_format.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::gateway {

/// Which channels are transcoded when the request does not say.
enum class TranscodeMode : std::uint8_t {
    off,
    on,
    automatic,        ///< those whose codecs not every client plays
    automatic_cached, ///< those that the overrides name
};

[[nodiscard]] std::string_view to_string(TranscodeMode mode) noexcept;
/// Also by the other words for it ("yes", "cached_auto"); nullopt: it is none.
[[nodiscard]] std::optional<TranscodeMode> transcode_mode_named(std::string_view word) noexcept;

struct TranscodeSettings {
    TranscodeMode mode = TranscodeMode::off;
    std::string profile = {};  ///< where nothing else names one; empty: see is_plex_safe
    bool is_plex_safe = false; ///< "plexsafe" where `profile` is empty
    bool client_adapt = false; ///< what a viewer gets depends on its program: see ViewerProgram
    std::vector<media::Profile> user_profiles = {};
};

/// What the user says of single channels: by channel id, guide number or guide id.
struct TranscodeOverrides {
    std::map<std::string, bool, std::less<>> transcode = {};
    std::map<std::string, std::string, std::less<>> profiles = {};
};

/// What a channel goes by in them, the first that is there counts.
struct ChannelKeys {
    std::string_view channel_id = {};
    std::string_view guide_number = {};
    std::string_view tvg_id = {};
};

/// What a request says of it.
struct TranscodeWish {
    enum class Kind : std::uint8_t {
        none,    ///< nothing
        as_is,   ///< not transcoded
        profile, ///< transcoded so, whatever the mode
    };
    Kind kind = Kind::none;
    std::string profile = {};
    std::string_view reason = {}; ///< how it was said: "query-profile", "query-transcode"
};

/// Of ?profile= and ?transcode= of a request; the first counts more. not_found: ?transcode= is none
/// of the words of the HDHomeRun HTTP API.
[[nodiscard]] Result<TranscodeWish> transcode_wish(
    const std::optional<std::string>& profile, const std::optional<std::string>& transcode);

/// What asks for a stream, where that is looked for.
enum class ViewerProgram : std::uint8_t {
    not_looked_for, ///< it does not matter
    unknown,        ///< it does not say, and nobody knows
    unresolved,     ///< who would know does not answer
    web,            ///< a browser
    other,          ///< an app, a television
};

struct TranscodeChoice {
    std::optional<media::Profile> profile = {}; ///< none: the channel as it is
    std::string_view reason = {};               ///< a word, for logs and status
    bool needs_format = false;        ///< not made yet: it depends on what the channel sends
    std::string unknown_profile = {}; ///< was named, and there is none; not empty: say so
};

/// What every browser and player has a decoder for.
struct Friendliness {
    bool video = true;
    bool audio = true;
};

/// Of the video and the first sound, which is what players take; what is not there is no reason
/// against it. Of AAC only LC; with a core of 24 kHz or less it is taken for HE-AAC: what is sent
/// so is.
[[nodiscard]] Friendliness friendliness_of(const ts::StreamFormat& format) noexcept;

/// Decides for each viewer what it gets. Immutable.
class TranscodePolicy {
public:
    TranscodePolicy() = default;
    TranscodePolicy(TranscodeSettings settings, TranscodeOverrides overrides);

    /// First of all the request, then the overrides, the program, and then the mode. Where only the
    /// format can tell `needs_format` is set: choose again with it.
    [[nodiscard]] TranscodeChoice choose(const ChannelKeys& keys, const TranscodeWish& wish,
        ViewerProgram program = ViewerProgram::not_looked_for) const;
    /// null: it could not be found out in time.
    [[nodiscard]] TranscodeChoice choose_by_format(
        const ChannelKeys& keys, const ts::StreamFormat* format) const;

    /// Of the user, or built in; null: there is none of that name.
    [[nodiscard]] const media::Profile* find_profile(std::string_view name) const noexcept;

    /// Why a profile cannot be made here ("there is no encoder libx264"); empty: it can.
    using WhyNot = std::function<std::string(const media::Profile&)>;

    /// Those that viewers get who ask for none, single channels apart.
    [[nodiscard]] std::vector<media::Profile> usual_profiles() const;

    /// Something may be transcoded although no request wants it.
    [[nodiscard]] bool is_used() const noexcept;

    /// What is configured and cannot work, one sentence each: profiles that are not known or cannot
    /// be made. Empty while nothing is to be transcoded unless a request wants it.
    [[nodiscard]] std::vector<std::string> problems(const WhyNot& why_not) const;

    [[nodiscard]] const TranscodeSettings& settings() const noexcept { return settings_; }

private:
    [[nodiscard]] TranscodeChoice with_profile(
        const ChannelKeys& keys, std::string_view reason) const;
    /// What every browser plays.
    [[nodiscard]] TranscodeChoice safe_for_web(
        const ChannelKeys& keys, std::string_view reason) const;
    [[nodiscard]] TranscodeChoice with_profile_named(
        std::string_view name, std::string_view reason) const;

    TranscodeSettings settings_;
    TranscodeOverrides overrides_;
};

/// Of that program, or of this build when it is null; see TranscodePolicy::WhyNot.
[[nodiscard]] std::string why_not(
    const media::FfmpegProgram* program, const media::Profile& profile);

/// What is configured and cannot work: the program is of no use, whether it is needed or not, or
/// what TranscodePolicy::problems() finds.
[[nodiscard]] std::vector<std::string> problems_of(
    const TranscodePolicy& policy, const media::FfmpegProgram* program);

/// A JSON object of true, false or words (on, transcode, off, remux, …) by channel. Errors name the
/// key that is wrong.
[[nodiscard]] Result<std::map<std::string, bool, std::less<>>> parse_transcode_overrides(
    std::string_view json);
/// A JSON object of names of profiles by channel.
[[nodiscard]] Result<std::map<std::string, std::string, std::less<>>> parse_profile_overrides(
    std::string_view json);
/// A JSON object of profiles by name: each an object with the members of media::Profile that differ
/// from those of the built-in profile its "base" names (the default's). Options for the program
/// ffmpeg are arrays of texts.
[[nodiscard]] Result<std::vector<media::Profile>> parse_user_profiles(std::string_view json);

} // namespace plex_tuner::gateway
