// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/migrate/imported.hpp>

#include <string>
#include <vector>

namespace plex_tuner::migrate {

/// Leaves out the rows, from the end, that a table of channels does not take any more.
void cap_rows(std::vector<lineup::TableRow>& rows, std::vector<LeftOut>& left_out);

/// "channels-<instance>.tsv", and with a number where another table is called so already.
[[nodiscard]] std::string table_file_name(
    const std::string& instance, const std::vector<ImportedTable>& others);

} // namespace plex_tuner::migrate
