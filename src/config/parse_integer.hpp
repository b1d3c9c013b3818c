// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace plex_tuner::config {

/// A decimal whole number within [low, high]; one sign and blanks around it are allowed.
[[nodiscard]] std::optional<std::int64_t> parse_integer(
    std::string_view text, std::int64_t low, std::int64_t high);

} // namespace plex_tuner::config
