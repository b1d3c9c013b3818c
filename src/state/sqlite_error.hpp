// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>

#include <filesystem>
#include <string_view>

#include <sqlite3.h>

namespace plex_tuner::state {

/// What SQLite's result `code` means for the user: which file, what went wrong, what to do. `code`
/// may be extended; `connection` may be null when opening failed for want of memory.
[[nodiscard]] Error sqlite_error(
    sqlite3* connection, int code, const std::filesystem::path& file, std::string_view doing);

/// The bytes of the file are no (whole) database.
[[nodiscard]] bool means_corrupt(int code) noexcept;

} // namespace plex_tuner::state
