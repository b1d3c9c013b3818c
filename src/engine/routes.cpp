// SPDX-License-Identifier: GPL-3.0-or-later
#include "routes.hpp"

#include "base_url.hpp"
#include "guide_grid.hpp"
#include "guide_health.hpp"
#include "guide_page.hpp"
#include "routes_answers.hpp"
#include "tuners_page.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/net/accept_encoding.hpp>
#include <plex_tuner/net/conditional.hpp>
#include <plex_tuner/net/disk_thread.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace plex_tuner::engine {

namespace {

using enum net::Method;

net::Response tuner_error(int status, std::string_view code_and_text) {
    auto response = net::Response::text(status, std::string(code_and_text) + "\n");
    response.headers.add("X-HDHomeRun-Error", std::string(code_and_text));
    return response;
}

net::Response guide_is_being_built() {
    auto response =
        net::Response::text(503, "The guide is being built; it will be here in a moment.\n");
    response.headers.add("Retry-After", "2");
    return response;
}

std::optional<state::ChannelMark> mark_named(char sign) {
    switch (sign) {
    case '+':
    case ' ': // what a form makes of a plus that is not escaped
        return state::ChannelMark::favorite;
    case '-':
        return state::ChannelMark::none;
    case 'x':
        return state::ChannelMark::hidden;
    default:
        return std::nullopt;
    }
}

/// What is missing or no number is what a page that was just opened would ask for.
GridQuery grid_query(const net::Request& request, std::string_view search, WallTime now) {
    const auto number = [&](std::string_view name, std::int64_t otherwise, std::int64_t most) {
        const auto text = request.query_value(name);
        const auto value = text ? ascii::parse_integer<std::int64_t>(*text) : std::nullopt;
        return value ? std::clamp<std::int64_t>(*value, 0, most) : otherwise;
    };
    constexpr std::int64_t kLastSecond = 4'000'000'000; // of 2096
    GridQuery query;
    const auto this_hour = std::chrono::floor<std::chrono::hours>(now);
    query.from = WallTime(std::chrono::seconds(
        number("from", this_hour.time_since_epoch() / std::chrono::seconds(1), kLastSecond)));
    query.hours =
        std::chrono::hours(number("hours", query.hours.count(), GridQuery::kLongest.count()));
    query.first = static_cast<std::size_t>(number("first", 0, 1'000'000));
    query.count = static_cast<std::size_t>(number("count", static_cast<std::int64_t>(query.count),
        static_cast<std::int64_t>(GridQuery::kMostChannels)));
    query.search = search;
    return query;
}

} // namespace

Routes::Routes(const ServiceOptions& options, const Publication& publication,
    const Refresher& refresher, gateway::Gateway& gateway, const NativeDevice& native,
    ChannelBook& channels, const Clock& clock)
    : options_(options), publication_(publication), refresher_(refresher), gateway_(gateway),
      native_(native), channels_(channels), clock_(clock), started_(clock.wall()) {
    add_device_routes();
    add_tuner_routes();
    add_lineup_routes();
    add_guide_routes();
    add_guide_page_routes();
    add_stream_routes();
    add_operation_routes();
    add_watch_routes();
}

void Routes::add_device_routes() {
    router_.add({get}, "/discover.json", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const std::string base = base_url_for(exchange.request(), options_.base_url);
        ignore(co_await exchange.send(document(hdhr::discover_json(options_.device, base), kJson)));
    });
    router_.add({get}, "/device.xml", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const std::string base = base_url_for(exchange.request(), options_.base_url);
        ignore(co_await exchange.send(
            document(hdhr::device_xml(options_.device, base), "application/xml; charset=utf-8")));
    });
    router_.add(
        {get}, "/lineup_status.json", [this](net::Exchange& exchange) -> asio::awaitable<void> {
            ignore(
                co_await exchange.send(document(hdhr::lineup_status_json(options_.device), kJson)));
        });
    router_.add({post}, "/lineup.post", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        co_await post_lineup(exchange);
    });
}

void Routes::add_tuner_routes() {
    router_.add({get}, "/status.json", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const auto tuners = co_await native_.tuners();
        ignore(co_await exchange.send(document(hdhr::status_json(tuners), kJson)));
    });
    router_.add({get}, "/tuners.html", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const auto tuners = co_await native_.tuners();
        ignore(co_await exchange.send(document(
            tuners_page(options_.device.friendly_name, tuners), "text/html; charset=utf-8")));
    });
}

asio::awaitable<void> Routes::send_tuner_state(net::Exchange& exchange, int tuner) const {
    const auto tuners = co_await native_.tuners();
    const auto index = static_cast<std::size_t>(tuner);
    ignore(co_await exchange.send(
        index < tuners.size() ? document(hdhr::tuner_status_json(index, tuners[index]), kJson)
                              : net::Response::text(404, "There is no tuner of that number.\n")));
}

