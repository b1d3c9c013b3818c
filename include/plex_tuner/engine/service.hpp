// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/engine/vod_mount.hpp>
#include <plex_tuner/epg/matcher.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/lineup/lineup.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/plex/emby_server.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/session_judge.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace plex_tuner::engine {

/// One guide and where it can be had, in order of preference: the hosts of one account, for one.
struct GuideSource {
    std::vector<Location> alternatives; ///< not empty
    fetch::Limits limits = {};
    std::chrono::milliseconds max_age{0}; ///< fetched so recently it is not asked for again
    std::chrono::minutes shift{0};        ///< added to its times
    /// Set: the guide that this HDHomeRun may have or not. It knows the channels by their numbers
    /// there. No '/' at the end.
    std::string device = {};
};

/// Where the guides of the providers stand among the others.
enum class ProviderGuides { first, last, off };

/// What is added to the times of the channels whose name matches.
struct GuideShiftRule {
    std::string pattern; ///< '*' stands for any text, '?' for one character; any case
    std::chrono::minutes shift{0};
};

/// How the tuner is found and controlled besides HTTP.
struct NativeOptions {
    bool is_on = false; ///< HDHomeRun discovery and control
    std::uint16_t discovery_port = 65'001;
    std::uint16_t control_port = 65'001;
    bool ssdp = false;
};

/// A media server that the tuner sets itself up in.
struct MediaServerOptions {
    std::variant<plex::ServerOptions, plex::EmbyServerOptions> server;
    std::chrono::milliseconds guide_wait{300'000}; ///< until it has loaded the guide
};

/// How sessions in Plex that nobody watches are ended.
struct PlexReaperOptions {
    plex::ServerOptions server;
    plex::JudgeOptions judge = {};
    std::chrono::milliseconds poll{2'000}; ///< between looks at the sessions
    bool listens = true;                   ///< to Plex's events

    explicit PlexReaperOptions(plex::ServerOptions s) : server(std::move(s)) {}
};

/// The same in Jellyfin or Emby, of channels of this tuner.
struct EmbyReaperOptions {
    plex::EmbyServerOptions server;
    plex::JudgeOptions judge = {};
    std::chrono::milliseconds poll{2'000}; ///< between looks at the sessions

    explicit EmbyReaperOptions(plex::EmbyServerOptions s) : server(std::move(s)) {}
};

/// Who is asked which program a viewer uses, where what it gets depends on that.
struct ClientAdaptOptions {
    std::optional<plex::ServerOptions> server; ///< none: only the requests say
};

struct ServiceOptions {
    std::string version;
    net::HttpServerOptions http;
    /// How clients reach us; empty: each client is told the host it asked for.
    std::string base_url;
    hdhr::Device device;
    NativeOptions native;
    lineup::Options lineup;
    std::string lineup_name; ///< of a lineup that is shared by tuners with a shard each
    gateway::Options gateway;
    fetch::ClientOptions fetch;
    fetch::Limits guide_limits;
    IndexOptions index; ///< of its accounts the catalog is made; none: of the one on disk
    std::vector<GuideSource> guides; ///< beside those of the providers
    ProviderGuides provider_guides = ProviderGuides::first;
    std::vector<GuideSource> device_guides; ///< of accounts that are an HDHomeRun
    /// Those of the providers where no playlist names any.
    std::vector<GuideSource> fallback_guides;
    /// Channels without a guide that panels are asked for at a refresh, one by one; 0: none.
    std::size_t short_guide_channels = 0;
    guide::GuideOptions guide;           ///< without what only the running program knows
    std::filesystem::path guide_aliases; ///< a file of names and guide ids; empty: none
    epg::MatchOptions guide_matching;
    std::chrono::minutes guide_shift{0};
    std::vector<GuideShiftRule> guide_shift_rules; ///< the first that matches counts
    std::chrono::seconds refresh{0};               ///< 0: only at start and on SIGHUP
    bool skip_first_index = false; ///< start from the catalog on disk, fetch at the first refresh
    std::vector<MediaServerOptions> media_servers; ///< that it sets itself up in
    /// Between two looks at whether it still is as wanted there; 0: none but after changes of the
    /// lineup.
    std::chrono::milliseconds registration_check{300'000};
    bool register_only = false; ///< the service ends when that is done, or has failed
    std::optional<PlexReaperOptions> plex_reaper = std::nullopt;
    std::vector<EmbyReaperOptions> emby_reapers;
    std::optional<ClientAdaptOptions> client_adapt = std::nullopt; ///< none: it does not depend
    /// Files in which the user says of single channels what is transcoded, and into what; empty:
    /// none. Read at the start and with each refresh.
    std::filesystem::path transcode_overrides;
    std::filesystem::path profile_overrides;
    bool demo = false; ///< playlists and guides come from the demo provider
};

/// Called on any thread while the service runs.
using FilmStatus = std::function<VodMountStatus()>;

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

    /// Before run(): `films` says what the mount beside it does, for metrics and the page.
    virtual void show_films(FilmStatus films) = 0;

    /// Serves until SIGTERM or SIGINT, then stops in order within 5 s. SIGHUP refreshes. An error
    /// is that of a registration that was all it was to do.
    [[nodiscard]] virtual Result<void> run() = 0;
};

} // namespace plex_tuner::engine
