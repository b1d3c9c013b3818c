// SPDX-License-Identifier: GPL-3.0-or-later
#include "foreign_text.hpp"

#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/migrate/imported.hpp>

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

namespace plex_tuner::migrate {

namespace {

constexpr std::size_t kMostNames = 5;

/// Where a password, a token or an account stands.
bool is_secret(std::string_view name) {
    constexpr std::array<std::string_view, 4> kParts{"_PASS", "_TOKEN", "_USER", "_AUTH"};
    return name != "PLEX_TUNER_USER_AGENT" &&
           std::ranges::any_of(kParts,
               [&](std::string_view part) { return name.find(part) != std::string_view::npos; });
}

/// Of playlists and guides, any part of whose address behind the host may be somebody's token.
bool is_address(std::string_view name) {
    constexpr std::array<std::string_view, 3> kAddresses{
        "PLEX_TUNER_M3U_URL", "PLEX_TUNER_XMLTV_URL", "PLEX_TUNER_HDHOMERUN_URL"};
    return !name.ends_with("_FILE") &&
           std::ranges::any_of(
               kAddresses, [&](std::string_view beginning) { return name.starts_with(beginning); });
}

std::string masked(const ImportedSetting& setting) {
    if (is_secret(setting.name) && !setting.name.ends_with("_FILE") && !setting.value.empty()) {
        return "***";
    }
    if (is_address(setting.name)) {
        if (const auto url = Url::parse(setting.value); url && !url->host().empty()) {
            const bool has_more = url->path().size() > 1 || !url->query().empty();
            return url->origin() + (has_more ? "/***" : "");
        }
    }
    return redact_text(setting.value);
}

std::string row_text(const lineup::TableRow& row) {
    return row.name.empty() ? row.tvg_id : row.name;
}

} // namespace

std::string report_text(const Imported& imported) {
    std::string text = "from " + imported.origin + "\n";
    for (const ImportedSetting& setting : imported.settings) {
        text += "  " + setting.name + "=" + printable(masked(setting)) + "\n";
    }
    for (const ImportedTable& table : imported.tables) {
        const auto count = [&](auto&& has) {
            return std::to_string(std::ranges::count_if(table.rows, has));
        };
        text += "  " + table.file_name + ": " + std::to_string(table.rows.size()) + " channels, " +
                count([](const lineup::TableRow& row) { return !row.number.empty(); }) +
                " with their numbers, " +
                count([](const lineup::TableRow& row) { return !row.guide_id.empty(); }) +
                " with a guide id, " +
                count([](const lineup::TableRow& row) { return !row.new_name.empty(); }) +
                " with another name" + (table.keeps_others ? "; all others stay, too" : "") + "\n";
    }
    if (!imported.aliases.empty()) {
        text += "  aliases.json as it was\n";
    }
    if (!imported.supervisor.empty()) {
        text += "  supervise.json; look at it with `plex-tuner supervise -check -config`\n";
    }
    text += imported.left_out.empty() ? "nothing was left out\n" : "not as it was there:\n";
    for (const LeftOut& one : imported.left_out) {
        std::string names;
        for (std::size_t i = 0; i < std::min(one.channels.size(), kMostNames); ++i) {
            names += (i == 0 ? "" : ", ") + printable(one.channels[i]);
        }
        if (one.channels.size() > kMostNames) {
            names += " and " + std::to_string(one.channels.size() - kMostNames) + " more";
        }
        text += "  " + printable(one.what) + ": " + printable(one.why) +
                (names.empty() ? "" : ": " + names) + "\n";
    }
    return redact_text(text);
}

std::string report_json(const Imported& imported, std::span<const FileReport> files) {
    using nlohmann::ordered_json;
    ordered_json report = {{"origin", imported.origin}, {"settings", ordered_json::array()},
        {"channels", ordered_json::array()}, {"aliases", !imported.aliases.empty()},
        {"supervisor", !imported.supervisor.empty()}, {"left_out", ordered_json::array()},
        {"files", ordered_json::array()}};
    for (const ImportedSetting& setting : imported.settings) {
        report["settings"].push_back({{"name", setting.name}, {"value", masked(setting)}});
    }
    for (const ImportedTable& table : imported.tables) {
        for (const lineup::TableRow& row : table.rows) {
            report["channels"].push_back({{"file", table.file_name}, {"number", row.number},
                {"name", row_text(row)}, {"tvg_id", row.tvg_id}, {"guide_id", row.guide_id},
                {"new_name", row.new_name}});
        }
    }
    for (const LeftOut& one : imported.left_out) {
        report["left_out"].push_back({{"what", redact_text(one.what)},
            {"why", redact_text(one.why)}, {"channels", one.channels}});
    }
    for (const FileReport& file : files) {
        auto& one = report["files"].emplace_back(
            ordered_json{{"path", file.path.string()}, {"written", file.written}});
        if (!file.in_the_way.empty()) {
            one["in_the_way"] = file.in_the_way;
        }
    }
    return report.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace plex_tuner::migrate
