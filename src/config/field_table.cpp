// SPDX-License-Identifier: GPL-3.0-or-later
#include "field.hpp"
#include "kinds.hpp"

#include <plex_tuner/config/loader.hpp>

#include <algorithm>
#include <charconv>
#include <type_traits>

namespace plex_tuner::config {
namespace {

constexpr std::array<std::pair<std::string_view, Mode>, 3> kModes = {
    {{"", Mode::standard}, {"easy", Mode::easy}, {"full", Mode::full}}};
constexpr std::array<std::pair<std::string_view, PlexRegistration>, 3> kPlexRegistrations = {
    {{"", PlexRegistration::off}, {"off", PlexRegistration::off}, {"api", PlexRegistration::api}}};
constexpr std::array<std::pair<std::string_view, LineupShape>, 4> kShapes = {
    {{"", LineupShape::none}, {"off", LineupShape::none}, {"none", LineupShape::none},
        {"na_en", LineupShape::na_en}}};
constexpr std::array<std::pair<std::string_view, RegionProfile>, 5> kRegions = {
    {{"", RegionProfile::none}, {"off", RegionProfile::none}, {"none", RegionProfile::none},
        {"ca_west", RegionProfile::ca_west}, {"ca_prairies", RegionProfile::ca_prairies}}};
constexpr std::array<std::pair<std::string_view, ProviderGuides>, 3> kProviderGuides = {
    {{"first", ProviderGuides::first}, {"last", ProviderGuides::last},
        {"off", ProviderGuides::off}}};
constexpr std::array<std::pair<std::string_view, TitleFallback>, 2> kTitleFallbacks = {
    {{"", TitleFallback::none}, {"channel", TitleFallback::channel}}};
constexpr std::array<std::pair<std::string_view, StartKeepAlive>, 3> kStartKeepAlives = {
    {{"off", StartKeepAlive::off}, {"null", StartKeepAlive::null}, {"psi", StartKeepAlive::psi}}};
constexpr std::array<std::pair<std::string_view, log::Level>, 4> kLevels = {
    {{"debug", log::Level::debug}, {"info", log::Level::info}, {"warn", log::Level::warn},
        {"error", log::Level::error}}};
constexpr std::array<std::pair<std::string_view, log::Format>, 2> kFormats = {
    {{"text", log::Format::text}, {"json", log::Format::json}}};

constexpr std::int64_t kSecondMs = 1'000;
constexpr std::int64_t kHourMs = 3'600'000;

/// A limit that must exist: never zero.
using TimeoutKind = DurationKind<100, kHourMs, false>;
using LingerKind = DurationKind<1, kHourMs, true>;
using GuideWaitKind = DurationKind<1, kHourMs, true>;
using RegistrationCheckKind = DurationKind<kSecondMs, 24 * kHourMs, true>;
using ReaperPollKind = SecondsKind<100, 20 * kSecondMs, false>;
using BootstrapKind = SecondsKind<100, 5 * kSecondMs, false>;
using LeaseKind = SecondsKind<100, 7 * 24 * kHourMs, true>;
using RefreshKind = DurationKind<kSecondMs, 30 * 24 * kHourMs, true>;
using SharedAgeKind = DurationKind<kSecondMs, 24 * kHourMs, true>;
using TeeBytesKind = ByteSizeKind<0, 1ULL << 40>;
using VodCacheKind = ByteSizeKind<0, 1ULL << 50>;
using FreeSpaceKind = ByteSizeKind<0, 1ULL << 50>;
using RingKind = ByteSizeKind<1ULL << 20, 1ULL << 30>;

struct Text {
    std::string_view name;
    std::string_view flag;
    std::string_view default_text;
    std::string_view default_note;
    std::string_view doc;
};

/// Where the further ones of a section are: null for a section of which there is one.
template <auto Section>
[[nodiscard]] constexpr auto further_of() {
    using Settings = decltype(Section);
    if constexpr (std::is_same_v<Settings, AccountSettings Config::*>) {
        return &Config::further_accounts;
    } else if constexpr (std::is_same_v<Settings, GuideSourceSettings Config::*>) {
        return &Config::further_guides;
    } else {
        return nullptr;
    }
}

/// Settings of what is served, which `index` and `probe` have no use for.
[[nodiscard]] constexpr bool is_of_service(Group group) {
    return group == Group::refresh || group == Group::server || group == Group::tuner ||
           group == Group::lineup || group == Group::guide || group == Group::stream ||
           group == Group::registration || group == Group::plex_reaper;
}

[[nodiscard]] constexpr unsigned commands_of(Group group) {
    if (group == Group::log) {
        return kEveryCommand | kSupervise;
    }
    if (group == Group::vodfs) {
        return kMount | kDoctor | kServices;
    }
    if (group == Group::plex) {
        return kPlex | kDoctor | kConfigCommand;
    }
    if (!is_of_service(group)) {
        return kEveryCommand;
    }
    return kServices | (group == Group::lineup ? kLineup : 0U);
}

/// The part of a field that is about further ones.
template <class Kind, auto Section, auto Member>
constexpr void add_further(Field& field) {
    constexpr auto kFurther = further_of<Section>();
    if constexpr (!std::is_null_pointer_v<decltype(kFurther)>) {
        field.assign_numbered = [](Config& config, int number, std::string_view value_text) {
            auto value = Kind::parse(value_text);
            if (!value) {
                return false;
            }
            (config.*kFurther)[number].*Member = *std::move(value);
            return true;
        };
        field.show_numbered = [](const Config& config, int number) {
            return Kind::show((config.*kFurther).at(number).*Member);
        };
        field.numbers = [](const Config& config) {
            std::vector<int> numbers;
            for (const auto& [number, settings] : config.*kFurther) {
                numbers.push_back(number);
            }
            return numbers;
        };
    }
}

/// A row: Kind parses the text, Section and Member say where the value goes.
template <class Kind, auto Section, auto Member>
[[nodiscard]] constexpr Field row(Group group, const Text& text) {
    Field field{.group = group,
        .name = text.name,
        .flag = text.flag,
        .commands = text.flag.empty() ? 0U : commands_of(group),
        .default_text = text.default_text,
        .default_note = text.default_note,
        .doc = text.doc,
        .is_switch = Kind::kIsSwitch,
        .accepts = &Kind::accepts,
        .assign =
            [](Config& config, std::string_view value_text) {
                auto value = Kind::parse(value_text);
                if (!value) {
                    return false;
                }
                config.*Section.*Member = *std::move(value);
                return true;
            },
        .show = [](const Config& config) { return Kind::show(config.*Section.*Member); },
        .show_rejected = &Kind::show_rejected};
    add_further<Kind, Section, Member>(field);
    return field;
}

using C = Config;

// clang-format off: one field per paragraph reads better than what fits a line.
constexpr std::array kFields = {
    row<LocationKind, &C::account, &AccountSettings::m3u>(Group::account,
        {"M3U_URL", "m3u", "", "none",
         "The playlist. Wins over the PROVIDER_ variables where only live channels are wanted."}),
    row<HttpUrlKind, &C::account, &AccountSettings::hdhomerun>(Group::account,
        {"HDHOMERUN_URL", "", "", "none",
         "Base URL of an HDHomeRun, or of a program that is one, whose channels are taken: `http://192.168.1.20`. Where it is set, the playlist and panel of the same account are not asked."}),
    row<HttpUrlKind, &C::account, &AccountSettings::base_url>(Group::account,
        {"PROVIDER_URL", "", "", "none",
         "Base URL of an Xtream panel. A pasted /get.php?... is cut off."}),
    row<HttpUrlListKind, &C::account, &AccountSettings::base_urls>(Group::account,
        {"PROVIDER_URLS", "", "", "none",
         "Several base URLs of the same account, used in the order of their health. Wins over PROVIDER_URL."}),
    row<TextKind, &C::account, &AccountSettings::user>(Group::account,
        {"PROVIDER_USER", "", "", "none", "User name at the provider."}),
    row<SecretKind, &C::account, &AccountSettings::password>(Group::account,
        {"PROVIDER_PASS", "", "", "none", "Password at the provider."}),
    row<IntegerKind<int, 0, 10'000>, &C::account, &AccountSettings::max_connections>(Group::account,
        {"PROVIDER_MAX_CONNECTIONS", "", "0", "what the provider says",
         "Streams this account may have open at once, over all processes of the machine, or of all machines that share COORDINATION."}),
    row<TextKind, &C::account, &AccountSettings::tag>(Group::account,
        {"PROVIDER_TAG", "", "", "none; `provider2` and so on for further accounts",
         "Names the account in the catalog and the log."}),

