// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "media_server_registration.hpp"
#include "publication.hpp"

#include <plex_tuner/engine/vod_mount.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/state/governor_ledger.hpp>
#include <plex_tuner/state/slot_ledger.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

struct StatusPageFacts {
    const Snapshot& snapshot;
    const hdhr::Device& device;
    std::string_view base_url;
    std::string_view version;
    bool demo = false;
    std::vector<gateway::TunerStatus> tuners;
    std::vector<state::GovernorStatus> providers = {}; ///< that were asked for lists
    WallTime now{};
    std::vector<state::AccountSlots> accounts = {};     ///< whose connections are counted
    std::optional<VodMountStatus> films = {};           ///< none: this process mounts none
    std::vector<RegistrationStatus> registrations = {}; ///< in media servers
    std::vector<std::string> problems = {};             ///< what is configured and cannot work
    std::optional<state::CoordinationState> coordination = {}; ///< none: no other machines
};

/// The page at "/": where to point Plex, what the tuners do, and the channels. One self-contained
/// document without scripts.
[[nodiscard]] std::string status_page(const StatusPageFacts& facts);

} // namespace plex_tuner::engine
