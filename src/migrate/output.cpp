// SPDX-License-Identifier: GPL-3.0-or-later
#include "foreign_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/migrate/imported.hpp>

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace plex_tuner::migrate {

namespace {

constexpr unsigned kPrivate = 0600;
constexpr const char* kTable = "PLEX_TUNER_LINEUP_CHANNELS_FILE";
constexpr const char* kAliases = "PLEX_TUNER_XMLTV_ALIASES";

/// As .env is read: blanks around a value and one pair of quotes are dropped there.
std::string dotenv_value(const std::string& value) {
    const bool is_quoted = value.size() >= 2 && value.front() == value.back() &&
                           (value.front() == '"' || value.front() == '\'');
    return ascii::trim(value).size() == value.size() && !is_quoted ? value : '"' + value + '"';
}

void set(std::vector<ImportedSetting>& settings, const char* name, std::string value) {
    const auto same = std::ranges::find(settings, name, &ImportedSetting::name);
    if (same != settings.end()) {
        same->value = std::move(value);
    } else {
        settings.push_back({name, std::move(value)});
    }
}

/// The tables that instances of the supervisor name get their whole paths.
std::string with_paths(const Imported& imported, const std::filesystem::path& directory) {
    if (imported.supervisor.empty()) {
        return {};
    }
    auto document = nlohmann::ordered_json::parse(imported.supervisor);
    for (auto& instance : document["instances"]) {
        auto& env = instance["env"];
        if (const auto found = env.find(kTable); found != env.end()) {
            const auto name = found->get<std::string>();
            if (std::ranges::find(imported.tables, name, &ImportedTable::file_name) !=
                imported.tables.end()) {
                *found = (directory / name).string();
            }
        }
    }
    return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace

Result<std::vector<OutputFile>> output_files(
    const Imported& imported, const std::filesystem::path& directory) {
    std::error_code error;
    const auto absolute = std::filesystem::absolute(directory, error).lexically_normal();
    std::vector<OutputFile> files;
    std::vector<ImportedSetting> settings = imported.settings;
    for (const ImportedTable& table : imported.tables) {
        if (table.file_name == "channels.tsv") {
            set(settings, kTable, (absolute / table.file_name).string());
        }
        files.push_back({absolute / table.file_name,
            lineup::format_channel_table(table.rows, table.keeps_others,
                "Made by `plex-tuner import` of " + imported.origin)});
        // Who would find out otherwise is the tuner that is started with it.
        if (auto read = lineup::ChannelTable::parse(files.back().text); !read) {
            return fail(ErrorCode::internal,
                table.file_name + " would not be read again: " + read.error().message());
        }
    }
    if (!imported.aliases.empty()) {
        set(settings, kAliases, (absolute / "aliases.json").string());
        files.push_back({absolute / "aliases.json", imported.aliases});
    }
    if (!imported.supervisor.empty()) {
        files.push_back({absolute / "supervise.json", with_paths(imported, absolute), kPrivate});
    }
    if (!settings.empty()) {
        std::string text =
            "# Made by `plex-tuner import` of " + imported.origin + ". It may hold passwords.\n";
        for (const ImportedSetting& setting : settings) {
            if (!is_one_line(setting.name) || !is_one_line(setting.value)) {
                return fail(ErrorCode::invalid_argument,
                    printable(setting.name) +
                        ": a value of more than one line, or with control characters, cannot stand "
                        "in .env");
            }
            text += setting.name + "=" + dotenv_value(setting.value) + "\n";
        }
        files.push_back({absolute / ".env", std::move(text), kPrivate});
    }
    return files;
}

} // namespace plex_tuner::migrate
