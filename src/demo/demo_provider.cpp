// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_stream.hpp"
#include "channels.hpp"
#include "clip_store.hpp"
#include "documents.hpp"

#include <plex_tuner/demo/demo_provider.hpp>
#include <plex_tuner/media/demo_clip.hpp>
#include <plex_tuner/net/router.hpp>

#include <chrono>
#include <vector>

namespace plex_tuner::demo {
namespace {

constexpr std::size_t kMaxConnections = 128;
constexpr std::chrono::seconds kStopGrace{1}; // streams notice within 200 ms

std::vector<media::DemoPicture> pictures() {
    std::vector<media::DemoPicture> result;
    for (const Channel& channel : channels()) {
        result.push_back(channel.picture);
    }
    return result;
}

net::Response document(std::string content_type, std::string body) {
    net::Response response = net::Response::text(200, std::move(body), std::move(content_type));
    response.headers.add("Cache-Control", "no-cache");
    return response;
}

class LoopbackProvider final : public DemoProvider {
public:
    LoopbackProvider(std::shared_ptr<const Clock> clock, const log::Logger& logger)
        : clock_(std::move(clock)), clips_(pictures(), media::make_demo_clip, logger),
          streams_{.clips = clips_, .timeline = Timeline(clock_), .logger = logger} {
        add_routes();
    }

    Result<void> listen(asio::io_context& io, log::Logger logger) {
        net::HttpServerOptions options;
        options.listen = "127.0.0.1:0";
        options.max_connections = kMaxConnections;
        auto server = net::HttpServer::bind(
            io, options, [this](net::Exchange& exchange) { return router_.dispatch(exchange); },
            std::move(logger));
        if (!server) {
            return fail_with(std::move(server), "demo provider");
        }
        server_ = std::move(*server);
        base_ = "http://127.0.0.1:" + std::to_string(server_->port());
        server_->start();
        return {};
    }

    [[nodiscard]] std::string playlist_url() const override { return base_ + "/playlist.m3u"; }

    [[nodiscard]] std::string guide_url() const override { return base_ + "/guide.xml"; }

    asio::awaitable<void> stop() override {
        streams_.stopping = true;
        clips_.stop();
        co_await server_->stop(kStopGrace);
    }

private:
    void add_routes() {
        router_.add({net::Method::get}, "/playlist.m3u",
            [this](net::Exchange& exchange) -> asio::awaitable<void> {
                (void)co_await exchange.send(
                    document("audio/x-mpegurl; charset=utf-8", playlist_document(base_)));
            });
        router_.add({net::Method::get}, "/guide.xml",
            [this](net::Exchange& exchange) -> asio::awaitable<void> {
                (void)co_await exchange.send(
                    document("application/xml; charset=utf-8", guide_document(clock_->wall())));
            });
        for (std::size_t i = 0; i < channels().size(); ++i) {
            router_.add({net::Method::get},
                "/channel/" + std::to_string(channels().at(i).number) + ".ts",
                [this, i](
                    net::Exchange& exchange) { return serve_channel(exchange, streams_, i); });
        }
    }

    std::shared_ptr<const Clock> clock_;
    ClipStore clips_;
    StreamService streams_;
    net::Router router_;
    std::string base_;
    std::unique_ptr<net::HttpServer> server_; // last: its connections use the rest
};

} // namespace

Result<std::unique_ptr<DemoProvider>> DemoProvider::start(
    asio::io_context& io, std::shared_ptr<const Clock> clock, log::Logger logger) {
    auto provider = std::make_unique<LoopbackProvider>(std::move(clock), logger);
    if (auto listening = provider->listen(io, std::move(logger)); !listening) {
        return fail(std::move(listening).error());
    }
    return provider;
}

} // namespace plex_tuner::demo
