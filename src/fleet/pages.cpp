// SPDX-License-Identifier: GPL-3.0-or-later
#include "pages.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/fleet/supervisor.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace plex_tuner::fleet {

namespace {

namespace asio = boost::asio;
using enum net::Method;

constexpr auto kRoutes = std::to_array<FleetRoute>({
    {"/", "The table of children as a page."},
    {"/children.txt", "The same as text: what `plex-tuner supervise -status` prints."},
    {"/api/children", "The same as JSON."},
    {"/healthz", "200 while the supervisor runs, whatever its children do."},
    {"/readyz", "200 when every tuner serves a lineup with a guide and nothing has failed, else "
                "503; the body names those that are not ready."},
    {"/metrics", "The supervisor's metrics and those of all children, with the label "
                 "`instance=\"<name>\"`, at most five seconds old."},
});

net::Response page(std::string body, std::string type, int status = 200) {
    auto response = net::Response::text(status, std::move(body), std::move(type));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

net::Response health(const FleetStatus& status) {
    const auto running = std::ranges::count_if(
        status.children, [](const ChildStatus& child) { return child.pid > 0; });
    return page("{\"status\":\"ok\",\"children\":" + std::to_string(status.children.size()) +
                    ",\"running\":" + std::to_string(running) + "}",
        "application/json");
}

net::Response readiness(const FleetStatus& status) {
    std::string not_ready;
    for (const ChildStatus& child : status.children) {
        if (!child.is_well()) {
            not_ready += (not_ready.empty() ? "" : ",") + json_quoted(child.name);
        }
    }
    const bool is_ready = status.is_ready();
    return page(std::string("{\"ready\":") + (is_ready ? "true" : "false") + ",\"not_ready\":[" +
                    not_ready + "]}",
        "application/json", is_ready ? 200 : 503);
}

} // namespace

std::span<const FleetRoute> fleet_routes() noexcept {
    return kRoutes;
}

net::Router make_pages(PageSources sources) {
    const auto shared = std::make_shared<const PageSources>(std::move(sources));
    net::Router router;
    const auto add = [&](const char* path, auto answer) {
        router.add({get}, path, [shared, answer](net::Exchange& exchange) -> asio::awaitable<void> {
            // A client that went away needs no answer.
            static_cast<void>(co_await exchange.send(answer(*shared)));
        });
    };
    add("/", [](const PageSources& from) {
        return page(status_page(from.status()), "text/html; charset=utf-8");
    });
    add("/children.txt", [](const PageSources& from) {
        return page(status_text(from.status()), "text/plain; charset=utf-8");
    });
    add("/api/children", [](const PageSources& from) {
        return page(status_json(from.status()), "application/json");
    });
    add("/healthz", [](const PageSources& from) { return health(from.status()); });
    add("/readyz", [](const PageSources& from) { return readiness(from.status()); });
    add("/metrics", [](const PageSources& from) {
        return page(fleet_metrics_text(from.status(), from.metrics()),
            "text/plain; version=0.0.4; charset=utf-8");
    });
    return router;
}

} // namespace plex_tuner::fleet
