// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/net/router.hpp>

#include <algorithm>

namespace plex_tuner::net {

namespace {

constexpr std::size_t kMaxQuotedPath = 200;

/// A foreign path for a plain-text answer: one line, valid UTF-8, not endless.
std::string printable_path(std::string_view path) {
    std::string out = utf8::from_unknown(utf8::truncate(path, kMaxQuotedPath));
    for (char& c : out) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            c = '?';
        }
    }
    if (path.size() > kMaxQuotedPath) {
        out += "…";
    }
    return out;
}

bool serves(const std::vector<Method>& methods, Method wanted) {
    const Method effective = wanted == Method::head ? Method::get : wanted;
    return std::ranges::find(methods, wanted) != methods.end() ||
           std::ranges::find(methods, effective) != methods.end();
}

asio::awaitable<void> answer(Exchange& exchange, Response response) {
    // A peer that is gone already misses nothing.
    static_cast<void>(co_await exchange.send(std::move(response)));
}

} // namespace

void Router::add(std::initializer_list<Method> methods, std::string path, Handler handler) {
    routes_.push_back({methods, std::move(path), false, std::move(handler)});
}

void Router::add_prefix(
    std::initializer_list<Method> methods, std::string prefix, Handler handler) {
    routes_.push_back({methods, std::move(prefix), true, std::move(handler)});
}

bool Router::matches(const Route& route, std::string_view path) {
    if (!route.prefix) {
        return path == route.path;
    }
    return path.size() > route.path.size() && path.starts_with(route.path);
}

std::string Router::allowed_methods(const Route& like) const {
    std::vector<Method> methods;
    for (const Route& route : routes_) {
        if (route.prefix != like.prefix || route.path != like.path) {
            continue;
        }
        for (const Method method : route.methods) {
            methods.push_back(method);
            if (method == Method::get) {
                methods.push_back(Method::head);
            }
        }
    }
    std::ranges::sort(methods);
    const auto duplicates = std::ranges::unique(methods);
    methods.erase(duplicates.begin(), duplicates.end());
    std::string out;
    for (const Method method : methods) {
        out += out.empty() ? "" : ", ";
        out += to_string(method);
    }
    return out;
}

asio::awaitable<void> Router::dispatch(Exchange& exchange) const {
    const Request& request = exchange.request();
    const Route* best = nullptr; // of any method: it decides between 404 and 405
    const Route* chosen = nullptr;
    for (const Route& route : routes_) {
        if (!matches(route, request.path)) {
            continue;
        }
        const bool better = best == nullptr || (best->prefix && !route.prefix) ||
                            (best->prefix && route.path.size() > best->path.size());
        if (better) {
            best = &route;
            chosen = nullptr;
        }
        const bool same_place = best->prefix == route.prefix && best->path == route.path;
        if (same_place && chosen == nullptr && serves(route.methods, request.method)) {
            chosen = &route;
        }
    }
    if (chosen != nullptr) {
        return chosen->handler(exchange);
    }
    if (best != nullptr) {
        const std::string allowed = allowed_methods(*best);
        Response response = Response::text(405, "this path answers " + allowed + " only\n");
        response.headers.add("Allow", allowed);
        return answer(exchange, std::move(response));
    }
    return answer(
        exchange, Response::text(404, "nothing here: " + printable_path(request.path) + "\n"));
}

} // namespace plex_tuner::net
