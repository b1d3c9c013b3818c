// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/dvr_sync.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::cli {

/// The result as scripts read it.
[[nodiscard]] std::string dvr_report_json(
    const plex::DvrReport& report, std::string_view plex_url, const plex::DvrSyncOptions& options);

/// What would be done, for people.
[[nodiscard]] std::string dvr_plan_table(const plex::DvrReport& report);

} // namespace plex_tuner::cli
