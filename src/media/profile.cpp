// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/media/profile.hpp>

#include <array>
#include <charconv>
#include <utility>

namespace plex_tuner::media {

namespace {

constexpr int kSecond = 0; ///< group_pictures

const std::array<Profile, 14>& profiles() {
    static const std::array<Profile, 14> all{
        Profile{.name = "default",
            .video_rate = 3'500,
            .video_peak = 4'000,
            .video_buffer = 8'000,
            .group_pictures = kSecond,
            .audio_rate = 128},
        Profile{.name = "plexsafe",
            .video_rate = 2'200,
            .video_peak = 2'500,
            .video_buffer = 5'000,
            .ntsc_rate = true,
            .audio = AudioTarget::mp3,
            .audio_rate = 128},
        Profile{.name = "aaccfr",
            .video_rate = 1'400,
            .video_peak = 1'400,
            .video_buffer = 1'400,
            .max_width = 854,
            .ntsc_rate = true,
            .constant_rate = true,
            .baseline = true,
            .access_delimiters = true,
            .audio_rate = 96},
        Profile{.name = "videoonlyfast",
            .video_rate = 2'200,
            .video_peak = 2'500,
            .video_buffer = 5'000,
            .ntsc_rate = true,
            .audio = AudioTarget::none},
        Profile{.name = "lowbitrate",
            .video_rate = 1'400,
            .video_peak = 1'700,
            .video_buffer = 3'400,
            .ntsc_rate = true,
            .audio_rate = 96},
        Profile{.name = "dashfast",
            .video_rate = 1'800,
            .video_peak = 1'800,
            .video_buffer = 1'800,
            .max_width = 1'280,
            .ntsc_rate = true,
            .constant_rate = true,
            .audio_rate = 96},
        Profile{.name = "pmsxcode",
            .video = VideoTarget::mpeg2,
            .video_rate = 2'200,
            .video_peak = 2'500,
            .video_buffer = 5'000,
            .max_width = 960,
            .ntsc_rate = true,
            .group_pictures = 15,
            .audio = AudioTarget::mp2,
            .audio_rate = 128},
        Profile{.name = "audio-only", .video = VideoTarget::copy, .audio_rate = 128},
        Profile{.name = "mobile",
            .video_rate = 2'500,
            .video_peak = 3'000,
            .video_buffer = 6'000,
            .max_width = 1'280,
            .ntsc_rate = true,
            .audio_rate = 128},
        Profile{.name = "internet720",
            .video_rate = 1'800,
            .video_peak = 2'200,
            .video_buffer = 4'400,
            .max_width = 1'280,
            .ntsc_rate = true,
            .audio_rate = 128},
        Profile{.name = "internet540",
            .video_rate = 1'400,
            .video_peak = 1'700,
            .video_buffer = 3'400,
            .max_width = 960,
            .ntsc_rate = true,
            .audio_rate = 96},
        Profile{.name = "internet480",
            .video_rate = 1'000,
            .video_peak = 1'200,
            .video_buffer = 2'400,
            .max_width = 848,
            .ntsc_rate = true,
            .audio_rate = 96},
        Profile{.name = "internet360",
            .video_rate = 650,
            .video_peak = 800,
            .video_buffer = 1'600,
            .max_width = 640,
            .ntsc_rate = true,
            .audio_rate = 96},
        Profile{.name = "internet240",
            .video_rate = 350,
            .video_peak = 450,
            .video_buffer = 900,
            .max_width = 432,
            .ntsc_rate = true,
            .audio_rate = 64},
    };
    return all;
}

constexpr auto kAliases = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"", "default"},
    {"plex-safe", "plexsafe"},
    {"safe", "plexsafe"},
    {"aac-cfr", "aaccfr"},
    {"aac", "aaccfr"},
    {"video-only-fast", "videoonlyfast"},
    {"videoonly", "videoonlyfast"},
    {"video", "videoonlyfast"},
    {"low-bitrate", "lowbitrate"},
    {"low", "lowbitrate"},
    {"dash-fast", "dashfast"},
    {"pms-xcode", "pmsxcode"},
    {"pmsforce", "pmsxcode"},
    {"pms-force", "pmsxcode"},
    {"audioonly", "audio-only"},
});

constexpr char kSeparator = ' ';

template <class Fields>
void for_each_number(Fields fields) {
    fields(&Profile::video_rate);
    fields(&Profile::video_peak);
    fields(&Profile::video_buffer);
    fields(&Profile::max_width);
    fields(&Profile::ntsc_rate);
    fields(&Profile::constant_rate);
    fields(&Profile::baseline);
    fields(&Profile::access_delimiters);
    fields(&Profile::group_pictures);
    fields(&Profile::audio_rate);
    fields(&Profile::video);
    fields(&Profile::audio);
}

std::optional<int> take_number(std::string_view& text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with(kSeparator)) {
        return std::nullopt;
    }
    text.remove_prefix(1);
    return value;
}

} // namespace

std::span<const Profile> built_in_profiles() noexcept {
    return profiles();
}

const Profile* find_built_in_profile(std::string_view name) noexcept {
    for (const auto& [alias, own] : kAliases) {
        if (ascii::iequals(name, alias)) {
            name = own;
        }
    }
    for (const Profile& profile : profiles()) {
        if (ascii::iequals(profile.name, name)) {
            return &profile;
        }
    }
    return nullptr;
}

bool has_bootstrap_clip(const Profile& profile) noexcept {
    const bool has_pictures =
        profile.video == VideoTarget::h264 || profile.video == VideoTarget::mpeg2;
    return has_pictures && profile.audio != AudioTarget::copy && !profile.is_for_ffmpeg();
}

std::string_view to_string(VideoTarget target) noexcept {
    switch (target) {
    case VideoTarget::none:
        return "none";
    case VideoTarget::copy:
        return "copy";
    case VideoTarget::h264:
        return "h264";
    case VideoTarget::mpeg2:
        return "mpeg2";
    }
    return "";
}

std::string_view to_string(AudioTarget target) noexcept {
    switch (target) {
    case AudioTarget::none:
        return "none";
    case AudioTarget::copy:
        return "copy";
    case AudioTarget::aac:
        return "aac";
    case AudioTarget::mp3:
        return "mp3";
    case AudioTarget::mp2:
        return "mp2";
    }
    return "";
}

std::string encode(const Profile& profile) {
    std::string text;
    for_each_number([&](auto member) {
        text += std::to_string(static_cast<int>(profile.*member)) + kSeparator;
    });
    return text + profile.name;
}

std::optional<Profile> decode_profile(std::string_view text) {
    Profile profile;
    bool is_good = true;
    for_each_number([&]<class Value>(Value Profile::* member) {
        const auto value = is_good ? take_number(text) : std::nullopt;
        is_good = value.has_value();
        profile.*member = static_cast<Value>(value.value_or(0));
    });
    if (!is_good || profile.video > VideoTarget::mpeg2 || profile.audio > AudioTarget::mp2) {
        return std::nullopt;
    }
    profile.name = text;
    return profile;
}

} // namespace plex_tuner::media
