// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace plex_tuner::catalog {

/// The members of catalog.json that are read; every other one is skipped.
enum class Field : std::uint8_t {
    added,
    airdate,
    artwork_url,
    attributes,
    category,
    channel_id,
    episode_num,
    episodes,
    group_title,
    guide_name,
    guide_number,
    id,
    language,
    live_channels,
    logo,
    movies,
    number,
    provider_category_id,
    provider_category_name,
    radio,
    region,
    season_num,
    seasons,
    series,
    source_headers,
    source_tag,
    stream_url,
    stream_urls,
    title,
    tvg_id,
    tvg_name,
    tvg_shift,
    year,
    unknown,
};
inline constexpr std::size_t kFields = static_cast<std::size_t>(Field::unknown) + 1;

/// Field::unknown for a name that is not read.
[[nodiscard]] Field field_named(std::string_view name) noexcept;

/// Not for Field::unknown.
[[nodiscard]] std::string_view name_of(Field field) noexcept;

} // namespace plex_tuner::catalog