    row<PathKind, &C::provider, &ProviderSettings::subscription_file>(Group::provider,
        {"SUBSCRIPTION_FILE", "", "", "the last `~/Documents/iptv.subscription.*.txt`",
         "A text file with `Username:` and `Password:` lines, read when PROVIDER_USER or PROVIDER_PASS is not set."}),
    row<BooleanKind, &C::provider, &ProviderSettings::live_only>(Group::provider,
        {"LIVE_ONLY", "", "false", "", "Leave out films and series."}),
    row<BooleanKind, &C::provider, &ProviderSettings::live_epg_only>(Group::provider,
        {"LIVE_EPG_ONLY", "", "false", "", "Keep only channels that name a guide id (tvg-id)."}),
    row<PrefixListKind, &C::provider, &ProviderSettings::vod_categories>(Group::vod,
        {"VOD_CATEGORY_FILTER", "", "", "all",
         "Keep only films and series whose category at the provider begins with one of these, in any case."}),
    row<PathKind, &C::vodfs, &VodfsSettings::mount_point>(Group::vodfs,
        {"MOUNT", "mount", "", "none",
         "Where films and series are shown as files: by `plex-tuner mount`, and by `run` and `serve` beside the tuner."}),
    row<PathKind, &C::vodfs, &VodfsSettings::cache>(Group::vodfs,
        {"CACHE", "cache", "/var/cache/plextuner", "",
         "What was read of them is kept below it (in `vod`), for one mount. Deleting it costs time, nothing else."}),
    row<VodCacheKind, &C::vodfs, &VodfsSettings::cache_bytes>(Group::vodfs,
        {"CACHE_MAX", "", "50GiB", "",
         "At most so much is kept there; what was not read for the longest time goes first, what is open stays."}),
    row<FreeSpaceKind, &C::vodfs, &VodfsSettings::cache_min_free>(Group::vodfs,
        {"CACHE_MIN_FREE", "", "2GiB", "", "So much of the disk is left free."}),
    row<BooleanKind, &C::vodfs, &VodfsSettings::allow_other>(Group::vodfs,
        {"VODFS_ALLOW_OTHER", "allow-other", "false", "",
         "Other users than the one who mounts may read, such as the media server's. Not as root it needs the line `user_allow_other` in /etc/fuse.conf."}),
    row<NamePrefixKind, &C::vodfs, &VodfsSettings::name_prefix>(Group::vodfs,
        {"VODFS_NAME_PREFIX", "", "Live:", "",
         "Stands before the names of films and series, with a blank behind it; `none`: nothing does."}),
    row<IntegerKind<int, 0, 600>, &C::vodfs, &VodfsSettings::size_rate>(Group::vodfs,
        {"VODFS_SIZE_RATE", "", "0", "",
         "So many files a minute are asked for their size before anybody opens them, one at a time, while no connection of their account is in use and the provider is content; 0: none."}),

    row<IntegerKind<int, 0, 100>, &C::provider, &ProviderSettings::max_shrink>(Group::provider,
        {"MAX_SHRINK", "", "40", "",
         "A refresh that would lose more than this share of the channels, films or series, in percent, is held back; 100 lets all pass. See `index -accept-shrink`."}),
    row<IntegerKind<int, 1, 64>, &C::provider, &ProviderSettings::concurrency>(Group::provider,
        {"PROVIDER_CONCURRENCY", "", "2", "",
         "Requests for lists that one account sends to one host at once, over all processes of the machine (of all machines, with COORDINATION)."}),
    row<IntegerKind<int, 1, 1'000>, &C::provider, &ProviderSettings::requests_per_second>(Group::provider,
        {"PROVIDER_RATE", "", "10", "",
         "Requests for lists per second that one account sends to one host, over all processes of the machine (of all machines, with COORDINATION)."}),

