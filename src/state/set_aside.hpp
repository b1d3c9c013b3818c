// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <filesystem>

namespace plex_tuner::state {

/// Damaged databases that are kept per file, for someone to look at; older ones are removed.
inline constexpr std::size_t kKeptDamaged = 2;

/// Renames a database and its log to "<file>.corrupt-<UTC time>[-n]" and returns the new name.
[[nodiscard]] Result<std::filesystem::path> set_aside(const std::filesystem::path& file);

} // namespace plex_tuner::state