asio::awaitable<void> Routes::post_lineup(net::Exchange& exchange) const {
    const auto favorite = exchange.request().query_value("favorite");
    if (!favorite) {
        // Plex posts a scan even where none is possible and gives the device up on anything but
        // 200; the status document then says that no scan runs.
        ignore(co_await exchange.send(net::Response::text(200, "")));
        co_return;
    }
    const auto mark = favorite->empty() ? std::nullopt : mark_named(favorite->front());
    if (!mark) {
        ignore(co_await exchange.send(net::Response::text(
            400, "favorite=+<number> (favourite), -<number> (neither), x<number> (hidden)\n")));
        co_return;
    }
    const auto snapshot = publication_.get();
    const auto* channel = snapshot->lineup->find_number(std::string_view(*favorite).substr(1));
    if (channel == nullptr) {
        ignore(co_await exchange.send(tuner_error(404, "801 Unknown Channel")));
        co_return;
    }
    const bool saved = co_await channels_.set_mark(std::string(channel->channel_id), *mark);
    ignore(co_await exchange.send(
        saved ? net::Response::text(200, "")
              : net::Response::text(500, "It could not be saved; the log says why.\n")));
}

void Routes::add_lineup_routes() {
    const auto add = [this](const char* path, LineupDocument document, std::string_view type) {
        router_.add(
            {get}, path, [this, document, type](net::Exchange& exchange) -> asio::awaitable<void> {
                co_await send_lineup(exchange, document, type);
            });
    };
    add("/lineup.json", LineupDocument::json, kJson);
    add("/lineup.xml", LineupDocument::xml, "application/xml; charset=utf-8");
    add("/lineup.m3u", LineupDocument::m3u, "audio/x-mpegurl; charset=utf-8");
    add("/live.m3u", LineupDocument::live_m3u, "audio/x-mpegurl; charset=utf-8");
}

asio::awaitable<void> Routes::send_lineup(
    net::Exchange& exchange, LineupDocument document, std::string_view content_type) const {
    const auto snapshot = publication_.get();
    const std::string base = base_url_for(exchange.request(), options_.base_url);
    // Before the first catalog there is an empty lineup, as on hardware before its first scan.
    const hdhr::Show show =
        hdhr::show_named(exchange.request().query_value("show").value_or(std::string()));
    const PreparedDocument prepared = snapshot->documents
                                          ? snapshot->documents->get(document, base, show)
                                          : LineupDocuments(snapshot->lineup).get(document, base);
    net::Headers headers;
    headers.add("Content-Type", std::string(content_type));
    headers.add("Access-Control-Allow-Origin", "*");
    headers.add("Cache-Control", "no-cache");
    ignore(co_await net::send_prepared(
        exchange, prepared.body, {prepared.etag, {}}, std::move(headers)));
}

void Routes::add_guide_routes() {
    router_.add({get}, "/guide.xml", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        co_await send_guide(exchange, false);
    });
    router_.add({get}, "/guide.xml.gz", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        co_await send_guide(exchange, true);
    });
    router_.add(
        {get}, "/api/guide-readers", [this](net::Exchange& exchange) -> asio::awaitable<void> {
            ignore(co_await exchange.send(document(guide_readers_.to_json(), kJson)));
        });
}

void Routes::add_guide_page_routes() {
    router_.add({get}, "/guide", [](net::Exchange& exchange) -> asio::awaitable<void> {
        ignore(co_await exchange.send(
            net::Response::text(200, std::string(guide_page()), "text/html; charset=utf-8")));
    });
    router_.add({get}, "/guide-health", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const auto snapshot = publication_.get();
        ignore(co_await exchange.send(net::Response::text(200,
            guide_health_page(*snapshot->lineup, snapshot->guide_facts.get()),
            "text/html; charset=utf-8")));
    });
    router_.add(
        {get}, "/api/guide-health", [this](net::Exchange& exchange) -> asio::awaitable<void> {
            const auto snapshot = publication_.get();
            ignore(co_await exchange.send(
                snapshot->guide_facts == nullptr
                    ? guide_is_being_built()
                    : document(
                          guide_health_json(*snapshot->lineup, *snapshot->guide_facts), kJson)));
        });
    router_.add({get}, "/api/guide", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        const auto snapshot = publication_.get();
        if (snapshot->guide == nullptr || snapshot->guide_facts == nullptr) {
            ignore(co_await exchange.send(guide_is_being_built()));
            co_return;
        }
        const std::string search = exchange.request().query_value("q").value_or("");
        GridQuery query = grid_query(exchange.request(), search, clock_.wall());
        // It reads each programme from the guide's file.
        auto grid = co_await net::on_disk([snapshot, query, search]() mutable {
            query.search = search; // its own copy
            return guide_grid_json(*snapshot->lineup, *snapshot->guide_facts,
                *snapshot->guide->plain.body.descriptor, query);
        });
        ignore(co_await exchange.send(document(std::move(grid), kJson)));
    });
}

