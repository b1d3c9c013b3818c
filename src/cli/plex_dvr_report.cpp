// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_dvr_report.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/text_table.hpp>

#include <vector>

namespace plex_tuner::cli {

namespace {

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
    std::vector<std::vector<std::string>> rows{
        {"TUNER", "DEVICE", "ACTION", "DVR", "CHANNELS", "STEPS"}};
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
    return text_table(rows);
}

} // namespace plex_tuner::cli
