// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/exchange.hpp>

#include <initializer_list>
#include <string>
#include <vector>

namespace plex_tuner::net {

/// Maps a path and method to a handler. Built before the server starts, then only read.
/// Exact paths win over prefixes, longer prefixes over shorter. HEAD is routed as GET. A known path
/// with another method answers 405 with Allow; an unknown path 404.
class Router {
public:
    /// `path` is matched whole against Request::path.
    void add(std::initializer_list<Method> methods, std::string path, Handler handler);
    /// Matches every path that starts with `prefix` and is longer than it.
    void add_prefix(std::initializer_list<Method> methods, std::string prefix, Handler handler);

    [[nodiscard]] asio::awaitable<void> dispatch(Exchange& exchange) const;

private:
    struct Route {
        std::vector<Method> methods;
        std::string path;
        bool prefix = false;
        Handler handler;
    };
    std::vector<Route> routes_;
};

} // namespace plex_tuner::net
