// SPDX-License-Identifier: GPL-3.0-or-later
// Plex as one who is asked which channel has which guide: tuners are made disposable DVRs, their
// channel maps are read, and the DVRs are deleted again.
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/server.hpp>

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

/// In front of the title of each guide that the oracle makes. Without it nothing is deleted.
inline constexpr std::string_view kOracleMark = "oracle-";

struct OracleOptions {
    bool reload_guide = true;
    bool activate = false;                         ///< also map the channels of what was made
    std::chrono::milliseconds guide_wait{300'000}; ///< for all guides together
    std::chrono::milliseconds first_poll{500};     ///< grows to ten times as much
    std::chrono::milliseconds discovery_wait{10'000};
    std::chrono::milliseconds tuner_timeout{10'000};
};

struct OracleChannel {
    std::string guide_number = {};
    std::string guide_name = {};
    std::string tvg_id = {};
    std::string channel_key = {};
    std::string device_identifier = {};
    std::string lineup_identifier = {};
};

struct OracleResult {
    std::string base_url = {};
    /// What is there belongs to a tuner in use: it was looked at, and left alone.
    bool read_only = false;
    std::string device_key = {};
    std::string device_uuid = {};
    std::string dvr_key = {};
    std::string dvr_uuid = {};
    std::vector<std::string> lineup_ids = {};
    std::size_t rows = 0; ///< of the channel map
    std::vector<OracleChannel> channels = {};
    std::size_t activated = 0;
    std::string error = {}; ///< the step that failed, and why
};

/// One result for each base URL, in order. What fails for one does not keep the others. An error of
/// the whole only when Plex cannot be asked what it has: nothing was changed then.
[[nodiscard]] asio::awaitable<Result<std::vector<OracleResult>>> ask_oracle(Server& server,
    fetch::Client& client, std::vector<std::string> base_urls, OracleOptions options,
    log::Logger logger);

/// "{cap}" of `url_template` replaced by each of `caps`; invalid_argument where one is missing.
[[nodiscard]] Result<std::vector<std::string>> oracle_urls(
    std::string_view url_template, std::string_view caps);

struct OracleCleanupOptions {
    bool dry_run = true;
    std::string lineup_prefix = std::string(kOracleMark); ///< empty: matches nothing
    std::string device_uri_substring = {};                ///< empty: matches nothing
};

/// A DVR that Plex has.
struct OracleCleanupRow {
    std::string dvr_key = {};
    std::string lineup_title = {};
    std::vector<std::string> device_keys = {};
    std::string device_uri = {}; ///< of the first
    bool is_deleted = false;     ///< or would be
    std::string reason = {};     ///< "lineup-prefix", "device-uri-substr", or both with a comma
    bool failed = false;         ///< Plex did not delete it
    std::string error = {};      ///< why it is, or was, not deleted although it matches
};

struct OracleCleanupReport {
    std::vector<OracleCleanupRow> rows = {}; ///< all DVRs
    std::size_t deleted_dvrs = 0;            ///< or would be
    std::size_t deleted_devices = 0;
    std::map<std::string, std::string> device_errors = {};
};

/// Deletes the DVRs that match and that the oracle made, then those of their devices that no other
/// DVR uses.
[[nodiscard]] asio::awaitable<Result<OracleCleanupReport>> clean_up_oracle(
    Server& server, OracleCleanupOptions options, log::Logger logger);

} // namespace plex_tuner::plex
