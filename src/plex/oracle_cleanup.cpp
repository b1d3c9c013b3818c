// SPDX-License-Identifier: GPL-3.0-or-later
#include "oracle_mark.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/plex/lineup_id.hpp>
#include <plex_tuner/plex/oracle.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace plex_tuner::plex {

namespace {

bool begins_with(std::string_view text, std::string_view prefix) {
    return !prefix.empty() && ascii::istarts_with(text, prefix);
}

bool contains(std::string_view text, std::string_view part) {
    return !part.empty() && ascii::lower(text).find(ascii::lower(part)) != std::string::npos;
}

OracleCleanupRow row_of(
    const Dvr& dvr, const Present& present, const OracleCleanupOptions& options) {
    OracleCleanupRow row{.dvr_key = dvr.key,
        .lineup_title = dvr.lineup_title.empty() ? dvr.title : dvr.lineup_title};
    const std::string made = made_title(dvr);
    if (row.lineup_title.empty()) {
        row.lineup_title = made;
    }
    bool uri_matches = false;
    for (const Device& own : dvr.devices) {
        const auto full = std::ranges::find_if(present.devices, [&](const Device& device) {
            return (!own.key.empty() && own.key == device.key) ||
                   (!own.uuid.empty() && own.uuid == device.uuid);
        });
        const Device& device = full == present.devices.end() ? own : *full;
        row.device_keys.push_back(device.key);
        row.device_uri = row.device_uri.empty() ? device.uri : row.device_uri;
        uri_matches = uri_matches || contains(device.uri, options.device_uri_substring);
    }
    if (begins_with(row.lineup_title, options.lineup_prefix)) {
        row.reason = "lineup-prefix";
    }
    if (uri_matches) {
        row.reason.append(row.reason.empty() ? "" : ",").append("device-uri-substr");
    }
    if (row.reason.empty()) {
        return row;
    }
    row.is_deleted = made.starts_with(kOracleMark);
    if (!row.is_deleted) {
        row.error = "left alone: plex-epg-oracle did not make it, or its guide would be called " +
                    std::string(kOracleMark) + "…";
    }
    return row;
}

} // namespace

std::string made_title(const Dvr& dvr) {
    if (dvr.lineups.empty() || !guide_url_of(dvr.lineups.front())) {
        return {};
    }
    const std::string lineup = percent::decode(dvr.lineups.front());
    const std::size_t mark = lineup.rfind('#');
    return mark == std::string::npos ? "" : lineup.substr(mark + 1);
}

asio::awaitable<Result<OracleCleanupReport>> clean_up_oracle(
    Server& server, OracleCleanupOptions options, log::Logger logger) {
    auto present = co_await server.present();
    if (!present) {
        co_return fail_with(std::move(present), "nothing was deleted");
    }
    OracleCleanupReport report;
    std::set<std::string> kept; // devices that a DVR goes on to use
    std::set<std::string> released;
    for (const Dvr& dvr : present->dvrs) {
        OracleCleanupRow row = row_of(dvr, *present, options);
        if (row.is_deleted && !options.dry_run) {
            logger.info("deleting from Plex", {{"dvr", row.dvr_key}, {"title", row.lineup_title}});
            if (auto removed = co_await server.remove_dvr(row.dvr_key); !removed) {
                row.is_deleted = false;
                row.failed = true;
                row.error = removed.error().message();
            }
        }
        report.deleted_dvrs += row.is_deleted ? 1 : 0;
        for (const std::string& key : row.device_keys) {
            (row.is_deleted ? released : kept).insert(key);
        }
        report.rows.push_back(std::move(row));
    }
    for (const std::string& key : released) {
        if (key.empty() || kept.contains(key)) {
            continue;
        }
        if (!options.dry_run) {
            if (auto removed = co_await server.remove_device(key); !removed) {
                report.device_errors.emplace(key, removed.error().message());
                continue;
            }
        }
        ++report.deleted_devices;
    }
    co_return report;
}

} // namespace plex_tuner::plex
