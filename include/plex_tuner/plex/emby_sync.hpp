// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/emby_server.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

enum class EmbyStep : std::uint8_t {
    add_tuner,
    repair_tuner, ///< its address
    add_guide,
    repair_guide, ///< its address, or the tuners that it is for
    refresh,      ///< read lineup and guide
};

[[nodiscard]] std::string_view to_string(EmbyStep step) noexcept;

struct EmbyPlan {
    std::vector<EmbyStep> steps = {};
    EmbyTuner tuner = {}; ///< as it is to be; without id where there is none yet
    EmbyGuide guide = {};
};

/// What is to be done so that the server has the tuner with its guide. `refresh` is last wherever
/// something else is. Guides that others made stay as they are.
[[nodiscard]] EmbyPlan plan_emby(const WantedTuner& wanted, const EmbyLiveTv& present);

struct EmbySyncOptions {
    bool dry_run = false;
    bool reload = false;        ///< read lineup and guide also where all is as wanted
    double enough_mapped = 1.0; ///< the share of its channels that the server has to show
    std::chrono::milliseconds guide_wait{300'000};
    std::chrono::milliseconds first_poll{500}; ///< grows to ten times as much
    std::chrono::milliseconds tuner_timeout{10'000};
};

struct EmbyResult {
    std::string name = {};
    std::string device_id = {};
    DvrAction action = DvrAction::skipped;
    std::vector<EmbyStep> steps = {}; ///< what was, or would be, done
    std::string tuner_id = {};        ///< of the server
    std::size_t channels = 0;         ///< of the tuner that the server shows
    std::size_t with_programme = 0;   ///< of them, that have one now
    std::size_t served = 0;           ///< by the tuner; 0: it could not be asked
    std::string error = {};
};

/// Sets the tuners up in the server, with their guides, and waits once until it has read them. What
/// is as wanted is not touched; nothing is ever deleted.
///
/// An error of the whole only when the server cannot be asked what it has.
[[nodiscard]] asio::awaitable<Result<std::vector<EmbyResult>>> sync_emby(EmbyServer& server,
    fetch::Client& client, std::vector<WantedTuner> wanted, EmbySyncOptions options,
    log::Logger logger);

} // namespace plex_tuner::plex
