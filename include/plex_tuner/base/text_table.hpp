// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace plex_tuner {

/// Rows in columns that stand below each other, two blanks between them.
[[nodiscard]] std::string text_table(const std::vector<std::vector<std::string>>& rows);

} // namespace plex_tuner
