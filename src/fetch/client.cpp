// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_core.hpp"
#include "request_turn.hpp"
#include "running_transfer.hpp"
#include "trust_store.hpp"

#include <plex_tuner/fetch/client.hpp>

#include <stdexcept>
#include <utility>

#include <curl/curl.h>
#include <unistd.h>

namespace plex_tuner::fetch {

namespace {

/// A libcurl of the distribution knows where its certificates are, ours of the static binary does
/// not. One file is named, where there is one: of file and directory together libcurl keeps nothing
/// in memory, and reads all certificates again for each connection.
ClientOptions with_trust_store(ClientOptions options) {
    const curl_version_info_data* const curl = curl_version_info(CURLVERSION_NOW);
    if (!options.ca_bundle.empty()) {
        return options;
    }
    if (curl->cainfo != nullptr && ::access(curl->cainfo, R_OK) == 0) {
        options.ca_bundle = curl->cainfo;
    } else if (curl->cainfo == nullptr && curl->capath == nullptr) {
        options.ca_bundle = find_trust_store();
    }
    return options;
}

class CurlClient final : public Client {
public:
    CurlClient(asio::io_context* context, ClientOptions options, log::Logger logger)
        : core_(std::make_shared<FetchCore>(
              context, with_trust_store(std::move(options)), std::move(logger))) {}

    ~CurlClient() override { core_->shut_down(); }

    CurlClient(const CurlClient&) = delete;
    CurlClient& operator=(const CurlClient&) = delete;

    [[nodiscard]] Result<void> start() { return core_->start(); }

    std::unique_ptr<Transfer> start(Request request) override {
        return RunningTransfer::start(core_, std::move(request));
    }

    asio::awaitable<Result<Response>> get(Request request, std::size_t max_bytes) override {
        Url url = request.url;
        return collect(start(std::move(request)), std::move(url), max_bytes);
    }

    asio::awaitable<std::vector<Result<Response>>> get_in_turn(
        std::vector<Request> requests, InTurn how) override {
        return RequestTurn::run(
            std::make_shared<RequestTurn>(core_, std::move(requests), std::move(how)));
    }

private:
    std::shared_ptr<FetchCore> core_;
};

std::unique_ptr<Client> started(
    asio::io_context* context, ClientOptions options, log::Logger logger) {
    auto client = std::make_unique<CurlClient>(context, std::move(options), std::move(logger));
    if (auto done = client->start(); !done) {
        throw std::runtime_error(done.error().message());
    }
    return client;
}

} // namespace

std::unique_ptr<Client> Client::create(ClientOptions options, log::Logger logger) {
    return started(nullptr, std::move(options), std::move(logger));
}

std::unique_ptr<Client> Client::create_on(
    asio::io_context& context, ClientOptions options, log::Logger logger) {
    return started(&context, std::move(options), std::move(logger));
}

} // namespace plex_tuner::fetch
