// SPDX-License-Identifier: GPL-3.0-or-later
// Films and series by what libraries are made of: sports, kids, European films, … The rules are one
// table, src/catalog/lane_table.hpp.
#pragma once

#include <plex_tuner/catalog/catalog.hpp>

#include <span>
#include <string_view>

namespace plex_tuner::catalog {

/// The lane a record belongs to, one of lane_order(); what the record lacks of category, region and
/// language is found from its title. Pure; the text lasts for ever.
[[nodiscard]] std::string_view lane_of(const Movie& movie);
[[nodiscard]] std::string_view lane_of(const Series& series);

/// All lanes there may be, in the order of their libraries. Some are empty by today's rules and
/// kept for the files of earlier ones.
[[nodiscard]] std::span<const std::string_view> lane_order() noexcept;

} // namespace plex_tuner::catalog
