// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scripted_origin.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <gtest/gtest.h>

namespace plex_tuner::fetch::testing {

using namespace std::chrono_literals;

/// A client, and an io_context on the test's thread for the coroutines that use it.
class FetchTest : public ::testing::Test {
protected:
    static constexpr std::size_t kPlenty = 64 * 1024 * 1024;

    template <class T>
    T run(asio::awaitable<T> work) {
        std::optional<T> result; // co_spawn itself wants results that can be default-constructed
        const auto keep = [&]() -> asio::awaitable<void> {
            result = co_await std::move(work);
        };
        auto done = asio::co_spawn(context_, keep(), asio::use_future);
        context_.restart();
        context_.run();
        done.get();
        return std::move(*result);
    }

    Result<Response> get(Request request, std::size_t max_bytes = kPlenty) {
        return run(client_->get(std::move(request), max_bytes));
    }

    Result<Response> get(const Url& url) { return get(Request(url)); }

    /// Expects failure and hands out the error.
    Error error_of(Request request, std::size_t max_bytes = kPlenty) {
        const auto response = get(std::move(request), max_bytes);
        if (response) {
            ADD_FAILURE() << "succeeded with status " << response->head.status;
            return {ErrorCode::internal, "no error"};
        }
        return response.error();
    }

    [[nodiscard]] static ClientOptions default_options() {
        ClientOptions options;
        options.user_agent = "PlexTuner/test";
        return options;
    }

    void use_connections_per_host(std::size_t count) {
        ClientOptions options = default_options();
        options.max_connections_per_host = count;
        client_ = Client::create(std::move(options), {});
    }

    void use_ca_bundle(const std::string& path) {
        ClientOptions options = default_options();
        options.ca_bundle = path;
        client_ = Client::create(std::move(options), {});
    }

    asio::io_context context_; ///< outlives the client
    std::unique_ptr<Client> client_ = Client::create(default_options(), {});
};

} // namespace plex_tuner::fetch::testing
