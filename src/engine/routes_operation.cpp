// SPDX-License-Identifier: GPL-3.0-or-later
// The routes for who runs the tuner: its page, its state, its metrics.
#include "base_url.hpp"
#include "metrics.hpp"
#include "routes.hpp"
#include "routes_answers.hpp"
#include "status_page.hpp"
#include "stream_report.hpp"
#include "watch_page.hpp"

#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/net/accept_encoding.hpp>

#include <algorithm>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace plex_tuner::engine {

using enum net::Method;

void Routes::add_operation_routes() {
    router_.add({get}, "/", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const auto snapshot = publication_.get();
        const std::string base = base_url_for(exchange.request(), options_.base_url);
        const auto providers = co_await refresher_.provider_status();
        std::string page =
            status_page({*snapshot, options_.device, base, options_.version, options_.demo,
                gateway_.tuners(), providers, clock_.wall(), co_await refresher_.account_slots(),
                film_status(), registrations(), problems(), co_await refresher_.coordination()});
        auto response = net::Response::text(200, std::move(page), "text/html; charset=utf-8");
        response.headers.add("Cache-Control", "no-store");
        ignore(co_await exchange.send(std::move(response)));
    });
    router_.add({get}, "/api/streams", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        ignore(co_await exchange.send(document(streams_json(gateway_.tuners()), kJson)));
    });
    router_.add({get}, "/healthz", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        ignore(co_await exchange.send(health()));
    });
    router_.add({get}, "/readyz", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        ignore(co_await exchange.send(readiness()));
    });
    router_.add({get}, "/metrics", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const auto snapshot = publication_.get();
        const auto tuners = gateway_.tuners();
        const auto in_use = static_cast<std::size_t>(
            std::ranges::count_if(tuners, [](const auto& tuner) { return tuner.viewers > 0; }));
        const auto providers = co_await refresher_.provider_status();
        std::string text = metrics_text(
            {*snapshot, refresher_.counters(), server_->counters(), gateway_.counters(), in_use,
                options_.gateway.tuner_count, options_.version, started_, providers, clock_.wall(),
                co_await refresher_.account_slots(), tuners, film_status(), registrations(),
                reaper_status(), emby_reapers_ ? emby_reapers_() : std::vector<EmbyReaperStatus>(),
                co_await refresher_.coordination()});
        ignore(co_await exchange.send(
            net::Response::text(200, std::move(text), "text/plain; version=0.0.4; charset=utf-8")));
    });
}

void Routes::add_watch_routes() {
    router_.add({get}, "/watch", [](net::Exchange& exchange) -> asio::awaitable<void> {
        ignore(co_await exchange.send(
            net::Response::text(200, std::string(watch_page()), "text/html; charset=utf-8")));
    });
    router_.add({get}, "/mpegts.js", [](net::Exchange& exchange) -> asio::awaitable<void> {
        if (!net::accepts_encoding(exchange.request(), "gzip")) {
            auto refusal = net::Response::text(406, "only compressed with gzip\n");
            refusal.headers.add("Vary", "Accept-Encoding");
            ignore(co_await exchange.send(std::move(refusal)));
            co_return;
        }
        auto response = net::Response::text(
            200, std::string(player_script()), "text/javascript; charset=utf-8");
        response.headers.add("Content-Encoding", "gzip");
        response.headers.add("Vary", "Accept-Encoding");
        response.headers.add("Cache-Control", "max-age=86400"); // its address has its version
        ignore(co_await exchange.send(std::move(response)));
    });
}

std::optional<VodMountStatus> Routes::film_status() const {
    return films_ ? std::optional(films_()) : std::nullopt;
}

std::vector<RegistrationStatus> Routes::registrations() const {
    return registrations_ ? registrations_() : std::vector<RegistrationStatus>();
}

std::optional<PlexReaperStatus> Routes::reaper_status() const {
    return reaper_ ? std::optional(reaper_()) : std::nullopt;
}

std::vector<std::string> Routes::problems() const {
    return gateway_.transcode_problems();
}

net::Response Routes::health() const {
    const auto snapshot = publication_.get();
    const std::size_t channels = snapshot->lineup->channels().size();
    std::string found =
        snapshot->table_problem.empty() ? std::string() : json_quoted(snapshot->table_problem);
    for (const std::string& problem : problems()) {
        found += (found.empty() ? "" : ",") + json_quoted(problem);
    }
    std::string body = fmt::format(R"({{"status":"{}","channels":{}{}{}}})",
        !found.empty() ? "degraded" : (channels == 0 ? "loading" : "ok"), channels,
        found.empty() ? found : R"(,"problems":[)" + found + "]",
        snapshot->last_refresh
            ? fmt::format(R"(,"last_refresh":"{:%Y-%m-%dT%H:%M:%SZ}")",
                  fmt::gmtime(snapshot->last_refresh->time_since_epoch().count()))
            : std::string());
    // Alive is alive: an empty lineup must not make an orchestrator restart us for ever.
    return net::Response::text(200, std::move(body), "application/json");
}

net::Response Routes::readiness() const {
    const auto snapshot = publication_.get();
    const std::size_t channels = snapshot->lineup->channels().size();
    const bool guide = snapshot->guide != nullptr;
    const bool ready = channels > 0 && guide;
    return net::Response::text(ready ? 200 : 503,
        fmt::format(R"({{"ready":{},"channels":{},"guide":{}}})", ready, channels, guide),
        "application/json");
}

} // namespace plex_tuner::engine
