// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string_view>

namespace plex_tuner::guide {

/// The character of an HTML 4 entity name (without '&' and ';'). The five names that XML defines
/// itself are not in the table.
[[nodiscard]] std::optional<char32_t> html_entity(std::string_view name) noexcept;

} // namespace plex_tuner::guide
