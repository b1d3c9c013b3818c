// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_oracle_report.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>

#include <algorithm>

namespace plex_tuner::cli {

namespace {

/// The members of an object, one after the other.
class Members {
public:
    Members(std::string& out, std::string_view separator) : out_(out), separator_(separator) {}

    void raw(std::string_view key, std::string_view value) {
        out_.append(is_first_ ? "" : ",").append(separator_);
        out_.append(json_quoted(key)).append(": ").append(value);
        is_first_ = false;
    }

    void text(std::string_view key, std::string_view value) {
        if (!value.empty()) {
            raw(key, json_quoted(value));
        }
    }

    void number(std::string_view key, std::size_t value) { raw(key, std::to_string(value)); }

    /// Keys of Plex are numbers written as texts.
    void key_of_plex(std::string_view key, std::string_view value) {
        constexpr std::size_t kMaxDigits = 15;
        const bool is_number = !value.empty() && value.size() <= kMaxDigits &&
                               (value == "0" || value.front() != '0') &&
                               std::ranges::all_of(value, ascii::is_digit);
        is_number ? raw(key, value) : text(key, value);
    }

private:
    std::string& out_;
    std::string_view separator_;
    bool is_first_ = true;
};

std::string list_of(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts) {
        out.append(out.empty() ? "" : ", ").append(json_quoted(text));
    }
    return "[" + out + "]";
}

std::string channels_of(const plex::OracleResult& result) {
    std::string out = "[";
    for (const plex::OracleChannel& channel : result.channels) {
        out += &channel == result.channels.data() ? "\n        {" : ",\n        {";
        Members members(out, " ");
        members.text("guide_number", channel.guide_number);
        members.text("guide_name", channel.guide_name);
        members.text("tvg_id", channel.tvg_id);
        members.text("channel_key", channel.channel_key);
        members.text("device_identifier", channel.device_identifier);
        members.text("lineup_identifier", channel.lineup_identifier);
        out += " }";
    }
    return out + "]";
}

void append_result(std::string& out, const plex::OracleResult& result) {
    out += "    {";
    Members members(out, "\n      ");
    members.text("base_url", result.base_url);
    if (result.read_only) {
        members.raw("read_only", "true");
    }
    members.text("device_key", result.device_key);
    members.text("device_uuid", result.device_uuid);
    members.key_of_plex("dvr_key", result.dvr_key);
    members.text("dvr_uuid", result.dvr_uuid);
    if (!result.lineup_ids.empty()) {
        members.raw("lineup_ids", list_of(result.lineup_ids));
    }
    members.number("channelmap_rows", result.rows);
    if (!result.channels.empty()) {
        members.raw("channels", channels_of(result));
    }
    if (result.activated > 0) {
        members.number("activated", result.activated);
    }
    members.text("error", result.error);
    out += "\n    }";
}

} // namespace

std::string oracle_report_json(
    const std::vector<plex::OracleResult>& results, std::string_view plex_url) {
    std::string out = "{\n  \"plex_url\": " + json_quoted(plex_url) + ",\n  \"results\": [";
    for (const plex::OracleResult& result : results) {
        out += &result == results.data() ? "\n" : ",\n";
        append_result(out, result);
    }
    return out + "\n  ]\n}\n";
}

std::string oracle_cleanup_json(const plex::OracleCleanupReport& report, std::string_view plex_url,
    const plex::OracleCleanupOptions& options) {
    std::string out = "{";
    Members members(out, "\n  ");
    members.raw("plex_url", json_quoted(plex_url));
    members.raw("dry_run", options.dry_run ? "true" : "false");
    members.raw("lineup_prefix", json_quoted(options.lineup_prefix));
    members.raw("device_uri_substr", json_quoted(options.device_uri_substring));
    std::string rows;
    for (const plex::OracleCleanupRow& row : report.rows) {
        rows += rows.empty() ? "\n    {" : ",\n    {";
        Members of_row(rows, " ");
        of_row.key_of_plex("dvr_key", row.dvr_key);
        of_row.text("lineup_title", row.lineup_title);
        of_row.text("device_key", row.device_keys.empty() ? "" : row.device_keys.front());
        of_row.text("device_uri", row.device_uri);
        of_row.raw("delete", row.is_deleted ? "true" : "false");
        of_row.text("reason", row.reason);
        of_row.text("error", row.error);
        rows += " }";
    }
    members.raw("matched_rows", "[" + rows + "]");
    members.number("deleted_dvrs", report.deleted_dvrs);
    members.number("deleted_devices", report.deleted_devices);
    if (!report.device_errors.empty()) {
        std::string errors;
        Members of_devices(errors, " ");
        for (const auto& [key, error] : report.device_errors) {
            of_devices.raw(key, json_quoted(error));
        }
        members.raw("device_errors", "{" + errors + " }");
    }
    return out + "\n}\n";
}

} // namespace plex_tuner::cli
