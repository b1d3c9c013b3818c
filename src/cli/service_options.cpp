// SPDX-License-Identifier: GPL-3.0-or-later
#include "service_options.hpp"

#include "index_settings.hpp"
#include "lineup_settings.hpp"
#include "transcode_options.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>

#include <algorithm>
#include <chrono>
#include <random>

namespace plex_tuner::cli {

namespace {

constexpr std::size_t kMaxDeviceIdFile = 64;
constexpr std::size_t kListConnections = 16;
/// Files, idle connections to providers, listeners, the library of names and so on.
constexpr std::size_t kOtherDescriptors = 128;

/// Clients know a tuner by its id: one that is made up is made up once.
Result<hdhr::DeviceId> kept_device_id(
    const std::filesystem::path& state_directory, const log::Logger& logger) {
    const auto file = state_directory / "device-id";
    if (auto text = read_file(file, kMaxDeviceIdFile)) {
        if (const auto value = hdhr::DeviceId::parse_hex(ascii::trim(*text));
            value && hdhr::DeviceId::is_valid(*value)) {
            return hdhr::DeviceId::corrected(*value);
        }
        logger.warn("the kept device id is damaged, a new one is made; clients will see another "
                    "tuner",
            {{"file", file.string()}});
    } else if (text.error().code() != ErrorCode::not_found) {
        // A tuner under another id would be a new one to every client: rather none for now.
        return fail_with(std::move(text),
            "the kept device id (make it readable, set PLEX_TUNER_DEVICE_ID, or choose another "
            "place with PLEX_TUNER_STATE_DIR)");
    }
    std::random_device random;
    const auto id =
        hdhr::DeviceId::from_seed(static_cast<std::uint64_t>(random()) << 32 | random());
    auto out = AtomicFile::create(file);
    if (!out) {
        return fail_with(std::move(out),
            "keeping the device id (choose another place with PLEX_TUNER_STATE_DIR)");
    }
    if (auto written = out->write(id.text() + "\n"); !written) {
        return fail_with(std::move(written), "keeping the device id");
    }
    if (auto committed = out->commit(); !committed) {
        return fail_with(std::move(committed), "keeping the device id");
    }
    return id;
}

Result<hdhr::Device> make_device(const config::Config& config,
    const std::filesystem::path& state_directory, const log::Logger& logger) {
    hdhr::Device device;
    const config::TunerSettings& tuner = config.tuner;
    if (tuner.device_id.empty()) {
        auto id = kept_device_id(state_directory, logger);
        if (!id) {
            return fail(std::move(id).error());
        }
        device.id = *id;
    } else {
        auto [id, warning] = hdhr::device_id_from_configuration(tuner.device_id);
        if (!warning.empty()) {
            logger.warn(warning, {{"setting", "PLEX_TUNER_DEVICE_ID"}});
        }
        device.id = id;
    }
    device.friendly_name = tuner.friendly_name;
    const auto override_with = [](std::string& field, const std::string& configured) {
        if (!configured.empty()) {
            field = configured;
        }
    };
    override_with(device.manufacturer, tuner.manufacturer);
    override_with(device.model_number, tuner.model_number);
    override_with(device.firmware_name, tuner.firmware_name);
    override_with(device.firmware_version, tuner.firmware_version);
    device.device_auth = tuner.device_auth;
    device.tuner_count = tuner.count;
    device.scan_possible = tuner.scan_possible;
    return device;
}

/// The guides of accounts, for when no playlist names one.
std::vector<engine::GuideSource> account_guides(
    const engine::IndexOptions& index, const fetch::Limits& limits) {
    std::vector<engine::GuideSource> sources;
    for (const engine::Account& account : index.accounts) {
        engine::GuideSource source;
        source.limits = limits;
        for (const provider::XtreamUrls& host : account.hosts) {
            if (auto url = host.guide()) {
                source.alternatives.emplace_back(std::move(*url));
            }
        }
        if (!source.alternatives.empty()) {
            sources.push_back(std::move(source));
        }
    }
    return sources;
}

/// Hardware has none; programs that are an HDHomeRun have it there.
std::vector<engine::GuideSource> device_guides(
    const engine::IndexOptions& index, const fetch::Limits& limits) {
    std::vector<engine::GuideSource> sources;
    for (const engine::Account& account : index.accounts) {
        if (!account.hdhomerun) {
            continue;
        }
        std::string root = account.hdhomerun->text();
        if (root.ends_with('/')) {
            root.pop_back();
        }
        if (auto url = Url::parse(root + "/guide.xml")) {
            sources.push_back(
                {.alternatives = {std::move(*url)}, .limits = limits, .device = std::move(root)});
        }
    }
    return sources;
}

engine::ProviderGuides provider_guides(config::ProviderGuides place) {
    switch (place) {
    case config::ProviderGuides::first:
        return engine::ProviderGuides::first;
    case config::ProviderGuides::last:
        return engine::ProviderGuides::last;
    case config::ProviderGuides::off:
        return engine::ProviderGuides::off;
    }
    return engine::ProviderGuides::first;
}

void set_guide_options(engine::ServiceOptions& options, const config::Config& config) {
    const config::GuideSettings& settings = config.guide;
    for (const config::GuideSourceSettings& source : config.guide_sources()) {
        options.guides.push_back({.alternatives = {*source.xmltv},
            .limits = make_guide_limits(config, source.timeout),
            .max_age = source.cache_ttl,
            .shift = source.shift});
    }
    options.guide_limits = make_guide_limits(config, config.guide_source.timeout);
    options.fallback_guides = account_guides(options.index, options.guide_limits);
    options.device_guides = device_guides(options.index, options.guide_limits);
    options.provider_guides = provider_guides(settings.provider);
    options.short_guide_channels = settings.provider == config::ProviderGuides::off
                                       ? 0
                                       : static_cast<std::size_t>(settings.short_guide_channels);
    options.guide_aliases = settings.aliases_file;
    options.guide_matching.apply_scored = settings.match_scored;
    options.guide_shift = settings.shift;
    for (const config::ShiftRule& rule : settings.channel_shifts) {
        options.guide_shift_rules.push_back({rule.pattern, rule.shift});
    }
    options.guide.keep_future = std::chrono::hours(24 * settings.days);
    options.guide.fill_gaps = settings.fill_gaps;
    if (settings.read_once) {
        options.guide.digest_directory = options.index.shared_directory / "guides";
    }
    guide::TextOptions& text = options.guide.text;
    text.preferred_languages = settings.preferred_languages;
    text.prefer_latin = settings.prefer_latin;
    text.channel_name_for_non_latin = settings.non_latin_title == config::TitleFallback::channel;
    text.plex = {.fold_sub_title = settings.plex_repairs.sub_titles,
        .unique_descriptions = settings.plex_repairs.descriptions,
        .categories = settings.plex_repairs.categories,
        .episode_numbers = settings.plex_repairs.episodes,
        .new_or_repeat = settings.plex_repairs.is_new};
}

gateway::KeepAliveOptions keep_alive_options(const config::StreamSettings& settings) {
    using std::chrono::milliseconds;
    switch (settings.start_keep_alive) {
    case config::StartKeepAlive::off:
        break;
    case config::StartKeepAlive::null:
        return {.kind = gateway::StartKeepAlive::null,
            .interval = milliseconds(settings.null_keep_alive_ms),
            .null_packets = settings.null_keep_alive_packets};
    case config::StartKeepAlive::psi:
        return {.kind = gateway::StartKeepAlive::psi,
            .interval = milliseconds(settings.program_keep_alive_ms),
            .null_packets = settings.null_keep_alive_packets};
    }
    return {};
}

/// What an empty setting means depends on what is on disk.
void choose_source(engine::ServiceOptions& options, const log::Logger& logger) {
    if (!options.index.accounts.empty()) {
        return;
    }
    std::error_code error;
    if (std::filesystem::exists(options.index.catalog, error)) {
        logger.info("no provider is configured, serving the catalog on disk",
            {{"file", options.index.catalog.string()}});
        return;
    }
    logger.info("no provider is configured, serving the demo; set PLEX_TUNER_M3U_URL, "
                "PLEX_TUNER_HDHOMERUN_URL or "
                "PLEX_TUNER_PROVIDER_URL, "
                "_USER and _PASS to serve your own");
    options.demo = true;
    if (!options.guides.empty()) {
        logger.warn("the demo has its own guide; PLEX_TUNER_XMLTV_URL counts once a provider is "
                    "configured");
        options.guides.clear();
    }
    // Apart from the state of a provider: a later run without settings must find no catalog to
    // serve, and one with settings all that it left.
    options.index.state_directory /= "demo";
    options.index.catalog = options.index.state_directory / "catalog.json";
    options.index.shared_directory = options.index.state_directory / "shared";
}

} // namespace

std::vector<fetch::Credentials> stream_credentials(const config::Config& config) {
    std::vector<fetch::Credentials> credentials;
    for (const config::AccountSettings& account : config.accounts()) {
        if (account.has_account()) {
            for (const Url& base : account.bases()) {
                credentials.push_back({base.origin(), account.user, account.password});
            }
        }
    }
    return credentials;
}

Result<engine::ServiceOptions> make_service_options(const config::Config& config,
    lineup::Options lineup, std::string_view version, const log::Logger& logger) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;