    row<BooleanKind, &C::stream_check, &StreamCheckSettings::reject_cloudflare>(Group::provider,
        {"FETCH_CF_REJECT", "", "false", "",
         "Leave out sources whose host answers through Cloudflare. A channel stays while it has another; "
         "a refresh in which none would stay fails. When false there is a warning in the log."}),
    row<IntegerKind<int, 0, 1'000>, &C::stream_check, &StreamCheckSettings::sample>(Group::provider,
        {"FETCH_STREAM_SAMPLE_SIZE", "", "5", "",
         "Streams of each host, evenly from first to last, that are asked (HEAD) for signs of Cloudflare; 0: none."}),
    row<BooleanKind, &C::stream_check, &StreamCheckSettings::smoketest>(Group::provider,
        {"SMOKETEST_ENABLED", "", "false", "",
         "Open the streams of a new catalog and leave out channels that are dead: not found, no media, "
         "no connection. Refusals (403, 429, 458) and time-outs prove nothing."}),
    row<TimeoutKind, &C::stream_check, &StreamCheckSettings::timeout>(Group::provider,
        {"SMOKETEST_TIMEOUT", "", "8s", "", "Time for one stream."}),
    row<IntegerKind<int, 0, 64>, &C::stream_check, &StreamCheckSettings::concurrency>(Group::provider,
        {"SMOKETEST_CONCURRENCY", "", "10", "",
         "Streams tested at once; PROVIDER_CONCURRENCY for each host and the connections of the account hold besides. 0 means 10."}),
    row<IntegerKind<int, 0, 1'000'000>, &C::stream_check, &StreamCheckSettings::max_channels>(Group::provider,
        {"SMOKETEST_MAX_CHANNELS", "", "0", "",
         "Channels tested in one run, those first that were not tested for the longest time; 0: all. Untested ones stay."}),
    row<DurationKind<0, 24 * kHourMs, true>, &C::stream_check, &StreamCheckSettings::max_duration>(Group::provider,
        {"SMOKETEST_MAX_DURATION", "", "5m", "",
         "Time for one run; channels that are not tested by then stay. 0 means 5m."}),
    row<PathKind, &C::stream_check, &StreamCheckSettings::cache_file>(Group::provider,
        {"SMOKETEST_CACHE_FILE", "", "", "`smoketest.json` in SHARED_DIR",
         "Where the verdicts are kept, so that a stream is not tested again by each process and each refresh."}),
    row<DurationKind<kSecondMs, 30 * 24 * kHourMs, true>, &C::stream_check, &StreamCheckSettings::cache_ttl>(Group::provider,
        {"SMOKETEST_CACHE_TTL", "", "4h", "", "How long a verdict holds; 0: for one run."}),

    row<LocationKind, &C::guide_source, &GuideSourceSettings::xmltv>(Group::guide_source,
        {"XMLTV_URL", "", "", "none",
         "A guide beside those of the providers: plain, .gz or .xz."}),
    row<TimeoutKind, &C::guide_source, &GuideSourceSettings::timeout>(Group::guide_source,
        {"XMLTV_TIMEOUT", "", "45s", "",
         "How long the guide's server may take to answer, and then to send the next bytes. The first one's holds for the guides of the providers, too."}),
    row<RefreshKind, &C::guide_source, &GuideSourceSettings::cache_ttl>(Group::guide_source,
        {"XMLTV_CACHE_TTL", "", "0", "",
         "A guide that was fetched so recently is not asked for again at a refresh; 0: it is."}),
    row<HourShiftKind, &C::guide_source, &GuideSourceSettings::shift>(Group::guide_source,
        {"XMLTV_SHIFT", "", "0", "",
         "Hours added to the times of this guide, for one that is off."}),

    row<EnumKind<ProviderGuides, kProviderGuides>, &C::guide, &GuideSettings::provider>(Group::guide,
        {"XMLTV_PROVIDER", "", "first", "",
         "The guides that playlists name and panels have: before the others, behind them, or not used. Later guides fill what earlier ones leave open."}),
    row<IntegerKind<int, 0, 100'000>, &C::guide, &GuideSettings::short_guide_channels>(Group::guide,
        {"GUIDE_SHORT_EPG", "", "200", "",
         "So many channels that no guide has are asked for at the Xtream panel at each refresh, one request for each (get_short_epg), those that were never asked for first; 0: none. XMLTV_PROVIDER=off turns it off as well."}),
    row<PathKind, &C::guide, &GuideSettings::aliases_file>(Group::guide,
        {"XMLTV_ALIASES", "", "", "none",
         "A file of channel names and the guide ids that are meant, as `plex-tuner epg-link-report -suggest-out` makes it; read at each refresh."}),
    row<BooleanKind, &C::guide, &GuideSettings::match_scored>(Group::guide,
        {"XMLTV_MATCH_SCORED", "", "false", "",
         "Also use guide ids that are only likely to be meant. Ids, aliases and names that are the same are used without this; see `plex-tuner epg-link-report`."}),
    row<HourShiftKind, &C::guide, &GuideSettings::shift>(Group::guide,
        {"GUIDE_SHIFT", "", "0", "", "Hours added to the times of all guides."}),
    row<ShiftRulesKind, &C::guide, &GuideSettings::channel_shifts>(Group::guide,
        {"GUIDE_SHIFT_CHANNELS", "", "", "none",
         "Hours added for channels by name: `*+1=1, *West=3`. The first pattern that matches counts, in any case; the tvg-shift of a playlist is added."}),
    row<IntegerKind<int, 1, 60>, &C::guide, &GuideSettings::days>(Group::guide,
        {"GUIDE_DAYS", "", "14", "", "Days of programmes that the guide holds."}),
    row<BooleanKind, &C::guide, &GuideSettings::fill_gaps>(Group::guide,
        {"GUIDE_FILL_GAPS", "", "true", "",
         "Fill gaps between programmes with the name of the channel, and stretch programmes over pauses of less than five minutes."}),
    row<BooleanKind, &C::guide, &GuideSettings::read_once>(Group::guide,
        {"GUIDE_READ_ONCE", "", "false", "",
         "Each guide is read once for all processes that have this set and share SHARED_DIR, where it is kept sorted by channel (as large as the guide, decompressed). Saves work where several tuners serve parts of one lineup; `supervise` sets it for its children."}),
    row<NameListKind, &C::guide, &GuideSettings::preferred_languages>(Group::guide,
        {"XMLTV_PREFER_LANGS", "", "", "all are kept",
         "Of a title, sub-title or description in several languages, keep the first of these that is there: en, de."}),
    row<BooleanKind, &C::guide, &GuideSettings::prefer_latin>(Group::guide,
        {"XMLTV_PREFER_LATIN", "", "false", "",
         "Of a text in several languages keep the first that is in Latin letters, where none of XMLTV_PREFER_LANGS is there."}),
    row<EnumKind<TitleFallback, kTitleFallbacks>, &C::guide, &GuideSettings::non_latin_title>(Group::guide,
        {"XMLTV_NON_LATIN_TITLE_FALLBACK", "", "", "none",
         "channel: a title that is mostly not in Latin letters is replaced by the name of the channel."}),
    row<PlexRepairsKind, &C::guide, &GuideSettings::plex_repairs>(Group::guide,
        {"GUIDE_PLEX_REPAIRS", "", "", "none",
         "What is mended for Plex: sub-titles (into the title where Plex drops them), descriptions (one for each airing), categories (in the words Plex knows), episodes (numbers in both systems), new (or shown before, by the date)."}),

    row<RequiredPathKind, &C::catalog, &CatalogSettings::file>(Group::catalog,
        {"CATALOG", "catalog", "./catalog.json", "",
         "The catalog, written at each refresh and served at the next start."}),
    row<PathKind, &C::catalog, &CatalogSettings::state_directory>(Group::catalog,
        {"STATE_DIR", "", "", "beside the catalog and named after it: `./catalog.state`",
         "Prepared guide, caches and the device id. After deleting it everything is fetched again, and "
         "clients take this for another tuner unless PLEX_TUNER_DEVICE_ID is set."}),
    row<PathKind, &C::catalog, &CatalogSettings::shared_directory>(Group::catalog,
        {"SHARED_DIR", "", "", "`/var/lib/plextuner/shared` for root, else `~/.local/state/plex-tuner/shared`",
         "What all processes on this machine share: what was fetched, and who may ask the provider when. Deleting it costs time, nothing else."}),
    row<SecretKind, &C::catalog, &CatalogSettings::coordination>(Group::catalog,
        {"COORDINATION", "", "", "none: this machine alone",
         "Where machines that use the same accounts meet, so that all of them together open no more streams than the account allows: `redis://[[user]:password@]host[:port][/database]`."}),
    row<OptionalIntegerKind<0, 10'000>, &C::catalog, &CatalogSettings::coordination_share>(Group::catalog,
        {"COORDINATION_SHARE", "", "", "what it had, and its part of what was free",
         "Streams of each account that this machine may have open while Redis does not answer."}),
    row<SharedAgeKind, &C::catalog, &CatalogSettings::shared_max_age>(Group::catalog,
        {"SHARED_MAX_AGE", "", "1m", "",
         "A list that another process fetched so recently is used without asking the provider again."}),
    row<RefreshKind, &C::catalog, &CatalogSettings::refresh>(Group::refresh,
        {"REFRESH", "refresh", "6h", "",
         "Time between refreshes of playlist and guide; 0: only at start and on SIGHUP."}),
    row<BooleanKind, &C::catalog, &CatalogSettings::skip_index>(Group::refresh,
        {"SKIP_INDEX", "skip-index", "false", "",
         "Start from the catalog on disk; the playlist is fetched at the next refresh. (The guide is fetched at once.)"}),
    row<BooleanKind, &C::catalog, &CatalogSettings::skip_health>(Group::refresh,
        {"SKIP_HEALTH", "skip-health", "false", "",
         "Read the lists of an Xtream account without asking for its state first."}),

    row<ListenAddressKind, &C::server, &ServerSettings::listen>(Group::server,
        {"ADDR", "addr", ":5004", "", "Where the HTTP server listens. Port 0 takes a free one."}),
    row<OptionalListenAddressKind, &C::server, &ServerSettings::second_listen>(Group::server,
        {"SECOND_ADDR", "", "", "nowhere else",
         "Where it listens besides. Jellyfin and other clients that search for an HDHomeRun ask at port 80, whatever the tuner announces: `:80`."}),
    row<AdvertisedUrlKind, &C::server, &ServerSettings::base_url>(Group::server,
        {"BASE_URL", "base-url", "", "the host each request was sent to",
         "How Plex reaches this tuner."}),
    row<IntegerKind<std::size_t, 1, 65'535>, &C::server, &ServerSettings::max_connections>(Group::server,
        {"HTTP_MAX_CONNECTIONS", "", "1024", "", "Connections open at once; more are refused."}),

    row<TextKind, &C::supervisor, &SupervisorSettings::listen>(Group::server,
        {"SUPERVISOR_ADDR", "", "127.0.0.1:5099", "",
         "Where `plex-tuner supervise` serves its own page, metrics and probes unless its configuration says so; `off`: nowhere."}),

    row<IntegerKind<int, 1, 255>, &C::tuner, &TunerSettings::count>(Group::tuner,
        {"TUNER_COUNT", "", "2", "",
         "Channels that may be open at once. Viewers of one channel share a tuner."}),
    row<TextKind, &C::tuner, &TunerSettings::device_id>(Group::tuner,
        {"DEVICE_ID", "device-id", "", "made by the program",
         "HDHomeRun device id: 8 hexadecimal digits with a check digit. Keep it stable."}),
    row<TextKind, &C::tuner, &TunerSettings::friendly_name>(Group::tuner,
        {"FRIENDLY_NAME", "friendly-name", "", "`HOSTNAME`, else `Plex Tuner`", "The name Plex shows."}),
    row<TextKind, &C::tuner, &TunerSettings::manufacturer>(Group::tuner,
        {"HDHR_MANUFACTURER", "", "", "built in", "Manufacturer in discover.json and device.xml."}),
    row<TextKind, &C::tuner, &TunerSettings::model_number>(Group::tuner,
        {"HDHR_MODEL_NUMBER", "", "", "built in", "ModelNumber in discover.json and device.xml."}),
    row<TextKind, &C::tuner, &TunerSettings::firmware_name>(Group::tuner,
        {"HDHR_FIRMWARE_NAME", "", "", "built in", "FirmwareName in discover.json."}),
    row<TextKind, &C::tuner, &TunerSettings::firmware_version>(Group::tuner,
        {"HDHR_FIRMWARE_VERSION", "", "", "built in", "FirmwareVersion in discover.json."}),
    row<TextKind, &C::tuner, &TunerSettings::device_auth>(Group::tuner,
        {"HDHR_DEVICE_AUTH", "", "", "built in", "DeviceAuth in discover.json."}),
    row<BooleanKind, &C::tuner, &TunerSettings::scan_possible>(Group::tuner,
        {"HDHR_SCAN_POSSIBLE", "", "true", "", "Whether lineup_status.json offers a channel scan."}),
    row<BooleanKind, &C::tuner, &TunerSettings::native>(Group::tuner,
        {"HDHR_NETWORK_MODE", "", "true", "",
         "Be found and controlled as an HDHomeRun is: discovery on UDP, control on TCP."}),
    row<IntegerKind<std::uint16_t, 1, 65'535>, &C::tuner, &TunerSettings::discover_port>(Group::tuner,
        {"HDHR_DISCOVER_PORT", "", "65001", "",
         "UDP port of the HDHomeRun discovery. Clients ask at 65001 and nowhere else."}),
    row<IntegerKind<std::uint16_t, 1, 65'535>, &C::tuner, &TunerSettings::control_port>(Group::tuner,
        {"HDHR_CONTROL_PORT", "", "65001", "",
         "TCP port of the HDHomeRun control protocol. Clients connect to 65001 and nowhere else."}),
    row<BooleanKind, &C::tuner, &TunerSettings::ssdp_disabled>(Group::tuner,
        {"SSDP_DISABLED", "", "false", "", "Do not announce the tuner by SSDP (UPnP)."}),

    row<EnumKind<Mode, kModes>, &C::lineup, &LineupSettings::mode>(Group::lineup,
        {"MODE", "mode", "", "none",
         "easy: at most 479 channels, what Plex takes when set up by hand; full: LINEUP_MAX_CHANNELS alone counts, as without a mode."}),
    row<ChannelCapKind, &C::lineup, &LineupSettings::max_channels>(Group::lineup,
        {"LINEUP_MAX_CHANNELS", "", "480", "", "Channels in the lineup; the excess is cut from the end."}),
    row<IntegerKind<int, -1'000'000, 1'000'000>, &C::lineup, &LineupSettings::guide_number_offset>(Group::lineup,
        {"GUIDE_NUMBER_OFFSET", "", "0", "", "Added to whole guide numbers."}),

    row<BooleanKind, &C::lineup, &LineupSettings::epg_only>(Group::lineup,
        {"EPG_PRUNE_UNLINKED", "", "false", "",
         "Leave out channels without a guide id (tvg-id), of lineup, guide and playlist alike."}),
    row<BooleanKind, &C::lineup, &LineupSettings::drop_music>(Group::lineup,
        {"LINEUP_DROP_MUSIC", "", "false", "", "Leave out music channels and radio, by their names."}),
    row<NameListKind, &C::lineup, &LineupSettings::languages>(Group::lineup,
        {"LINEUP_LANGUAGE", "", "", "any",
         "Keep only channels that seem to be in one of these languages, such as en, fr or german; what gives no hint is taken for English."}),
    row<TextKind, &C::lineup, &LineupSettings::exclude_pattern>(Group::lineup,
        {"LINEUP_EXCLUDE_REGEX", "", "", "none",
         "Leave out channels whose name or guide id matches this regular expression (RE2, any case)."}),
    row<NameListKind, &C::lineup, &LineupSettings::categories>(Group::lineup,
        {"LINEUP_CATEGORY", "", "", "all",
         "Keep only channels of these categories: canada, us, na, uk, europe, nordics, eusouth, eueast, latam, mena, intl, sports, movies, news, kids, music, general, canadamovies, usmovies. `plex-tuner lineup -rules` prints what they mean."}),
    row<PathKind, &C::lineup, &LineupSettings::rules_file>(Group::lineup,
        {"LINEUP_RULES_FILE", "", "", "none",
         "Your own rows for the table of categories, in the form that `plex-tuner lineup -rules` prints; they come before the built-in ones."}),
    row<PathKind, &C::lineup, &LineupSettings::channels_file>(Group::lineup,
        {"LINEUP_CHANNELS_FILE", "", "", "none",
         "A table of the channels of the lineup: which, in which order, under which numbers, names and guide ids; see docs/lineup.md. `plex-tuner import` writes one."}),
    row<EnumKind<LineupShape, kShapes>, &C::lineup, &LineupSettings::shape>(Group::lineup,
        {"LINEUP_SHAPE", "", "", "the provider's order",
         "Order of the channels before they are capped: na_en puts first what viewers in North America look for."}),
    row<EnumKind<RegionProfile, kRegions>, &C::lineup, &LineupSettings::region>(Group::lineup,
        {"LINEUP_REGION_PROFILE", "", "", "none", "Whose local stations come first in the shape na_en."}),
    row<IntegerKind<int, 0, 1'000'000>, &C::lineup, &LineupSettings::skip>(Group::lineup,
        {"LINEUP_SKIP", "", "0", "", "Channels skipped at the beginning of the lineup, after the filters."}),
    row<IntegerKind<int, 0, 1'000'000>, &C::lineup, &LineupSettings::take>(Group::lineup,
        {"LINEUP_TAKE", "", "0", "", "Channels taken after those; 0: all."}),
    row<ShardKind, &C::lineup, &LineupSettings::shard>(Group::lineup,
        {"LINEUP_SHARD", "", "", "none",
         "k/n: this tuner is the k-th of n that share one lineup, each with at most 479 channels. A channel stays on its tuner. `plex-tuner lineup -shards` says how many a lineup needs."}),
    row<TextKind, &C::lineup, &LineupSettings::name>(Group::lineup,
        {"LINEUP_NAME", "", "", "made of LINEUP_CATEGORY and GUIDE_NUMBER_OFFSET",
         "Names the lineup that tuners with LINEUP_SHARD share: those with one name and one SHARED_DIR divide it among them and give no number twice."}),

    row<LingerKind, &C::stream, &StreamSettings::linger>(Group::stream,
        {"LINGER", "", "5s", "",
         "How long a channel stays connected after its last viewer left; 0: not at all."}),
    row<TimeoutKind, &C::stream, &StreamSettings::start_timeout>(Group::stream,
        {"START_TIMEOUT", "", "15s", "", "How long a channel may take to deliver its first picture."}),
    row<EnumKind<StartKeepAlive, kStartKeepAlives>, &C::stream, &StreamSettings::start_keep_alive>(Group::stream,
        {"START_KEEPALIVE", "", "off", "",
         "What viewers are sent while they wait for the first picture of a channel, for those who give up when no bytes come: null packets, or PAT and PMT of the channel (psi) once they are known. The status line goes out with the first of them, so a channel that does not start can no longer be refused with `807`: its connection ends, and the log says why."}),
    row<BooleanKind, &C::stream, &StreamSettings::null_keep_alive>(Group::stream,
        {"WEBSAFE_NULL_TS_KEEPALIVE", "", "false", "", "Older name of START_KEEPALIVE=null."}),
    row<IntegerKind<int, 25, 60'000>, &C::stream, &StreamSettings::null_keep_alive_ms>(Group::stream,
        {"WEBSAFE_NULL_TS_KEEPALIVE_MS", "", "100", "",
         "Milliseconds from the request to the first null packets, and between them."}),
    row<IntegerKind<int, 1, 64>, &C::stream, &StreamSettings::null_keep_alive_packets>(Group::stream,
        {"WEBSAFE_NULL_TS_KEEPALIVE_PACKETS", "", "1", "", "Null packets sent each time."}),
    row<BooleanKind, &C::stream, &StreamSettings::program_keep_alive>(Group::stream,
        {"WEBSAFE_PROGRAM_KEEPALIVE", "", "false", "",
         "Older name of START_KEEPALIVE=psi; wins over WEBSAFE_NULL_TS_KEEPALIVE."}),
    row<IntegerKind<int, 100, 60'000>, &C::stream, &StreamSettings::program_keep_alive_ms>(Group::stream,
        {"WEBSAFE_PROGRAM_KEEPALIVE_MS", "", "500", "",
         "Milliseconds from the request to the first PAT and PMT, and between them; null packets in their place until they are known."}),
    row<TextKind, &C::stream, &StreamSettings::transcode>(Group::stream,
        {"STREAM_TRANSCODE", "", "off", "",
         "Which channels are transcoded when a request does not say (`?profile=`, `?transcode=`): off (none), on (all), auto (those whose codecs browsers have no decoder for), auto_cached (those that TRANSCODE_OVERRIDES_FILE names). Another word is named in the log and means off. See [transcoding](../transcoding.md)."}),
    row<TextKind, &C::stream, &StreamSettings::profile>(Group::stream,
        {"PROFILE", "", "", "default, or plexsafe with PLEX_SAFE",
         "Into what channels are transcoded: default, plexsafe, aaccfr, videoonlyfast, lowbitrate, dashfast, pmsxcode, audio-only, mobile, internet720, internet540, internet480, internet360, internet240, or one of PROFILES_FILE."}),
    row<BooleanKind, &C::stream, &StreamSettings::plex_safe>(Group::stream,
        {"PLEX_SAFE", "", "false", "", "Older name of PROFILE=plexsafe; counts where PROFILE is empty."}),
    row<PathKind, &C::stream, &StreamSettings::transcode_overrides>(Group::stream,
        {"TRANSCODE_OVERRIDES_FILE", "", "", "none",
         "JSON file of channels (by channel id, guide number or guide id) and whether they are transcoded: true, false, or a word such as on, remux. Comes before STREAM_TRANSCODE; read at the start and with each refresh."}),
    row<PathKind, &C::stream, &StreamSettings::profile_overrides>(Group::stream,
        {"PROFILE_OVERRIDES_FILE", "", "", "none",
         "JSON file of channels and the profiles they are transcoded into; read at the start and with each refresh."}),
    row<PathKind, &C::stream, &StreamSettings::profiles_file>(Group::stream,
        {"PROFILES_FILE", "", "", "none", "JSON file of profiles of your own, read at the start."}),
    row<BooleanKind, &C::stream, &StreamSettings::client_adapt>(Group::stream,
        {"CLIENT_ADAPT", "", "false", "",
         "What a viewer gets depends on its program: browsers, and whom nobody knows, get plexsafe, others the channel as it is, whatever STREAM_TRANSCODE says. Plex (PMS_URL, PMS_TOKEN) is asked who watches. See [transcoding](../transcoding.md#by-who-asks)."}),
    row<IntegerKind<int, 0, 600'000>, &C::stream, &StreamSettings::transcode_start_timeout_ms>(Group::stream,
        {"WEBSAFE_STARTUP_TIMEOUT_MS", "", "12000", "",
         "Milliseconds from the first bytes that a transcoder is given to the first picture that can be played; then the viewer is refused with `807`. 0: 12000."}),
    row<BooleanKind, &C::stream, &StreamSettings::bootstrap>(Group::stream,
        {"WEBSAFE_BOOTSTRAP", "", "false", "",
         "Send the first viewers of a transcode a clip, black and silent, in its own codecs, while it starts: for players that give up early, such as Plex Web."}),
    row<BootstrapKind, &C::stream, &StreamSettings::bootstrap_length>(Group::stream,
        {"WEBSAFE_BOOTSTRAP_SECONDS", "", "1.5", "", "How long that clip is."}),
    row<TextKind, &C::stream, &StreamSettings::ffmpeg_path>(Group::stream,
        {"FFMPEG_PATH", "", "", "our own transcoder",
         "A program `ffmpeg` that transcodes in place of our own worker: a path, or a name that is looked for in PATH. It is asked at the start for its encoders; one that is of no use is named in the log, on the page and in `/healthz`, and nothing takes its place. See [transcoding](../transcoding.md#with-an-ffmpeg-of-your-own)."}),
    row<TimeoutKind, &C::stream, &StreamSettings::recovery_timeout>(Group::stream,
        {"RECOVERY_TIMEOUT", "", "60s", "",
         "How long a channel whose sources have all failed is tried to be brought back; meanwhile its viewers are sent null packets, then they are let go."}),
    row<PictureHashListKind, &C::stream, &StreamSettings::slates>(Group::stream,
        {"SLATES", "", "", "none",
         "Pictures that a provider sends in place of a channel, by the hash of their first key frame, which the log names when a source begins (`first picture`): a source that begins with one is left for the next."}),
    row<TimeoutKind, &C::stream, &StreamSettings::write_deadline>(Group::stream,
        {"WRITE_DEADLINE", "", "10s", "", "A viewer that takes no bytes for so long is dropped."}),
    row<RingKind, &C::stream, &StreamSettings::ring_bytes>(Group::stream,
        {"RING_BYTES", "", "16MiB", "", "Memory per open channel for viewers that read at different speeds."}),
    row<TextKind, &C::stream, &StreamSettings::multicast_interface>(Group::stream,
        {"MULTICAST_INTERFACE", "", "", "where the system's routes lead",
         "Network interface on which multicast groups of udp and rtp sources are joined: its name (`eth0`) or one of its addresses. `?iface=` and `?localaddr=` in the address of a source come first."}),
    row<TeeBytesKind, &C::stream, &StreamSettings::debug_tee_bytes>(Group::stream,
        {"DEBUG_TEE_BYTES", "", "0", "",
         "For debugging: copy so much of what each connection to a source sends, from its begin, to a file; 0: nothing. Streams do not wait for the disk."}),
    row<PathKind, &C::stream, &StreamSettings::debug_tee_directory>(Group::stream,
        {"DEBUG_TEE_DIR", "", "/tmp/plextuner-debug-tee", "", "Where these copies go, named after time, channel number and name."}),
    row<IntegerKind<int, 1, 10'000>, &C::stream, &StreamSettings::debug_tee_files>(Group::stream,
        {"DEBUG_TEE_FILES", "", "20", "", "How many of them there may be; the oldest go."}),

    row<HttpUrlKind, &C::plex, &PlexSettings::url>(Group::plex,
        {"PMS_URL", "plex-url", "", "of `PLEX_HOST`, when that is set",
         "The Plex Media Server, such as http://10.0.0.2:32400; https and a path before Plex's own are kept."}),
    row<SecretKind, &C::plex, &PlexSettings::token>(Group::plex,
        {"PMS_TOKEN", "token", "", "`PLEX_TOKEN`", "Its X-Plex-Token. Better in the environment or in .env than as a flag."}),
    row<TimeoutKind, &C::plex, &PlexSettings::timeout>(Group::plex,
        {"PMS_TIMEOUT", "", "30s", "", "Limit for one request to it."}),
    row<GuideWaitKind, &C::plex, &PlexSettings::guide_wait>(Group::plex,
        {"PLEX_GUIDE_WAIT", "guide-wait", "5m", "", "How long to wait, once for all tuners, until Plex has loaded their guides; 0 asks once."}),
    row<BooleanKind, &C::plex, &PlexSettings::vod_scan>(Group::plex,
        {"PLEX_VOD_SCAN", "", "true", "",
         "Tell Plex (`PMS_URL`, `PMS_TOKEN`), which hears of no change in a mount by itself, to look at films and series that came or went, in its libraries that show the mount; when it was just mounted, at all. Never at a side that is empty."}),
    row<TextKind, &C::plex, &PlexSettings::vod_path>(Group::plex,
        {"PLEX_VOD_PATH", "", "", "where it is here", "The directory of the mount as Plex sees it, where that is another one (a container, another machine)."}),
    row<PatternListKind, &C::plex, &PlexSettings::owned>(Group::plex,
        {"PLEX_OWNED", "owned", "", "none: nothing is deleted",
         "What is ours in Plex, for `-delete-unknown`: patterns of device ids or of device addresses, in which * stands for any text and ? for one character."}),

    row<HttpUrlKind, &C::jellyfin, &EmbySettings::url>(Group::emby,
        {"JELLYFIN_URL", "", "", "none", "The Jellyfin server, such as http://10.0.0.2:8096; a path before its own is kept."}),
    row<SecretKind, &C::jellyfin, &EmbySettings::token>(Group::emby,
        {"JELLYFIN_TOKEN", "", "", "none", "One of its API keys (dashboard, API keys)."}),
    row<HttpUrlKind, &C::emby, &EmbySettings::url>(Group::emby,
        {"EMBY_URL", "", "", "none", "The Emby server, such as http://10.0.0.2:8096; a path before its own is kept."}),
    row<SecretKind, &C::emby, &EmbySettings::token>(Group::emby,
        {"EMBY_TOKEN", "", "", "none", "One of its API keys (settings, API keys)."}),

    row<BooleanKind, &C::jellyfin, &EmbySettings::reaper>(Group::emby,
        {"JELLYFIN_SESSION_REAPER", "", "false", "", "End what Jellyfin believes to be played of this tuner's channels and nobody watches, by the limits of `PLEX_SESSION_REAPER_…`."}),
    row<BooleanKind, &C::emby, &EmbySettings::reaper>(Group::emby,
        {"EMBY_SESSION_REAPER", "", "false", "", "The same in Emby."}),

    row<EnumKind<PlexRegistration, kPlexRegistrations>, &C::plex, &PlexSettings::registration>(Group::registration,
        {"REGISTER_PLEX", "register-plex", "", "off",
         "api: set this tuner up in Plex (`PMS_URL`, `PMS_TOKEN`) once it serves a lineup with a guide, again after each change of the lineup, and mend what was broken in between. Plex's own files are never touched. Not in mode easy."}),
    row<BooleanKind, &C::jellyfin, &EmbySettings::registration>(Group::registration,
        {"REGISTER_JELLYFIN", "register-jellyfin", "false", "", "The same in Jellyfin (`JELLYFIN_URL`, `JELLYFIN_TOKEN`)."}),
    row<BooleanKind, &C::emby, &EmbySettings::registration>(Group::registration,
        {"REGISTER_EMBY", "register-emby", "false", "", "The same in Emby (`EMBY_URL`, `EMBY_TOKEN`)."}),
    row<RegistrationCheckKind, &C::registration, &RegistrationSettings::check_interval>(Group::registration,
        {"REGISTER_CHECK_INTERVAL", "", "5m", "", "Between two looks at whether a media server still has the tuner as it was set up; 0: only after changes of the lineup."}),

    row<BooleanKind, &C::reaper, &ReaperSettings::is_on>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER", "", "false", "",
         "End Live TV in Plex (`PMS_URL`, `PMS_TOKEN`) that nobody watches any more, so that its tuner is free: clients that vanished stay in Plex for half an hour. Of the tuners of a machine one does it for all."}),
    row<ReaperPollKind, &C::reaper, &ReaperSettings::poll>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_POLL_S", "", "2", "", "Between two looks at Plex's sessions."}),
    row<LeaseKind, &C::reaper, &ReaperSettings::idle>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_IDLE_S", "", "15", "", "End what has given no sign of its client for so long while no tuner of ours sends anything for it; 0: do not."}),
    row<LeaseKind, &C::reaper, &ReaperSettings::renew_lease>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_RENEW_LEASE_S", "", "20", "", "End what has given no sign of its client for so long, whatever the transcoder and the tuner do; longer for clients that report rarely, a minute for those that never have. 0: do not."}),
    row<LeaseKind, &C::reaper, &ReaperSettings::pause>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_PAUSE_S", "", "600", "", "In place of both for a client that paused and gives no sign any more. One that does is left alone for as long as it is paused."}),
    row<LeaseKind, &C::reaper, &ReaperSettings::hard_lease>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_HARD_LEASE_S", "", "0", "", "End what is so old, unless it plays; 0: do not."}),
    row<BooleanKind, &C::reaper, &ReaperSettings::events>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_SSE", "", "true", "", "Listen to Plex's events, which tell of what clients do. Without them only clients are known whose place in the programme Plex lists."}),
    row<TextKind, &C::reaper, &ReaperSettings::machine_id>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_MACHINE_ID", "", "", "all", "Only sessions of the client with this machine identifier."}),
    row<TextKind, &C::reaper, &ReaperSettings::player_ip>(Group::plex_reaper,
        {"PLEX_SESSION_REAPER_PLAYER_IP", "", "", "all", "Only sessions of clients at this address."}),

    row<TextKind, &C::fetch, &FetchSettings::user_agent>(Group::fetch,
        {"USER_AGENT", "", "", "`PlexTuner/<version>`", "User-Agent of every request to providers."}),
    row<TimeoutKind, &C::fetch, &FetchSettings::connect_timeout>(Group::fetch,
        {"CONNECT_TIMEOUT", "", "10s", "", "Limit for name resolution, TCP and TLS together."}),
    row<TimeoutKind, &C::fetch, &FetchSettings::first_byte_timeout>(Group::fetch,
        {"FIRST_BYTE_TIMEOUT", "", "15s", "", "Limit from the request to the header of the answer."}),
    row<TimeoutKind, &C::fetch, &FetchSettings::stall_timeout>(Group::fetch,
        {"STALL_TIMEOUT", "", "20s", "", "Limit for a pause in the middle of an answer."}),
    row<PathKind, &C::fetch, &FetchSettings::ca_bundle>(Group::fetch,
        {"CA_BUNDLE", "", "", "SSL_CERT_FILE or SSL_CERT_DIR, else the system's", "File or directory (of OpenSSL) with the certificates TLS servers are verified against."}),

    row<EnumKind<log::Level, kLevels>, &C::log, &LogSettings::level>(Group::log,
        {"LOG_LEVEL", "log-level", "info", "", "The least important events to log."}),
    row<EnumKind<log::Format, kFormats>, &C::log, &LogSettings::format>(Group::log,
        {"LOG_FORMAT", "log-format", "text", "", "One line per event, as text or as a JSON object."}),
};
// clang-format on

} // namespace

