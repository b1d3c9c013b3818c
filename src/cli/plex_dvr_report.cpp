// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_dvr_report.hpp"

#include <plex_tuner/base/document_text.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace plex_tuner::cli {

namespace {

using Row = std::array<std::string, 6>;

std::string steps_text(const plex::DvrResult& result) {
    if (!result.error.empty()) {
        return result.error;
    }
    std::string text;
    for (const plex::DvrStep step : result.steps) {
        text.append(text.empty() ? "" : "; ").append(to_string(step));
    }
    return text;
}

std::string channels_text(const plex::DvrResult& result) {
    std::string text = std::to_string(result.channels);
    return result.served == 0 ? text : text + " of " + std::to_string(result.served);
}

std::size_t width_of(const std::string& text) {
    // Continuation bytes take no place of their own.
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

std::string dvr_report_json(
    const plex::DvrReport& report, std::string_view plex_url, const plex::DvrSyncOptions& options) {
    const auto boolean = [](bool value) {
        return value ? "true" : "false";
    };
    std::string text = "{\n  \"plex_url\": " + json_quoted(plex_url) +
                       ",\n  \"dry_run\": " + boolean(options.dry_run) +
                       ",\n  \"delete_unknown\": " + boolean(options.plan.delete_unknown) +
                       ",\n  \"results\": [";
    const char* separator = "\n";
    for (const plex::DvrResult& result : report.results) {
        text += separator;
        text += "    {\n      \"name\": " + json_quoted(result.name) +
                ",\n      \"device_id\": " + json_quoted(result.device_id) +
                ",\n      \"action\": " + json_quoted(to_string(result.action)) +
                ",\n      \"dvr_key\": " + json_quoted(result.dvr_key) +
                ",\n      \"channels\": " + std::to_string(result.channels) +
                ",\n      \"error\": " + json_quoted(result.error) + "\n    }";
        separator = ",\n";
    }
    return text + (report.results.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

std::string dvr_plan_table(const plex::DvrReport& report) {
    std::vector<Row> rows{{"TUNER", "DEVICE", "ACTION", "DVR", "CHANNELS", "STEPS"}};
    for (const plex::DvrResult& result : report.results) {
        rows.push_back({result.name, result.device_id, std::string(to_string(result.action)),
            result.dvr_key.empty() ? "-" : result.dvr_key,
            result.action == plex::DvrAction::deleted ? "-" : channels_text(result),
            steps_text(result)});
    }
    for (const plex::Leftover& leftover : report.left_alone) {
        rows.push_back({leftover.title, leftover.device_id.empty() ? "-" : leftover.device_id,
            "left alone", leftover.dvr_key.empty() ? "-" : leftover.dvr_key, "-",
            leftover.is_ours ? "-delete-unknown would delete it"
                             : "not ours, as far as -owned says"});
    }
    std::array<std::size_t, 6> widths{};
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], width_of(row[i]));
        }
    }
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) {
                text.append(widths[i] - width_of(row[i]) + 2, ' ');
            }
        }
        while (text.ends_with(' ')) {
            text.pop_back();
        }
        text += '\n';
    }
    return text;
}

} // namespace plex_tuner::cli
