// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace plex_tuner::config {

/// Edits that turn `a` into `b`: insert, delete, replace, swap of neighbours.
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate a typing error away from `word` (at most a third of its length, at most 4 edits),
/// the first of the nearest ones. Words above 64 bytes have none.
[[nodiscard]] std::optional<std::string_view> nearest(
    std::string_view word, std::span<const std::string_view> candidates);

} // namespace plex_tuner::config
