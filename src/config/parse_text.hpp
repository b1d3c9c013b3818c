// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner::config {

inline constexpr std::size_t kMaxTextBytes = 1024;
inline constexpr std::size_t kMaxPathBytes = 4096;

/// One line of UTF-8 without control characters, trimmed: it ends up in headers and documents.
[[nodiscard]] std::optional<std::string> parse_text(std::string_view text);

/// Like parse_text, but blanks belong to it; a line break at the end (mounted secret files have
/// one) does not.
[[nodiscard]] std::optional<std::string> parse_secret_text(std::string_view text);

/// A path of the file system, trimmed; any bytes but control characters.
[[nodiscard]] std::optional<std::filesystem::path> parse_path(std::string_view text);

} // namespace plex_tuner::config