asio::awaitable<void> Routes::send_guide(net::Exchange& exchange, bool as_gz_file) const {
    const auto guide = publication_.get()->guide;
    if (guide == nullptr || (as_gz_file && !guide->gzip)) {
        ignore(co_await exchange.send(guide_is_being_built()));
        co_return;
    }
    guide_readers_.note(exchange.request().remote_address,
        std::string(exchange.request().headers.find("User-Agent").value_or("")), clock_.wall());
    const bool encoded =
        !as_gz_file && guide->gzip && net::accepts_encoding(exchange.request(), "gzip");
    const GuideRepresentation& chosen = as_gz_file || encoded ? *guide->gzip : guide->plain;
    net::Headers headers;
    headers.add("Content-Type", as_gz_file ? "application/gzip" : "application/xml; charset=utf-8");
    headers.add("Access-Control-Allow-Origin", "*");
    headers.add("Cache-Control", "no-cache");
    if (encoded) {
        headers.add("Content-Encoding", "gzip");
    }
    if (!as_gz_file) {
        headers.add("Vary", "Accept-Encoding");
    }
    ignore(co_await net::send_file_conditional(
        exchange, chosen.body, {chosen.etag, chosen.modified}, std::move(headers)));
}

void Routes::add_stream_routes() {
    router_.add_prefix({get}, "/auto/v", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        co_await stream_number(
            exchange, std::string_view(exchange.request().path).substr(7), std::nullopt);
    });
    router_.add_prefix({get}, "/tuner", [this](net::Exchange& exchange) -> asio::awaitable<void> {
        // /tuner<k>/v<number>
        const std::string_view rest = std::string_view(exchange.request().path).substr(6);
        const std::size_t slash = rest.find('/');
        const auto tuner = ascii::parse_integer<int>(rest.substr(0, slash));
        const std::string_view item = rest.substr(std::min(slash, rest.size()));
        if (tuner && *tuner >= 0 && item == "/status.json") {
            co_await send_tuner_state(exchange, *tuner);
            co_return;
        }
        if (!item.starts_with("/v") || !tuner || *tuner < 0) {
            ignore(co_await exchange.send(
                net::Response::text(404, "Expected /tuner<n>/v<guide number>.\n")));
            co_return;
        }
        co_await stream_number(exchange, item.substr(2), tuner);
    });
    router_.add_prefix({get}, "/stream/",
        [this](net::Exchange& exchange) -> asio::awaitable<void> { co_await stream_id(exchange); });
}

asio::awaitable<void> Routes::stream_number(
    net::Exchange& exchange, std::string_view text, std::optional<int> forced_tuner) const {
    auto snapshot = publication_.get();
    const lineup::Channel* channel = snapshot->lineup->find_number(text);
    // When a number is gone, a recording must fail, not get what happens to have it as its id.
    const bool is_a_number = text.find_first_not_of("0123456789.") == std::string_view::npos;
    if (channel == nullptr && !is_a_number) {
        channel = snapshot->lineup->find_id(text);
    }
    co_await stream(exchange, std::move(snapshot), channel, forced_tuner);
}

asio::awaitable<void> Routes::stream_id(net::Exchange& exchange) const {
    auto snapshot = publication_.get();
    const std::string_view text = std::string_view(exchange.request().path).substr(8);
    const lineup::Channel* channel = snapshot->lineup->find_id(text);
    if (channel == nullptr) {
        channel = snapshot->lineup->find_number(text);
    }
    co_await stream(exchange, std::move(snapshot), channel, std::nullopt);
}

asio::awaitable<void> Routes::stream(net::Exchange& exchange,
    std::shared_ptr<const Snapshot> snapshot, const lineup::Channel* channel,
    std::optional<int> forced_tuner) const {
    if (channel == nullptr) {
        ignore(co_await exchange.send(tuner_error(404, "801 Unknown Channel")));
        co_return;
    }
    gateway::StreamRequest request;
    request.lineup = snapshot->lineup;
    request.channel = channel;
    request.forced_tuner = forced_tuner;
    auto wish = gateway::transcode_wish(
        exchange.request().query_value("profile"), exchange.request().query_value("transcode"));
    if (!wish) {
        constexpr std::string_view kNoProfile = "802 Unknown Transcode Profile";
        auto response = net::Response::text(
            400, std::string(kNoProfile) + ": " + wish.error().message() + "\n");
        response.headers.add("X-HDHomeRun-Error", std::string(kNoProfile));
        ignore(co_await exchange.send(std::move(response)));
        co_return;
    }
    request.transcode = *std::move(wish);
    if (const auto duration = exchange.request().query_value("duration")) {
        // As hardware does: what is no number of seconds is ignored.
        if (const auto seconds = ascii::parse_integer<std::uint32_t>(*duration);
            seconds && *seconds > 0) {
            request.duration = std::chrono::seconds(*seconds);
        }
    }
    if (clients_ && request.transcode.kind == gateway::TranscodeWish::Kind::none &&
        exchange.request().method == net::Method::get) {
        request.program = co_await clients_->find(exchange.request(), *channel);
    }
    co_await gateway_.serve(exchange, std::move(request));
}

} // namespace plex_tuner::engine
