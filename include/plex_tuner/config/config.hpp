// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/secret.hpp>
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/log/stderr_sink.hpp>

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace plex_tuner::config {

/// Where a playlist or guide comes from: http(s), or a file.
using Location = std::variant<Url, std::filesystem::path>;

using Milliseconds = std::chrono::milliseconds;

/// One subscription.
struct AccountSettings {
    std::optional<Location> m3u;
    std::optional<Url> hdhomerun; ///< a device whose channels are taken
    std::optional<Url> base_url;
    std::vector<Url> base_urls; ///< when not empty, base_url does not count
    std::string user;
    Secret password;
    int max_connections = 0; ///< streams at once; 0: what the provider says
    std::string tag;         ///< names the account in the catalog and in the log; may be empty

    /// User and password are both there.
    [[nodiscard]] bool has_account() const noexcept { return !user.empty() && !password.empty(); }

    /// The base URLs that count, as given.
    [[nodiscard]] std::vector<Url> bases() const;

    /// There is something to fetch: a playlist, a device, or an account with a host.
    [[nodiscard]] bool is_usable() const;
};

/// What is asked of all providers alike.
struct ProviderSettings {
    std::filesystem::path subscription_file; ///< empty: none
    bool live_only = false;
    bool live_epg_only = false;              ///< only channels that name a guide id
    std::vector<std::string> vod_categories; ///< prefixes of category names; empty: all
    int max_shrink = 40; ///< percent of channels, films or series a refresh may lose
    int concurrency = 2; ///< requests of one account to one host at once, all processes
    int requests_per_second = 10;
};

/// What the streams of a new catalog are asked before it is taken.
struct StreamCheckSettings {
    bool reject_cloudflare = false;
    int sample = 0; ///< streams of each host looked at for a front; 0: none
    bool smoketest = false;
    Milliseconds timeout{};
    int concurrency = 0;
    int max_channels = 0; ///< 0: all
    Milliseconds max_duration{};
    std::filesystem::path cache_file; ///< empty: among what is shared
    Milliseconds cache_ttl{};
};

/// A guide beside those of the providers.
struct GuideSourceSettings {
    std::optional<Location> xmltv;
    Milliseconds timeout{45'000};
    Milliseconds cache_ttl{0}; ///< 0: asked for at each refresh
    std::chrono::minutes shift{0};
};

/// "*+1=1": a glob pattern for names of channels, and what is added to their times.
struct ShiftRule {
    std::string pattern;
    std::chrono::minutes shift{0};
    friend bool operator==(const ShiftRule&, const ShiftRule&) = default;
};

enum class ProviderGuides { first, last, off };
enum class TitleFallback { none, channel };

struct PlexRepairSettings {
    bool sub_titles = false;
    bool descriptions = false;
    bool categories = false;
    bool episodes = false;
    bool is_new = false;
    friend bool operator==(const PlexRepairSettings&, const PlexRepairSettings&) = default;
};

struct GuideSettings {
    ProviderGuides provider = ProviderGuides::first;
    int short_guide_channels = 200; ///< asked for at a refresh; 0: none
    std::chrono::minutes shift{0};
    std::vector<ShiftRule> channel_shifts;
    std::filesystem::path aliases_file; ///< empty: none
    bool match_scored = false;
    int days = 14;
    bool fill_gaps = true;
    bool read_once = false; ///< by the processes that share a directory, for all of them
    std::vector<std::string> preferred_languages;
    bool prefer_latin = false;
    TitleFallback non_latin_title = TitleFallback::none;
    PlexRepairSettings plex_repairs;
};

struct CatalogSettings {
    std::filesystem::path file;
    std::filesystem::path state_directory;
    std::filesystem::path shared_directory; ///< of all processes on this machine
    Secret coordination; ///< redis://…, where machines that share accounts meet; empty: nowhere
    std::optional<int>
        coordination_share;        ///< connections of an account while alone; empty: worked out
    Milliseconds shared_max_age{}; ///< what another process fetched so recently is not asked again
    Milliseconds refresh{};        ///< 0: only at start and on SIGHUP
    bool skip_index = false;
    bool skip_health = false;
};

struct ServerSettings {
    std::string listen;        ///< ":port", "host:port" or "[ipv6]:port"; port 0 takes a free one
    std::string second_listen; ///< likewise; empty: nowhere else
    std::string base_url;      ///< without trailing '/'; empty: derived from each request
    std::size_t max_connections = 0;
};

/// Of the process that runs several tuners.
struct SupervisorSettings {
    std::string listen; ///< of its own page; "off": nowhere
};

struct TunerSettings {
    int count = 0;
    std::string device_id;     ///< empty: the program makes one
    std::string friendly_name; ///< never empty after load
    // Empty: what the tuner module advertises by itself.
    std::string manufacturer;
    std::string model_number;
    std::string firmware_name;
    std::string firmware_version;
    std::string device_auth;
    bool scan_possible = true;
    bool native = true; ///< HDHomeRun discovery and control
    std::uint16_t discover_port = 0;
    std::uint16_t control_port = 0;
    bool ssdp_disabled = false;
};

/// Films and series as files.
struct VodfsSettings {
    std::filesystem::path mount_point; ///< empty: none
    std::filesystem::path cache;
    std::size_t cache_bytes = 0;
    std::size_t cache_min_free = 0;
    bool allow_other = false;
    std::string name_prefix; ///< without the blank behind it; empty: none
    int size_rate = 0;       ///< files a minute whose size is asked for beforehand; 0: none
};

enum class Mode { standard, easy, full };

/// Whether a tuner sets itself up in Plex, and how.
enum class PlexRegistration { off, api };
enum class LineupShape { none, na_en };
enum class RegionProfile { none, ca_west, ca_prairies };

/// "3/13": the third of thirteen tuners that share a lineup.
struct ShardSetting {
    int index = 1;
    int count = 1;
    friend bool operator==(const ShardSetting&, const ShardSetting&) = default;
};

struct LineupSettings {
    /// Most channels a Plex DVR set up by hand takes.
    static constexpr int kEasyMaxChannels = 479;
    static constexpr int kDefaultMaxChannels = 480;
    static constexpr int kNoCap = -1;

    Mode mode = Mode::standard;
    int max_channels = kDefaultMaxChannels; ///< as configured; kNoCap, else at least 1
    int guide_number_offset = 0;
    bool epg_only = false; ///< only channels with a guide id
    bool drop_music = false;
    std::vector<std::string> languages;
    std::string exclude_pattern;
    std::vector<std::string> categories;
    std::filesystem::path rules_file;    ///< empty: none
    std::filesystem::path channels_file; ///< empty: none
    LineupShape shape = LineupShape::none;
    RegionProfile region = RegionProfile::none;
    int skip = 0;
    int take = 0; ///< 0: all
    std::optional<ShardSetting> shard;
    std::string name; ///< of a lineup that is shared; empty: made of its categories

    /// The cap with the mode applied: kNoCap or at least 1.
    [[nodiscard]] int effective_max_channels() const noexcept;
};

/// What viewers are sent while they wait for the first picture of a channel.
enum class StartKeepAlive { off, null, psi };

struct StreamSettings {
    Milliseconds linger{};           ///< upstream kept after the last viewer left
    Milliseconds start_timeout{};    ///< from the request to the first bytes of the channel
    Milliseconds recovery_timeout{}; ///< without media for longer viewers are let go
    StartKeepAlive start_keep_alive = StartKeepAlive::off; ///< the switches below are in it
    bool null_keep_alive = false;
    int null_keep_alive_ms = 0;      ///< between two times
    int null_keep_alive_packets = 0; ///< each time
    bool program_keep_alive = false;
    int program_keep_alive_ms = 0;
    std::string transcode; ///< off, on, auto, auto_cached, or another word for one of them
    std::string profile;   ///< where nothing else names one; empty: see plex_safe
    bool plex_safe = false;
    std::filesystem::path transcode_overrides; ///< of single channels; empty: none
    std::filesystem::path profile_overrides;
    std::filesystem::path profiles_file; ///< of the user; empty: none
    int transcode_start_timeout_ms = 0;  ///< from its first input to its first picture
    std::string ffmpeg_path;           ///< transcodes in place of our own worker; empty: ours does
    bool client_adapt = false;         ///< by what is known of who asks
    bool bootstrap = false;            ///< a clip before each transcode
    Milliseconds bootstrap_length{};   ///< of it
    std::vector<std::uint64_t> slates; ///< hashes of pictures that stand for a missing channel
    Milliseconds write_deadline{};     ///< a viewer that takes nothing for so long is dropped
    std::size_t ring_bytes = 0;        ///< per channel
    std::string multicast_interface;   ///< name or address; empty: where the routes lead
    std::size_t debug_tee_bytes = 0;   ///< of each connection copied to a file; 0: none
    std::filesystem::path debug_tee_directory;
    int debug_tee_files = 0;
};

/// The Plex Media Server that the tuners are set up in.
struct PlexSettings {
    std::optional<Url> url; ///< with port and path prefix; none: no server is configured
    Secret token;
    Milliseconds timeout{};    ///< of one request
    Milliseconds guide_wait{}; ///< for all guides together to be loaded
    PlexRegistration registration = PlexRegistration::off;
    bool vod_scan = true;           ///< tell it of what changed in a mount
    std::string vod_path;           ///< of the mount as it sees it; empty: as here
    std::vector<std::string> owned; ///< patterns of device ids and URIs; empty: nothing is deleted
};

/// A Jellyfin or Emby server that the tuners are set up in.
struct EmbySettings {
    std::optional<Url> url; ///< with port and path prefix; none: no server is configured
    Secret token;           ///< an API key of an administrator
    bool registration = false;
    bool reaper = false; ///< end what nobody watches there
};

struct RegistrationSettings {
    Milliseconds check_interval{}; ///< between looks at what was registered; 0: none
};

/// Ending Live TV in Plex that nobody watches; a limit of 0 is none.
struct ReaperSettings {
    bool is_on = false;
    Milliseconds poll{};        ///< between looks at the sessions
    Milliseconds idle{};        ///< no sign of the client, and no tuner sends for it
    Milliseconds renew_lease{}; ///< no sign of the client
    Milliseconds pause{};       ///< the same of a client that paused
    Milliseconds hard_lease{};  ///< of a client that does not play
    bool events = true;
    std::string machine_id; ///< only of this client; empty: of all
    std::string player_ip;
};

struct FetchSettings {
    std::string user_agent; ///< never empty after load
    Milliseconds connect_timeout{};
    Milliseconds first_byte_timeout{};
    Milliseconds stall_timeout{};
    std::filesystem::path ca_bundle; ///< empty: the system's
};

struct LogSettings {
    log::Level level = log::Level::info;
    log::Format format = log::Format::text;
};

/// Everything the user can set, typed and within its range. Made once by load() (loader.hpp) and
/// const from then on; what each field means is in the field table and in
/// docs/reference/configuration.md, which is generated from it.
struct Config {
    /// Highest number a further account or guide may have.
    static constexpr int kMaxAccounts = 99;

    AccountSettings account;
    /// PROVIDER_URL_2 and so on, by that number (2 to kMaxAccounts).
    std::map<int, AccountSettings> further_accounts;
    ProviderSettings provider;
    StreamCheckSettings stream_check;
    GuideSourceSettings guide_source;
    /// XMLTV_URL_2 and so on, by that number.
    std::map<int, GuideSourceSettings> further_guides;
    GuideSettings guide;
    CatalogSettings catalog;
    VodfsSettings vodfs;
    ServerSettings server;
    SupervisorSettings supervisor;
    TunerSettings tuner;
    LineupSettings lineup;
    StreamSettings stream;
    PlexSettings plex;
    EmbySettings jellyfin;
    EmbySettings emby;
    RegistrationSettings registration;
    ReaperSettings reaper;
    FetchSettings fetch;
    LogSettings log;

    /// The accounts that can be used, in the order of their numbers.
    [[nodiscard]] std::vector<AccountSettings> accounts() const;
    /// The guides beside those of the providers, in the order of their numbers.
    [[nodiscard]] std::vector<GuideSourceSettings> guide_sources() const;

    /// Every value that must never be shown: passwords and tokens, also those inside the
    /// configured URLs (as given and percent-decoded). For log::SinkOptions::secrets. Account names
    /// are not among them: they are ordinary words too often.
    [[nodiscard]] std::vector<Secret> secrets() const;
};

} // namespace plex_tuner::config
