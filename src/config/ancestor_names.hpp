// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace plex_tuner::config {

/// True for variables (without prefix) that the program's ancestor read and that this version does
/// not support. Supporting one means moving it from there to the field table.
[[nodiscard]] bool is_ancestor_variable(std::string_view name) noexcept;

} // namespace plex_tuner::config
