// SPDX-License-Identifier: GPL-3.0-or-later
#include "emby_server.hpp"

#include "plex_server.hpp"
#include "version.hpp"

#include <string>

namespace plex_tuner::cli {

std::optional<plex::EmbyServerOptions> make_emby_options(
    plex::EmbyKind kind, const config::Config& config, const log::Logger& logger) {
    const bool is_jellyfin = kind == plex::EmbyKind::jellyfin;
    const config::EmbySettings& settings = is_jellyfin ? config.jellyfin : config.emby;
    const std::string prefix = is_jellyfin ? "PLEX_TUNER_JELLYFIN_" : "PLEX_TUNER_EMBY_";
    const std::string name(to_string(kind));
    if (!settings.url) {
        logger.error("no " + name + " server; set " + prefix + "URL, such as http://10.0.0.2:8096");
        return std::nullopt;
    }
    if (settings.token.empty()) {
        logger.error(
            "no API key of " + name + "; make one in its dashboard and set " + prefix + "TOKEN");
        return std::nullopt;
    }
    if (!settings.url->query().empty() || !settings.url->fragment().empty()) {
        logger.error("the address of the " + name + " server has a query; the key goes into " +
                     prefix + "TOKEN");
        return std::nullopt;
    }
    plex::EmbyServerOptions options(*settings.url);
    options.kind = kind;
    options.api_key = settings.token;
    options.version = version_number();
    options.on_pause = tell_first_pause(name, options.patience, logger);
    return options;
}

} // namespace plex_tuner::cli