    engine::ServiceOptions options;
    options.version = version;
    options.http.listen = config.server.listen;
    options.http.second_listen = config.server.second_listen;
    options.http.max_connections = config.server.max_connections;
    options.base_url = config.server.base_url;
    options.refresh = duration_cast<seconds>(config.catalog.refresh);
    options.skip_first_index = config.catalog.skip_index;
    options.lineup = std::move(lineup);
    options.lineup_name = lineup_name(config);
    auto index = make_index_options(config, logger);
    if (!index) {
        return fail(std::move(index).error());
    }
    options.index = std::move(*index);
    options.fetch = make_client_options(config);
    // Every tuner may hold a stream of the same host, and fetch a playlist or guide beside it.
    const auto streams = static_cast<std::size_t>(config.tuner.count);
    options.fetch.max_connections_per_host =
        std::max(options.fetch.max_connections_per_host, 2 * streams + kListConnections);
    options.fetch.max_connections =
        std::max(options.fetch.max_connections, 2 * streams + kListConnections);
    set_guide_options(options, config);
    // Streams have a client of their own beside that of lists and guides.
    options.http.reserved_descriptors =
        2 * streams + options.fetch.max_connections + kOtherDescriptors;
    options.http.longest_write_deadline = config.stream.write_deadline;
    options.gateway.tuner_count = config.tuner.count;
    options.gateway.linger = config.stream.linger;
    options.gateway.start_timeout = config.stream.start_timeout;
    options.gateway.recovery_timeout = config.stream.recovery_timeout;
    options.gateway.slates = config.stream.slates;
    options.gateway.start_keep_alive = keep_alive_options(config.stream);
    options.gateway.write_deadline = config.stream.write_deadline;
    options.gateway.ring_bytes = config.stream.ring_bytes;
    options.gateway.multicast_interface = config.stream.multicast_interface;
    TranscodeOptions transcode = make_transcode_options(config.stream);
    for (const std::string& problem : transcode.problems) {
        logger.error("transcoding is not as configured", {{"problem", problem}});
    }
    options.gateway.transcode = std::move(transcode.settings);
    options.gateway.ffmpeg = std::move(transcode.ffmpeg);
    if (options.gateway.ffmpeg && options.gateway.ffmpeg->problem.empty()) {
        logger.info(
            "an ffmpeg of your own transcodes", {{"program", options.gateway.ffmpeg->path},
                                                    {"version", options.gateway.ffmpeg->version}});
    }
    if (config.stream.bootstrap) {
        options.gateway.bootstrap = config.stream.bootstrap_length;
    }
    if (config.stream.transcode_start_timeout_ms > 0) { // 0: as it is
        options.gateway.transcode_start_timeout =
            std::chrono::milliseconds(config.stream.transcode_start_timeout_ms);
    }
    options.transcode_overrides = config.stream.transcode_overrides;
    options.profile_overrides = config.stream.profile_overrides;
    options.gateway.debug_tee = {.directory = config.stream.debug_tee_directory,
        .bytes = config.stream.debug_tee_bytes,
        .files = static_cast<std::size_t>(config.stream.debug_tee_files)};
    options.gateway.upstream_limits = options.index.limits;
    options.gateway.credentials = stream_credentials(config);
    choose_source(options, logger);

    auto device = make_device(config, config.catalog.state_directory, logger);
    if (!device) {
        return fail(std::move(device).error());
    }
    options.device = std::move(*device);
    options.native = {.is_on = config.tuner.native,
        .discovery_port = config.tuner.discover_port,
        .control_port = config.tuner.control_port,
        .ssdp = !config.tuner.ssdp_disabled};
    return options;
}

} // namespace plex_tuner::cli
