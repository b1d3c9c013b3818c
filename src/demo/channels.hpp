// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/media/demo_clip.hpp>

#include <array>
#include <string_view>

namespace plex_tuner::demo {

/// Which kind of programmes the invented guide gives a channel.
enum class Flavour { science, cinema, music };

struct Channel {
    int number;          ///< 1, 2, 3; also the last part of its URL
    std::string_view id; ///< tvg-id and XMLTV id
    std::string_view name;
    bool radio;
    media::DemoPicture picture;
    Flavour flavour;
};

inline constexpr std::size_t kChannelCount = 3;
[[nodiscard]] const std::array<Channel, kChannelCount>& channels() noexcept;

} // namespace plex_tuner::demo
