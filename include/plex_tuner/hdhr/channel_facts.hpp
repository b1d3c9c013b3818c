// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/stream_format.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

namespace plex_tuner::hdhr {

/// What is known of a channel beyond its lineup entry.
struct ChannelFacts {
    std::string_view video_codec = {}; ///< a word of the hardware ("H264"); empty: unknown
    std::string_view audio_codec = {}; ///< likewise ("AC3")
    std::optional<bool> is_hd = {};    ///< as the picture is; empty: unknown, its name counts
    bool is_favorite = false;
    bool is_hidden = false; ///< the user wants it out of the lineup

    friend bool operator==(const ChannelFacts&, const ChannelFacts&) = default;
};

/// Codecs in the words of the hardware; those it has none for stay unknown. HD is a picture of 720
/// lines or more.
[[nodiscard]] ChannelFacts facts_of(const ts::StreamFormat& format);

/// Which channels a lineup document lists.
enum class Show : std::uint8_t {
    enabled,   ///< all that are not hidden
    favorites, ///< the favourites
    found,     ///< all, each with Enabled 0 or 1
};

/// By the name in ?show=; any other is as if there were none.
[[nodiscard]] Show show_named(std::string_view name) noexcept;

/// How a lineup document looks at its channels.
struct LineupView {
    /// Of a channel, by its id; empty: nothing is known of any. Texts it gives stay valid.
    std::function<ChannelFacts(std::string_view channel_id)> facts = {};
    Show show = Show::enabled;
};

} // namespace plex_tuner::hdhr
