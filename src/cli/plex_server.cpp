// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_server.hpp"

#include "version.hpp"

namespace plex_tuner::cli {

std::optional<plex::ServerOptions> make_server_options(
    const config::PlexSettings& settings, const log::Logger& logger) {
    if (!settings.url || settings.token.empty()) {
        logger.error(settings.url
                         ? "no Plex token; set PLEX_TUNER_PMS_TOKEN"
                         : "no Plex server; set PLEX_TUNER_PMS_URL, such as http://10.0.0.2:32400");
        return std::nullopt;
    }
    if (!settings.url->query().empty() || !settings.url->fragment().empty()) {
        logger.error("the address of the Plex server has a query; the token goes into "
                     "PLEX_TUNER_PMS_TOKEN");
        return std::nullopt;
    }
    plex::ServerOptions options(*settings.url);
    options.token = settings.token;
    options.timeout = settings.timeout;
    options.version = version_number();
    return options;
}

} // namespace plex_tuner::cli
