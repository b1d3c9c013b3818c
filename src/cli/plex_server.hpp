// SPDX-License-Identifier: GPL-3.0-or-later
// How commands come to the Plex server that is configured.
#pragma once

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/server.hpp>

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::cli {

/// Says once that a server is waited for: who runs a command shall know what it does.
[[nodiscard]] std::function<void(const Error&)> tell_first_pause(
    std::string server, std::chrono::milliseconds patience, const log::Logger& logger);

/// None: the settings are not complete, which is said.
[[nodiscard]] std::optional<plex::ServerOptions> make_server_options(
    const config::PlexSettings& settings, const log::Logger& logger);

/// `work(client)` to its end; what it throws comes out of here.
void run_with_client(fetch::ClientOptions client_options, const log::Logger& logger,
    const std::function<boost::asio::awaitable<void>(fetch::Client&)>& work);

/// The same of one that is an awaitable of Result<T>.
template <class T, class Work>
[[nodiscard]] Result<T> with_client(
    fetch::ClientOptions client_options, const log::Logger& logger, Work work) {
    Result<T> result{};
    run_with_client(std::move(client_options), logger,
        [&](fetch::Client& client) -> boost::asio::awaitable<void> {
            result = co_await work(client);
        });
    return result;
}

/// The same with a Plex server: `work(server, client)`, once it is seen that it is one.
template <class T, class Work>
[[nodiscard]] Result<T> with_plex(plex::ServerOptions server_options,
    fetch::ClientOptions client_options, const log::Logger& logger, Work work) {
    const auto run = [&](fetch::Client& client) -> boost::asio::awaitable<Result<T>> {
        plex::Server server(client, std::move(server_options));
        if (auto identity = co_await server.identity(); !identity) {
            co_return std::unexpected(std::move(identity).error());
        }
        co_return co_await work(server, client);
    };
    return with_client<T>(std::move(client_options), logger, run);
}

} // namespace plex_tuner::cli
