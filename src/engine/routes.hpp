// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_book.hpp"
#include "client_finder.hpp"
#include "emby_reaper.hpp"
#include "guide_readers.hpp"
#include "media_server_registration.hpp"
#include "native_device.hpp"
#include "plex_reaper.hpp"
#include "publication.hpp"
#include "refresher.hpp"

#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/net/http_server.hpp>
#include <plex_tuner/net/router.hpp>

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace plex_tuner::engine {

/// The HTTP face of the tuner: every path, its methods and its handler. Handlers run on connection
/// strands and answer from the published snapshot; none waits for the network but the stream ones.
/// Everything referenced outlives the server.
class Routes {
public:
    Routes(const ServiceOptions& options, const Publication& publication,
        const Refresher& refresher, gateway::Gateway& gateway, const NativeDevice& native,
        ChannelBook& channels, const Clock& clock);

    /// The server whose counters /metrics shows; set once, before it starts.
    void attach(const net::HttpServer& server) noexcept { server_ = &server; }

    /// Before the server starts; without it there are none.
    void show_films(FilmStatus films) { films_ = std::move(films); }

    using Registrations = std::function<std::vector<RegistrationStatus>()>;

    /// The same, for the media servers that the tuner sets itself up in.
    void show_registrations(Registrations all) { registrations_ = std::move(all); }

    using ReaperStatus = std::function<PlexReaperStatus()>;

    /// The same, for the session reaper.
    void show_plex_reaper(ReaperStatus reaper) { reaper_ = std::move(reaper); }

    using EmbyReapers = std::function<std::vector<EmbyReaperStatus>()>;

    void show_emby_reapers(EmbyReapers all) { emby_reapers_ = std::move(all); }

    /// The same; without it nobody's program is looked for.
    void adapt_to_clients(std::shared_ptr<ClientFinder> clients) { clients_ = std::move(clients); }

    [[nodiscard]] const net::Router& router() const noexcept { return router_; }

private:
    using Response = net::Response;

    void add_device_routes();
    void add_tuner_routes();
    void add_lineup_routes();
    void add_guide_routes();
    void add_guide_page_routes();
    void add_stream_routes();
    void add_operation_routes();
    void add_watch_routes();

    [[nodiscard]] asio::awaitable<void> post_lineup(net::Exchange& exchange) const;
    [[nodiscard]] asio::awaitable<void> send_lineup(
        net::Exchange& exchange, LineupDocument document, std::string_view content_type) const;
    [[nodiscard]] asio::awaitable<void> send_guide(net::Exchange& exchange, bool as_gz_file) const;
    /// /tuner<n>/status.json
    [[nodiscard]] asio::awaitable<void> send_tuner_state(net::Exchange& exchange, int tuner) const;
    [[nodiscard]] asio::awaitable<void> stream_number(
        net::Exchange& exchange, std::string_view text, std::optional<int> forced_tuner) const;
    [[nodiscard]] asio::awaitable<void> stream_id(net::Exchange& exchange) const;
    [[nodiscard]] asio::awaitable<void> stream(net::Exchange& exchange,
        std::shared_ptr<const Snapshot> snapshot, const lineup::Channel* channel,
        std::optional<int> forced_tuner) const;
    [[nodiscard]] std::optional<VodMountStatus> film_status() const;
    [[nodiscard]] std::vector<RegistrationStatus> registrations() const;
    [[nodiscard]] std::optional<PlexReaperStatus> reaper_status() const;
    /// What is configured and cannot work.
    [[nodiscard]] std::vector<std::string> problems() const;
    [[nodiscard]] Response health() const;
    [[nodiscard]] Response readiness() const;

    const ServiceOptions& options_;
    const Publication& publication_;
    const Refresher& refresher_;
    gateway::Gateway& gateway_;
    const NativeDevice& native_;
    ChannelBook& channels_;
    const Clock& clock_;
    WallTime started_;
    FilmStatus films_;
    Registrations registrations_;
    ReaperStatus reaper_;
    EmbyReapers emby_reapers_;
    std::shared_ptr<ClientFinder> clients_;
    mutable GuideReaders guide_readers_;
    const net::HttpServer* server_ = nullptr;
    net::Router router_;
};

} // namespace plex_tuner::engine
