// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/server.hpp>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace plex_tuner::plex {

struct DvrSyncOptions {
    PlanOptions plan;
    bool dry_run = false;
    std::chrono::milliseconds guide_wait{300'000}; ///< for all guides together
    std::chrono::milliseconds first_poll{500};     ///< grows to ten times as much
    std::chrono::milliseconds discovery_wait{10'000};
    std::chrono::milliseconds tuner_timeout{10'000};
};

struct DvrResult {
    std::string name = {};
    std::string device_id = {};
    DvrAction action = DvrAction::skipped;
    std::vector<DvrStep> steps = {}; ///< what was, or would be, done
    std::string dvr_key = {};
    std::size_t channels = 0; ///< that Plex has mapped, as read back
    std::size_t served = 0;   ///< by the tuner; 0: it could not be asked
    std::string error = {};
};

struct DvrReport {
    std::vector<DvrResult> results = {}; ///< the wanted ones in order, then what was deleted
    /// What is in Plex, not wanted and left alone.
    std::vector<Leftover> left_alone = {};
};

/// Makes the DVRs of Plex those that are wanted. Asks first and plans; what is as wanted already is
/// not touched, so that it can be run again at any time, also after it was interrupted. The guides
/// of all DVRs are loaded at once and waited for once.
///
/// An error of the whole only when Plex cannot be asked what it has: nothing was changed then.
[[nodiscard]] asio::awaitable<Result<DvrReport>> sync_dvrs(Server& server, fetch::Client& client,
    std::vector<WantedTuner> wanted, DvrSyncOptions options, log::Logger logger);

} // namespace plex_tuner::plex
