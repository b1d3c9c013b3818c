// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "support/temporary_directory.hpp"

#include <plex_tuner/migrate/import.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::migrate {

/// A foreign configuration on disk.
class Folder {
public:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name), std::ios::binary) << text;
    }

    [[nodiscard]] std::filesystem::path path(const std::string& name = {}) const {
        return name.empty() ? directory_.path() : directory_.path() / name;
    }

private:
    testing::TemporaryDirectory directory_;
};

/// Empty where it is not set.
[[nodiscard]] inline std::string value_of(const Imported& imported, const std::string& name) {
    const auto found = std::ranges::find(imported.settings, name, &ImportedSetting::name);
    return found == imported.settings.end() ? std::string() : found->value;
}

/// The reason for what begins so; empty: it was not left out.
[[nodiscard]] inline std::string reason_of(const Imported& imported, const std::string& beginning) {
    const auto found = std::ranges::find_if(
        imported.left_out, [&](const LeftOut& one) { return one.what.starts_with(beginning); });
    return found == imported.left_out.end() ? std::string() : found->why;
}

/// Those that are written; a failure of the test where there are none.
[[nodiscard]] inline std::vector<OutputFile> files_of(
    const Imported& imported, const std::filesystem::path& directory) {
    auto files = output_files(imported, directory);
    EXPECT_TRUE(files) << files.error().message();
    return files ? std::move(*files) : std::vector<OutputFile>();
}

/// "number|tvg-id|name|guide id|new name" of each row.
[[nodiscard]] inline std::vector<std::string> rows_of(const ImportedTable& table) {
    std::vector<std::string> rows;
    for (const lineup::TableRow& row : table.rows) {
        rows.push_back(row.number + "|" + row.tvg_id + "|" + row.name + "|" + row.guide_id + "|" +
                       row.new_name);
    }
    return rows;
}

} // namespace plex_tuner::migrate
