// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/served_tuner.hpp>

#include <utility>

#include <nlohmann/json.hpp>

namespace plex_tuner::plex {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxDocument = std::size_t{64} << 20;

asio::awaitable<Result<json>> get(
    fetch::Client& client, std::string text, std::chrono::milliseconds timeout) {
    auto url = Url::parse(text);
    if (!url) {
        co_return std::unexpected(std::move(url).error());
    }
    const std::string shown = url->redacted();
    fetch::Request request(std::move(*url));
    request.limits.connect = timeout;
    request.limits.total = timeout;
    auto response = co_await client.get(std::move(request), kMaxDocument);
    if (!response) {
        co_return std::unexpected(std::move(response).error());
    }
    if (response->head.status != 200) {
        co_return fail(Error::from_http_status(
            response->head.status, shown + ": status " + std::to_string(response->head.status)));
    }
    json document = json::parse(response->body, nullptr, false);
    if (document.is_discarded()) {
        co_return fail(ErrorCode::parse, shown + " is no JSON");
    }
    co_return document;
}

std::string text_of(const json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end()) {
        return {};
    }
    return found->is_string() ? found->get<std::string>() : found->dump();
}

} // namespace

asio::awaitable<Result<ServedTuner>> ask_tuner(
    fetch::Client& client, std::string base_url, std::chrono::milliseconds timeout) {
    auto device = co_await get(client, base_url + "/discover.json", timeout);
    if (!device) {
        co_return std::unexpected(std::move(device).error());
    }
    ServedTuner tuner;
    if (device->is_object()) {
        tuner.device_id = ascii::upper(text_of(*device, "DeviceID"));
        tuner.name = text_of(*device, "FriendlyName");
    }
    if (tuner.device_id.empty()) {
        co_return fail(ErrorCode::parse, "what answers there is no tuner");
    }
    auto lineup = co_await get(client, base_url + "/lineup.json", timeout);
    if (!lineup) {
        co_return std::unexpected(std::move(lineup).error());
    }
    for (const json& channel : *lineup) {
        if (channel.is_object() && channel.contains("GuideNumber")) {
            tuner.channels.push_back(text_of(channel, "GuideNumber"));
            tuner.details.push_back({.number = tuner.channels.back(),
                .name = text_of(channel, "GuideName"),
                .tvg_id = text_of(channel, "TvgId")});
        }
    }
    co_return tuner;
}

asio::awaitable<Result<std::vector<GuideReader>>> ask_guide_readers(
    fetch::Client& client, std::string base_url, std::chrono::milliseconds timeout) {
    const auto document = co_await get(client, base_url + "/api/guide-readers", timeout);
    if (!document) {
        co_return std::unexpected(document.error());
    }
    std::vector<GuideReader> readers;
    for (const json& row : *document) {
        if (!row.is_object()) {
            co_return fail(ErrorCode::parse, "what answers there is no tuner");
        }
        const auto number = [&](const char* key) {
            const auto found = row.find(key);
            return found != row.end() && found->is_number_integer() ? found->get<std::int64_t>()
                                                                    : 0;
        };
        readers.push_back({.address = text_of(row, "address"),
            .user_agent = text_of(row, "user_agent"),
            .count = static_cast<std::uint64_t>(number("count")),
            .last = WallTime(std::chrono::seconds(number("last")))});
    }
    co_return readers;
}

} // namespace plex_tuner::plex
