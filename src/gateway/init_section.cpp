// SPDX-License-Identifier: GPL-3.0-or-later
#include "init_section.hpp"

#include "segment_body.hpp"
#include "upstream_status.hpp"

#include <utility>

namespace plex_tuner::gateway {
namespace {

/// Real ones have a few thousand bytes.
constexpr std::size_t kMaxInitSection = 4 * 1024 * 1024;
constexpr std::chrono::milliseconds kInitSectionLimit{10'000};

} // namespace

asio::awaitable<Result<InitSection>> InitSections::load(
    std::shared_ptr<const hls::Map> map, Url playlist_url) {
    if (!map) {
        co_return InitSection();
    }
    auto url = playlist_url.resolve(map->uri);
    if (!url) {
        co_return fail(std::move(url).error().with_context("address of an initialisation section"));
    }
    if (kept_ && url_ == *url && range_ == map->range) {
        co_return kept_;
    }
    auto fetched = co_await download(*url, *map, playlist_url);
    if (!fetched) {
        co_return fail(std::move(fetched).error().with_context("initialisation section"));
    }
    url_ = std::move(*url);
    range_ = map->range;
    kept_ = std::make_shared<const std::string>(std::move(*fetched));
    co_return kept_;
}

asio::awaitable<Result<std::string>> InitSections::download(
    Url url, const hls::Map& map, const Url& playlist_url) {
    if (map.range && (map.range->length == 0 || map.range->length > kMaxInitSection)) {
        co_return fail(ErrorCode::parse, "a byte range without sense");
    }
    auto cipher = co_await keys_.cipher(map.key.get(), std::nullopt, playlist_url);
    if (!cipher) {
        co_return fail(std::move(cipher).error());
    }
    fetch::Request request = requests_.media(url);
    request.limits.total = kInitSectionLimit;
    if (map.range) {
        request.range = {map.range->offset, map.range->offset + (map.range->length - 1)};
    }
    Attempt::Transfer transfer(attempt_, std::move(request));
    auto head = co_await transfer.head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (!is_success_status(head->status)) {
        co_return fail(upstream_status_error(head->status));
    }
    SegmentBody body(map.range, head->status == 200, std::move(*cipher));
    std::string bytes;
    while (!body.over()) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        auto taken = body.take(std::move(*part));
        if (!taken) {
            co_return fail(std::move(taken).error());
        }
        bytes.append(*taken);
        if (bytes.size() > kMaxInitSection) {
            co_return fail(ErrorCode::too_large, "it is too large");
        }
    }
    if (bytes.empty()) {
        co_return fail(ErrorCode::empty_body, "it is empty");
    }
    co_return bytes;
}

} // namespace plex_tuner::gateway
