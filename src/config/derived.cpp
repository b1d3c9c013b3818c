// SPDX-License-Identifier: GPL-3.0-or-later
#include "derived.hpp"

#include "parse_text.hpp"
#include "parse_url.hpp"
#include "subscription_file.hpp"

#include <algorithm>

namespace plex_tuner::config {
namespace {

constexpr std::string_view kFallbackName = "Plex Tuner";
constexpr std::string_view kStateSuffix = ".state";

[[nodiscard]] std::string name_of(std::string_view field) {
    return std::string(kEnvironmentPrefix) + std::string(field);
}

void name_the_tuner(Loaded& loaded, const Inputs& inputs) {
    std::string& name = loaded.config.tuner.friendly_name;
    if (!name.empty()) {
        return;
    }
    std::string& origin = loaded.provenance[name_of("FRIENDLY_NAME")];
    const auto host = inputs.environment.find("HOSTNAME");
    if (host != inputs.environment.end()) {
        name = parse_text(host->second).value_or("");
    }
    origin = name.empty() ? "default" : "env HOSTNAME";
    if (name.empty()) {
        name = kFallbackName;
    }
}

/// What messages put behind the names of the variables of an account.
[[nodiscard]] std::string suffix_of(int number) {
    return number == 1 ? "" : "_" + std::to_string(number);
}

void warn_about_half_account(Loaded& loaded, const AccountSettings& account, int number) {
    const auto name = [&](std::string_view field) {
        return name_of(field) + suffix_of(number);
    };
    if (account.user.empty() != account.password.empty()) {
        const std::string_view there = account.user.empty() ? "PROVIDER_PASS" : "PROVIDER_USER";
        const std::string_view missing = account.user.empty() ? "PROVIDER_USER" : "PROVIDER_PASS";
        loaded.warnings.push_back(
            name(there) + " is set but " + name(missing) + " is not: the account is not used");
        return;
    }
    const bool has_base = account.base_url || !account.base_urls.empty();
    if (account.m3u || account.hdhomerun) {
        return;
    }
    if (has_base && !account.has_account()) {
        loaded.warnings.push_back("a provider URL is set without " + name("PROVIDER_USER") +
                                  " and " + name("PROVIDER_PASS") +
                                  ": it is not used; a playlist URL goes into " + name("M3U_URL"));
    } else if (!has_base && account.has_account()) {
        loaded.warnings.push_back("a provider account is set without " + name("PROVIDER_URL") +
                                  " or " + name("M3U_URL") + ": it is not used");
    }
}

[[nodiscard]] std::filesystem::path home_of(const Inputs& inputs) {
    const auto home = inputs.environment.find("HOME");
    return home == inputs.environment.end() ? std::filesystem::path()
                                            : std::filesystem::path(home->second);
}

void read_subscription_file(Loaded& loaded, const Inputs& inputs) {
    Config& config = loaded.config;
    AccountSettings& account = config.account;
    const bool has_base = account.base_url || !account.base_urls.empty();
    if (account.has_account() || !has_base) {
        return;
    }
    const bool is_named = !config.provider.subscription_file.empty();
    const auto file = is_named ? config.provider.subscription_file
                               : newest_subscription(home_of(inputs)).value_or("");
    if (file.empty()) {
        return;
    }
    auto subscription = read_subscription(file);
    if (!subscription) {
        loaded.warnings.push_back("subscription file not used: " + subscription.error().message());
        return;
    }
    const auto take = [&](auto& setting, auto&& value, std::string_view field) {
        if (setting.empty() && !value.empty()) {
            setting = std::forward<decltype(value)>(value);
            loaded.provenance[name_of(field)] = "file " + file.string();
        }
    };
    take(account.user, std::move(subscription->user), "PROVIDER_USER");
    take(account.password, std::move(subscription->password), "PROVIDER_PASS");
}

[[nodiscard]] std::filesystem::path default_shared_directory(const Inputs& inputs) {
    const auto home = home_of(inputs);
    return inputs.runs_as_root || home.empty() ? std::filesystem::path("/var/lib/plextuner/shared")
                                               : home / ".local/state/plex-tuner/shared";
}

/// "host", "host:port" or a URL, as it stands in PLEX_HOST.
[[nodiscard]] std::optional<Url> plex_server_of(const std::string& host) {
    if (host.contains("://")) {
        return parse_http_url(host);
    }
    const bool bare_ipv6 = !host.starts_with('[') && std::ranges::count(host, ':') > 1;
    const std::size_t bracket = host.rfind(']');
    const bool has_port =
        !bare_ipv6 && host.find(':', bracket == std::string::npos ? 0 : bracket) < host.size();
    const std::string authority = bare_ipv6 ? "[" + host + "]" : host;
    return parse_http_url("http://" + authority + (has_port ? "" : ":32400"));
}

/// PLEX_HOST and PLEX_TOKEN are what other programs around Plex read.
void find_plex(Loaded& loaded, const Inputs& inputs) {
    PlexSettings& plex = loaded.config.plex;
    if (const auto host = inputs.environment.find("PLEX_HOST");
        !plex.url && host != inputs.environment.end() && !host->second.empty()) {
        plex.url = plex_server_of(host->second);
        if (plex.url) {
            loaded.provenance[name_of("PMS_URL")] = "env PLEX_HOST";
        } else {
            loaded.warnings.emplace_back("PLEX_HOST is no host, host:port or URL: it is not used");
        }
    }
    if (const auto token = inputs.environment.find("PLEX_TOKEN");
        plex.token.empty() && token != inputs.environment.end() && !token->second.empty()) {
        plex.token = Secret(token->second);
        loaded.provenance[name_of("PMS_TOKEN")] = "env PLEX_TOKEN";
    }
}

/// What OpenSSL and the programs around it go by.
void find_certificates(Loaded& loaded, const Inputs& inputs) {
    for (const std::string_view name : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) {
        const auto named = inputs.environment.find(std::string(name));
        if (loaded.config.fetch.ca_bundle.empty() && named != inputs.environment.end() &&
            !named->second.empty()) {
            loaded.config.fetch.ca_bundle = named->second;
            loaded.provenance[name_of("CA_BUNDLE")] = "env " + std::string(name);
        }
    }
}

/// The older switches count where START_KEEPALIVE is not set.
void choose_keep_alive(Loaded& loaded) {
    StreamSettings& stream = loaded.config.stream;
    std::string& origin = loaded.provenance[name_of("START_KEEPALIVE")];
    if (origin != "default") {
        return;
    }
    if (stream.program_keep_alive) {
        stream.start_keep_alive = StartKeepAlive::psi;
        origin = loaded.provenance[name_of("WEBSAFE_PROGRAM_KEEPALIVE")];
    } else if (stream.null_keep_alive) {
        stream.start_keep_alive = StartKeepAlive::null;
        origin = loaded.provenance[name_of("WEBSAFE_NULL_TS_KEEPALIVE")];
    }
}

} // namespace

void complete(Loaded& loaded, const Inputs& inputs) {
    Config& config = loaded.config;
    if (config.catalog.state_directory.empty()) {
        std::filesystem::path directory = config.catalog.file;
        directory.replace_extension(kStateSuffix);
        if (directory == config.catalog.file) {
            directory += kStateSuffix;
        }
        config.catalog.state_directory = std::move(directory);
    }
    if (config.fetch.user_agent.empty()) {
        config.fetch.user_agent = "PlexTuner/" + inputs.version;
    }
    if (config.catalog.shared_directory.empty()) {
        config.catalog.shared_directory = default_shared_directory(inputs);
    }
    for (auto& [number, account] : config.further_accounts) {
        if (account.tag.empty()) {
            account.tag = "provider" + std::to_string(number);
        }
        warn_about_half_account(loaded, account, number);
    }
    name_the_tuner(loaded, inputs);
    choose_keep_alive(loaded);
    find_plex(loaded, inputs);
    find_certificates(loaded, inputs);
    read_subscription_file(loaded, inputs);
    warn_about_half_account(loaded, config.account, 1);
}

} // namespace plex_tuner::config
