// SPDX-License-Identifier: GPL-3.0-or-later
#include "listener.hpp"
#include "server_core.hpp"

#include <plex_tuner/net/descriptor_limit.hpp>
#include <plex_tuner/net/http_server.hpp>

#include <algorithm>
#include <iterator>

namespace plex_tuner::net {

namespace {

class HttpServerImpl final : public HttpServer {
public:
    HttpServerImpl(std::shared_ptr<ServerCore> core, std::uint16_t port)
        : core_(std::move(core)), port_(port) {}

    ~HttpServerImpl() override { core_->abandon(); }

    HttpServerImpl(const HttpServerImpl&) = delete;
    HttpServerImpl& operator=(const HttpServerImpl&) = delete;

    void start() override { core_->start(); }

    [[nodiscard]] std::uint16_t port() const noexcept override { return port_; }

    [[nodiscard]] const HttpServerCounters& counters() const noexcept override {
        return core_->context().counters;
    }

    [[nodiscard]] asio::awaitable<void> stop(std::chrono::steady_clock::duration grace) override {
        return ServerCore::stop(core_, grace);
    }

private:
    std::shared_ptr<ServerCore> core_;
    std::uint16_t port_;
};

void listen_besides(const asio::any_io_executor& strand, const std::string& listen,
    std::vector<asio::ip::tcp::acceptor>& acceptors, const log::Logger& logger) {
    const auto address = parse_listen_address(listen);
    auto more = address ? open_listeners(strand, *address, listen)
                        : Result<std::vector<asio::ip::tcp::acceptor>>(fail(address.error()));
    if (!more) {
        logger.warn("the server does without its second address", {{"error", more.error()}});
        return;
    }
    std::ranges::move(*more, std::back_inserter(acceptors));
}

void fit_into_descriptors(HttpServerOptions& options, const log::Logger& logger) {
    const std::size_t limit = descriptor_limit();
    const std::size_t reserved = std::min(options.reserved_descriptors, limit / 2);
    if (options.max_connections <= limit - reserved) {
        return;
    }
    logger.warn("fewer connections than configured, as the limit of open files is low; raise it "
                "with ulimit -n, or LimitNOFILE= of the service",
        {{"configured", options.max_connections}, {"connections", limit - reserved},
            {"open_files", limit}});
    options.max_connections = limit - reserved;
}

} // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::bind(
    asio::io_context& io, HttpServerOptions options, Handler handler, log::Logger logger) {
    auto address = parse_listen_address(options.listen);
    if (!address) {
        return fail(std::move(address).error());
    }
    auto strand = asio::make_strand(io);
    auto acceptors = open_listeners(strand, *address, options.listen);
    if (!acceptors) {
        return fail(std::move(acceptors).error());
    }
    boost::system::error_code error;
    const auto endpoint = acceptors->front().local_endpoint(error);
    if (error) {
        return fail(ErrorCode::io, "cannot listen on " + options.listen + ": " + error.message());
    }
    logger = logger.module("http");
    if (!options.second_listen.empty()) {
        listen_besides(strand, options.second_listen, *acceptors, logger);
    }
    fit_into_descriptors(options, logger);
    auto context =
        std::make_shared<ServerContext>(std::move(options), std::move(handler), std::move(logger));
    auto core = std::make_shared<ServerCore>(
        io, std::move(context), std::move(strand), std::move(*acceptors));
    return std::make_unique<HttpServerImpl>(std::move(core), endpoint.port());
}

} // namespace plex_tuner::net
