// SPDX-License-Identifier: GPL-3.0-or-later
#include "init_section.hpp"

#include "upstream_status.hpp"

#include <algorithm>
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
    auto fetched = co_await download(*url, map->range);
    if (!fetched) {
        co_return fail(std::move(fetched).error().with_context("initialisation section"));
    }
    url_ = std::move(*url);
    range_ = map->range;
    kept_ = std::make_shared<const std::string>(std::move(*fetched));
    co_return kept_;
}

asio::awaitable<Result<std::string>> InitSections::download(
    Url url, std::optional<hls::ByteRange> range) {
    fetch::Request request = requests_.media(url);
    request.limits.total = kInitSectionLimit;
    const std::uint64_t length = range ? range->length : kMaxInitSection + 1;
    if (length == 0 || (range && length > kMaxInitSection)) {
        co_return fail(ErrorCode::parse, "a byte range without sense");
    }
    if (range) {
        request.range = {range->offset, range->offset + (length - 1)};
    }
    Attempt::Transfer transfer(attempt_, std::move(request));
    auto head = co_await transfer.head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (!is_success_status(head->status)) {
        co_return fail(upstream_status_error(head->status));
    }
    // A server without ranges sends the whole resource.
    std::uint64_t skip = range && head->status == 200 ? range->offset : 0;
    std::string bytes;
    while (bytes.size() < length) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        if (part->empty()) {
            break;
        }
        const std::size_t dropped = std::min<std::uint64_t>(skip, part->size());
        skip -= dropped;
        bytes.append(*part, dropped);
    }
    if (!range && bytes.size() > kMaxInitSection) {
        co_return fail(ErrorCode::too_large, "it is too large");
    }
    if (bytes.empty() || (range && bytes.size() < length)) {
        co_return fail(ErrorCode::empty_body, "it is cut short");
    }
    bytes.resize(std::min<std::uint64_t>(bytes.size(), length));
    co_return bytes;
}

} // namespace plex_tuner::gateway
