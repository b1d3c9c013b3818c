// SPDX-License-Identifier: GPL-3.0-or-later
#include "derived.hpp"

#include "parse_text.hpp"

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

void warn_about_half_accounts(Loaded& loaded) {
    const ProviderSettings& provider = loaded.config.provider;
    if (provider.user.empty() != provider.password.empty()) {
        const std::string_view there = provider.user.empty() ? "PROVIDER_PASS" : "PROVIDER_USER";
        const std::string_view missing = provider.user.empty() ? "PROVIDER_USER" : "PROVIDER_PASS";
        loaded.warnings.push_back(name_of(there) + " is set but " + name_of(missing) +
                                  " is not: the account is not used");
        return;
    }
    const bool has_base = provider.base_url || !provider.base_urls.empty();
    if (provider.m3u) {
        return;
    }
    if (has_base && !provider.has_account()) {
        loaded.warnings.push_back("a provider URL is set without " + name_of("PROVIDER_USER") +
                                  " and " + name_of("PROVIDER_PASS") +
                                  ": it is not used; a playlist URL goes into " +
                                  name_of("M3U_URL"));
    } else if (!has_base && provider.has_account()) {
        loaded.warnings.push_back("a provider account is set without " + name_of("PROVIDER_URL") +
                                  " or " + name_of("M3U_URL") + ": it is not used");
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
    name_the_tuner(loaded, inputs);
    warn_about_half_accounts(loaded);
}

} // namespace plex_tuner::config
