// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_server.hpp>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace plex_tuner::engine {

/// One guide and where it can be had, in order of preference: the hosts of one account, for one.
struct GuideSource {
    std::vector<Location> alternatives; ///< not empty
};

struct ServiceOptions {
    std::string version;
    net::HttpServerOptions http;
    /// How clients reach us; empty: each client is told the host it asked for.
    std::string base_url;
    hdhr::Device device;
    lineup::Options lineup;
    std::string lineup_name; ///< of a lineup that is shared by tuners with a shard each
    gateway::Options gateway;
    fetch::ClientOptions fetch;
    fetch::Limits guide_limits;
    IndexOptions index; ///< of its accounts the catalog is made; none: of the one on disk
    /// Guide sources; empty: what the playlist names, else `fallback_guides`.
    std::vector<GuideSource> guides;
    std::vector<GuideSource> fallback_guides;
    std::chrono::seconds refresh{0}; ///< 0: only at start and on SIGHUP
    bool skip_first_index = false;   ///< start from the catalog on disk, fetch at the first refresh
    bool demo = false;               ///< playlists and guides come from the demo provider
};

/// The running program: one tuner. Listens first, with the catalog and guide of the last run, and
/// refreshes behind it; a provider that fails never stops it.
class Service {
public:
    /// Binds the port and prepares the state directory; the error says what to change.
    [[nodiscard]] static Result<std::unique_ptr<Service>> create(
        ServiceOptions options, log::Logger logger);
    virtual ~Service() = default;

    /// The port that was bound (of interest when 0 was asked for).
    [[nodiscard]] virtual std::uint16_t port() const noexcept = 0;

    /// Serves until SIGTERM or SIGINT, then stops in order within 5 s. SIGHUP refreshes.
    virtual void run() = 0;
};

} // namespace plex_tuner::engine
