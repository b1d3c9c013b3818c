// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/oracle.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::cli {

/// As epg-link-report and scripts read it; what is empty is left out.
[[nodiscard]] std::string oracle_report_json(
    const std::vector<plex::OracleResult>& results, std::string_view plex_url);

[[nodiscard]] std::string oracle_cleanup_json(const plex::OracleCleanupReport& report,
    std::string_view plex_url, const plex::OracleCleanupOptions& options);

} // namespace plex_tuner::cli