std::span<const Field> fields() noexcept {
    return kFields;
}

const Field* find_field(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(kFields, name, &Field::name);
    return found == kFields.end() ? nullptr : found;
}

const Field* find_flag(std::string_view flag, unsigned command) noexcept {
    const auto* const found = std::ranges::find(kFields, flag, &Field::flag);
    return flag.empty() || found == kFields.end() || (found->commands & command) == 0 ? nullptr
                                                                                      : found;
}

std::optional<NumberedField> find_numbered(std::string_view name) noexcept {
    const std::size_t bar = name.rfind('_');
    if (bar == std::string_view::npos) {
        return std::nullopt;
    }
    const std::string_view digits = name.substr(bar + 1);
    int number = 0;
    const auto [end, error] = std::from_chars(digits.begin(), digits.end(), number);
    const Field* field = find_field(name.substr(0, bar));
    if (error != std::errc() || end != digits.end() || digits.starts_with('0') || number < 2 ||
        number > Config::kMaxAccounts || field == nullptr || field->assign_numbered == nullptr) {
        return std::nullopt;
    }
    return NumberedField{.field = field, .number = number};
}

std::string variable_name(const NumberedField& numbered) {
    return variable_name(*numbered.field) + "_" + std::to_string(numbered.number);
}

std::string variable_name(const Field& field) {
    return std::string(kEnvironmentPrefix) + std::string(field.name);
}

