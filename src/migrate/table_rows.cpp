// SPDX-License-Identifier: GPL-3.0-or-later
#include "table_rows.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>

namespace plex_tuner::migrate {

void cap_rows(std::vector<lineup::TableRow>& rows, std::vector<LeftOut>& left_out) {
    constexpr std::size_t kMost = lineup::ChannelTable::kMaxRows;
    if (rows.size() <= kMost) {
        return;
    }
    left_out.push_back({std::to_string(rows.size() - kMost) + " channels at the end of the table",
        "there may be " + std::to_string(kMost)});
    rows.resize(kMost);
}

std::string table_file_name(const std::string& instance, const std::vector<ImportedTable>& others) {
    constexpr std::size_t kMostOfAName = 64; // file systems take 255 bytes
    std::string safe = instance.substr(0, kMostOfAName);
    std::ranges::replace_if(
        safe, [](char c) { return !ascii::is_alnum(c) && c != '-' && c != '_'; }, '_');
    const std::string stem = "channels-" + safe;
    std::string name = stem + ".tsv";
    for (std::size_t number = 2;
        std::ranges::find(others, name, &ImportedTable::file_name) != others.end(); ++number) {
        name = stem + "-" + std::to_string(number) + ".tsv";
    }
    return name;
}

} // namespace plex_tuner::migrate
