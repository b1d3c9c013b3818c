// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::config {

/// A larger .env is refused as a whole.
inline constexpr std::size_t kMaxDotenvBytes = std::size_t{1} << 20;

struct DotenvEntry {
    std::string name;
    std::string value;
    std::size_t line; ///< from 1
};

struct Dotenv {
    std::vector<DotenvEntry> entries; ///< each name once: the first line with it counts
    std::vector<std::string> warnings;
};

/// Whether a line may begin with "export ", as files that shells read have it.
enum class ExportWord { refused, accepted };

/// KEY=VALUE per line; blank lines and lines starting with '#' are skipped; blanks around key and
/// value are dropped, then one pair of matching quotes. No interpolation, no comments behind
/// values: one that goes on behind its closing quote is taken as it is, with a warning. Other lines
/// are warned about by number, never quoted: they may hold a secret.
[[nodiscard]] Dotenv parse_dotenv(std::string_view text, std::string_view file_name,
    ExportWord export_word = ExportWord::refused);

/// A missing file is an empty one; an unreadable one is an empty one with a warning.
[[nodiscard]] Dotenv read_dotenv(const std::filesystem::path& file);

} // namespace plex_tuner::config
