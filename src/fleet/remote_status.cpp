// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/url.hpp>
#include <plex_tuner/fleet/plan.hpp>
#include <plex_tuner/fleet/remote_status.hpp>

#include <utility>

namespace plex_tuner::fleet {

namespace {

constexpr std::size_t kMaxStatus = std::size_t{4} << 20;
constexpr int kOk = 200;

} // namespace

boost::asio::awaitable<Result<std::string>> ask_supervisor(
    fetch::Client& client, std::string listen, bool as_json) {
    const auto endpoint = endpoint_of(listen);
    if (!endpoint) {
        co_return fail(ErrorCode::invalid_argument,
            "it has no page; set addr in its configuration or PLEX_TUNER_SUPERVISOR_ADDR");
    }
    const std::string address = "http://" + endpoint->host + ":" + std::to_string(endpoint->port);
    auto url = Url::parse(address + (as_json ? "/api/children" : "/children.txt"));
    if (!url) {
        co_return fail(std::move(url).error());
    }
    auto response = co_await client.get(fetch::Request(std::move(*url)), kMaxStatus);
    if (!response) {
        co_return fail(std::move(response).error());
    }
    if (response->head.status != kOk) {
        co_return fail(Error::from_http_status(
            response->head.status, "what answers at " + address + " is no supervisor"));
    }
    co_return std::move(response->body);
}

} // namespace plex_tuner::fleet
