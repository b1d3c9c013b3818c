// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "emby_reaper.hpp"
#include "media_server_registration.hpp"
#include "plex_reaper.hpp"
#include "publication.hpp"
#include "refresher.hpp"

#include <plex_tuner/engine/vod_mount.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/state/slot_ledger.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

struct MetricDescription {
    std::string_view name;
    std::string_view type; ///< counter or gauge
    std::string_view help;
};

struct MetricsFacts {
    const Snapshot& snapshot;
    const RefreshCounters& refresh;
    const net::HttpServerCounters& http;
    gateway::Counters gateway;
    std::size_t tuners_in_use = 0;
    int tuner_count = 0;
    std::string_view version;
    WallTime started;
    std::vector<state::GovernorStatus> providers = {}; ///< that were asked for lists
    WallTime now{};
    std::vector<state::AccountSlots> accounts = {}; ///< whose connections are counted
    std::vector<gateway::TunerStatus> tuners = {};
    std::optional<VodMountStatus> films = {};           ///< none: this process mounts none
    std::vector<RegistrationStatus> registrations = {}; ///< in media servers
    std::optional<PlexReaperStatus> plex_reaper = {};   ///< none: it does not end sessions
    std::vector<EmbyReaperStatus> emby_reapers = {};
    std::optional<state::CoordinationState> coordination = {}; ///< none: no other machines
};

/// Every metric of /metrics, in order; those of providers have one line a provider, with the label
/// provider="host:port#account", those of connections one an account, with the label account="…";
/// the account is a hash; those of streams one an open tuner, with the label tuner="0"; those of
/// films are there where this process mounts them, those of media servers one for each that it sets
/// itself up in, those of the reaper where it ends sessions in Plex. In order: the table the page
/// and docs/reference/metrics.md are made of.
[[nodiscard]] std::span<const MetricDescription> metric_descriptions();

/// Prometheus text exposition format 0.0.4.
[[nodiscard]] std::string metrics_text(const MetricsFacts& facts);

} // namespace plex_tuner::engine
