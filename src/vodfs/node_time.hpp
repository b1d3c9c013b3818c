// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <cstdint>

namespace plex_tuner::vodfs {

/// Seconds since 1970 for stat: when the provider got it, else when it came out, else a day that
/// never changes. Players take a file whose time differs for another one.
[[nodiscard]] std::uint32_t time_of(const catalog::Movie& film) noexcept;
/// `year` of the series.
[[nodiscard]] std::uint32_t time_of(const catalog::Episode& episode, std::int32_t year) noexcept;

/// Of a directory whose newest file is of `newest`: a little earlier, by as much as what is in it
/// says, so that it is another one when a file comes, goes or is renamed, which is when players
/// look into it. `contents` is a hash.
[[nodiscard]] std::uint32_t time_of_contents(std::uint32_t newest, std::uint64_t contents) noexcept;

/// The day when nothing is known: 2000-01-01.
inline constexpr std::uint32_t kUnknownTime = 946'684'800;

} // namespace plex_tuner::vodfs
