// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_server.hpp"

#include "version.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::cli {

void run_with_client(fetch::ClientOptions client_options, const log::Logger& logger,
    const std::function<boost::asio::awaitable<void>(fetch::Client&)>& work) {
    boost::asio::io_context context(1);
    const auto client = fetch::Client::create(std::move(client_options), logger.module("fetch"));
    auto done = boost::asio::co_spawn(context, work(*client), boost::asio::use_future);
    context.run();
    done.get();
}

std::function<void(const Error&)> tell_first_pause(
    std::string server, std::chrono::milliseconds patience, const log::Logger& logger) {
    return [server = std::move(server), patience, logger, is_told = false](
               const Error& error) mutable {
        if (!std::exchange(is_told, true)) {
            logger.warn(server + " does not answer yet, it is asked again",
                {{"for_s", std::chrono::duration_cast<std::chrono::seconds>(patience).count()},
                    {"error", error}});
        }
    };
}

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
    options.on_pause = tell_first_pause("Plex", options.patience, logger);
    return options;
}

} // namespace plex_tuner::cli
