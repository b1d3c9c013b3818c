// SPDX-License-Identifier: GPL-3.0-or-later
#include "index_settings.hpp"

#include <algorithm>
#include <filesystem>

#include <unistd.h>

namespace plex_tuner::cli {

namespace {

Result<engine::Account> make_account(const config::AccountSettings& settings) {
    engine::Account account;
    account.key = engine::account_key(settings.user, settings.tag);
    account.tag = settings.tag;
    account.playlist = settings.m3u;
    account.max_connections = settings.max_connections;
    account.hdhomerun = settings.hdhomerun;
    if (account.hdhomerun) {
        account.key = engine::account_key(account.hdhomerun->origin(), settings.tag);
        return account;
    }
    if (!settings.has_account()) {
        return account;
    }
    for (const Url& base : settings.bases()) {
        auto host = provider::XtreamUrls::make(base, settings.user, settings.password);
        if (!host) {
            return fail_with(std::move(host), "account " + settings.tag);
        }
        const bool known = std::ranges::any_of(account.hosts,
            [&](const provider::XtreamUrls& other) { return other.base() == host->base(); });
        if (!known) {
            account.hosts.push_back(std::move(*host));
        }
    }
    return account;
}

engine::StreamCheckOptions stream_check_of(
    const config::StreamCheckSettings& settings, const std::filesystem::path& shared) {
    engine::StreamCheckOptions defaults;
    return {.sample = settings.sample,
        .reject_cloudflare = settings.reject_cloudflare,
        .smoketest = settings.smoketest,
        .timeout = settings.timeout,
        .concurrency = settings.concurrency > 0 ? settings.concurrency : defaults.concurrency,
        .max_channels = settings.max_channels,
        .max_duration =
            settings.max_duration.count() > 0 ? settings.max_duration : defaults.max_duration,
        .verdicts = settings.cache_file.empty() ? shared / "smoketest.json" : settings.cache_file,
        .verdict_age = settings.cache_ttl};
}

/// Where processes of one machine meet; where that is not possible, a place of our own.
std::filesystem::path shared_directory(const config::Config& config, const log::Logger& logger) {
    const std::filesystem::path& wanted = config.catalog.shared_directory;
    std::error_code error;
    std::filesystem::create_directories(wanted, error);
    if (!error && ::access(wanted.c_str(), W_OK | X_OK) == 0) {
        return wanted;
    }
    const auto own = config.catalog.state_directory / "shared";
    logger.warn("the directory shared with other processes cannot be written; this one counts its "
                "requests for itself",
        {{"directory", wanted.string()}, {"instead", own.string()},
            {"setting", "PLEX_TUNER_SHARED_DIR"}});
    return own;
}

} // namespace

fetch::Limits make_limits(const config::FetchSettings& settings) {
    fetch::Limits limits;
    limits.connect = settings.connect_timeout;
    limits.first_byte = settings.first_byte_timeout;
    limits.stall = settings.stall_timeout;
    return limits;
}

Result<engine::IndexOptions> make_index_options(
    const config::Config& config, const log::Logger& logger) {
    engine::IndexOptions options;
    for (const config::AccountSettings& settings : config.accounts()) {
        auto account = make_account(settings);
        if (!account) {
            return fail(std::move(account).error());
        }
        options.accounts.push_back(std::move(*account));
    }
    options.filters.live_epg_only = config.provider.live_epg_only;
    options.filters.vod_categories = config.provider.vod_categories;
    options.live_only = config.provider.live_only;
    options.skip_health = config.catalog.skip_health;
    options.max_shrink = config.provider.max_shrink;
    options.limits = make_limits(config.fetch);
    options.catalog = config.catalog.file;
    options.state_directory = config.catalog.state_directory;
    if (!options.accounts.empty()) {
        options.shared_directory = shared_directory(config, logger);
    }
    if (!config.catalog.coordination.empty()) {
        auto redis = state::RedisAddress::parse(config.catalog.coordination.reveal());
        if (!redis) {
            return fail_with(std::move(redis), "PLEX_TUNER_COORDINATION");
        }
        options.coordination = state::CoordinationOptions{
            .redis = *std::move(redis), .share = config.catalog.coordination_share};
    }
    options.shared_max_age = config.catalog.shared_max_age;
    options.concurrency = config.provider.concurrency;
    options.requests_per_second = config.provider.requests_per_second;
    options.streams = stream_check_of(config.stream_check, options.shared_directory);
    return options;
}

fetch::ClientOptions make_client_options(const config::Config& config) {
    fetch::ClientOptions options;
    options.user_agent = config.fetch.user_agent;
    options.ca_bundle = config.fetch.ca_bundle.string();
    return options;
}

fetch::Limits make_guide_limits(const config::Config& config, std::chrono::milliseconds timeout) {
    // Panels make a guide while they send it: it may pause wherever it may be late.
    fetch::Limits limits = make_limits(config.fetch);
    limits.first_byte = timeout;
    limits.stall = std::max(limits.stall, timeout);
    return limits;
}

} // namespace plex_tuner::cli
