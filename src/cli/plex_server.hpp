// SPDX-License-Identifier: GPL-3.0-or-later
// How commands come to the Plex server that is configured.
#pragma once

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/server.hpp>

#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

namespace plex_tuner::cli {

/// None: the settings are not complete, which is said.
[[nodiscard]] std::optional<plex::ServerOptions> make_server_options(
    const config::PlexSettings& settings, const log::Logger& logger);

/// `work(server, client)` to its end, an awaitable of Result<T>; before that it is seen whether it
/// is a Plex server at all.
template <class T, class Work>
[[nodiscard]] Result<T> with_plex(plex::ServerOptions server_options,
    fetch::ClientOptions client_options, const log::Logger& logger, Work work) {
    boost::asio::io_context context(1);
    const auto client = fetch::Client::create(std::move(client_options), logger.module("fetch"));
    plex::Server server(*client, std::move(server_options));
    const auto run = [&]() -> boost::asio::awaitable<Result<T>> {
        if (auto identity = co_await server.identity(); !identity) {
            co_return std::unexpected(std::move(identity).error());
        }
        co_return co_await work(server, *client);
    };
    auto done = boost::asio::co_spawn(context, run(), boost::asio::use_future);
    context.run();
    return done.get();
}

} // namespace plex_tuner::cli