unsigned command_bit(std::string_view subcommand) noexcept {
    if (subcommand == "run") {
        return kRun;
    }
    if (subcommand == "serve") {
        return kServe;
    }
    if (subcommand == "index" || subcommand == "vod-backfill-series") {
        return kIndex;
    }
    if (subcommand == "probe") {
        return kProbe;
    }
    if (subcommand == "mount") {
        return kMount;
    }
    if (subcommand == "doctor") {
        return kDoctor;
    }
    if (subcommand == "supervise" || subcommand == "generate-supervisor-config") {
        return kSupervise;
    }
    if (subcommand == "lineup") {
        return kLineup;
    }
    if (subcommand == "jellyfin-sync" || subcommand == "emby-sync" ||
        subcommand == "epg-link-report" || subcommand == "guide-health" ||
        subcommand == "inspect" || subcommand == "vod-split") {
        return kReports;
    }
    if (subcommand.starts_with("plex-")) {
        return kPlex;
    }
    return subcommand == "config" ? kConfigCommand : 0U;
}

std::string_view title_of(Group group) noexcept {
    switch (group) {
    case Group::account:
        return "Account";
    case Group::provider:
        return "Providers";
    case Group::vod:
        return "Films and series";
    case Group::vodfs:
        return "Films and series as files";
    case Group::guide_source:
        return "Guides";
    case Group::guide:
        return "What becomes of them";
    case Group::catalog:
        return "Catalog";
    case Group::refresh:
        return "Refresh";
    case Group::server:
        return "HTTP server";
    case Group::tuner:
        return "Tuner identity";
    case Group::lineup:
        return "Lineup";
    case Group::stream:
        return "Streams";
    case Group::plex:
        return "Plex";
    case Group::emby:
        return "Jellyfin and Emby";
    case Group::registration:
        return "Setting itself up in media servers";
    case Group::plex_reaper:
        return "What nobody watches in Plex";
    case Group::fetch:
        return "Requests to providers";
    case Group::log:
        return "Log";
    }
    return "";
}

} // namespace plex_tuner::config
