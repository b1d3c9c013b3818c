// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/lineup/channel_table.hpp>

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace plex_tuner::migrate {

/// One line of .env. The value may be a secret.
struct ImportedSetting {
    std::string name; ///< in full: "PLEX_TUNER_M3U_URL"
    std::string value;

    friend bool operator==(const ImportedSetting&, const ImportedSetting&) = default;
};

/// Something that does not go over as it was. Holds no secret.
struct LeftOut {
    std::string what;
    std::string why;                        ///< and what to do instead, where there is something
    std::vector<std::string> channels = {}; ///< those it is about

    friend bool operator==(const LeftOut&, const LeftOut&) = default;
};

/// The table of channels of one tuner.
struct ImportedTable {
    std::string file_name; ///< "channels.tsv"
    std::vector<lineup::TableRow> rows;
    bool keeps_others = false;
};

/// What another program's configuration is in our terms.
struct Imported {
    std::string origin; ///< "xTeVe", "Threadfin", "plex-tuner"
    std::vector<ImportedSetting> settings = {};
    std::vector<ImportedTable> tables = {};
    std::string aliases = {};    ///< the text of aliases.json; empty: none
    std::string supervisor = {}; ///< the text of supervise.json; empty: none
    std::vector<LeftOut> left_out = {};
    std::vector<std::filesystem::path> inputs =
        {}; ///< what was read, and is not to be written over
};

/// A file to be written.
struct OutputFile {
    std::filesystem::path path;
    std::string text;
    unsigned mode = 0644; ///< 0600 for what may hold passwords
};

/// The files that `imported` makes in `directory`: .env, tables of channels, aliases.json,
/// supervise.json; those that would be empty are left out. Settings that name one of them name its
/// absolute path. Errors (internal, invalid_argument): what this program would not read again
/// as it is meant.
[[nodiscard]] Result<std::vector<OutputFile>> output_files(
    const Imported& imported, const std::filesystem::path& directory);

/// For a person: what went over and what did not. No secret is in it.
[[nodiscard]] std::string report_text(const Imported& imported);

/// What becomes of a file.
struct FileReport {
    std::filesystem::path path;
    bool written = false;
    std::string in_the_way = {}; ///< what is there already; empty: nothing
};

/// {"origin", "settings": [{name, value}], "channels": [{file, number, name, …}], "left_out",
/// "files": [{path, written, in_the_way}]}; secrets are masked.
[[nodiscard]] std::string report_json(const Imported& imported, std::span<const FileReport> files);

} // namespace plex_tuner::migrate
