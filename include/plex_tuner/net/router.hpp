// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/exchange.hpp>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::net {

/// Maps a path and method to a handler. Built before the server starts, then only read.
/// Exact paths win over prefixes, longer prefixes over shorter. HEAD is routed as GET. A known path
/// with another method answers 405 with Allow; an unknown path 404. Paths are compared decoded.
class Router {
public:
    /// `path` is matched whole against Request::path.
    void add(std::initializer_list<Method> methods, std::string path, Handler handler);
    /// Matches every path that starts with `prefix` and is longer than it.
    void add_prefix(std::initializer_list<Method> methods, std::string prefix, Handler handler);

    /// Thread-safe as long as nobody adds. The router must outlive the returned coroutine.
    [[nodiscard]] asio::awaitable<void> dispatch(Exchange& exchange) const;

private:
    struct Route {
        std::vector<Method> methods;
        std::string path;
        bool prefix = false;
        Handler handler;
    };

    [[nodiscard]] static bool matches(const Route& route, std::string_view path);
    [[nodiscard]] std::string allowed_methods(const Route& like) const;

    std::vector<Route> routes_;
};

} // namespace plex_tuner::net
