// SPDX-License-Identifier: GPL-3.0-or-later
#include "segment_keys.hpp"

#include "body_kind.hpp"
#include "upstream_status.hpp"

#include <algorithm>

namespace plex_tuner::gateway {
namespace {

constexpr std::chrono::milliseconds kKeyLimit{10'000};

} // namespace

Result<hls::CipherBlock> key_of_body(std::string_view body, int status) {
    hls::CipherBlock key{};
    if (body.size() == key.size()) {
        std::ranges::copy(body, key.begin());
        return key;
    }
    std::string message("the key server answered with ");
    const BodyKind kind = classify(body, true);
    if (kind == BodyKind::html || kind == BodyKind::json || kind == BodyKind::xml ||
        kind == BodyKind::empty) {
        message.append(describe(kind));
    } else {
        message.append(body.size() > kMaxSniffBytes ? "more than " : "")
            .append(std::to_string(std::min(body.size(), kMaxSniffBytes)))
            .append(" bytes");
    }
    message.append(" (status ")
        .append(std::to_string(status))
        .append(") instead of a key of 16 bytes");
    return fail(kind == BodyKind::html ? ErrorCode::blocked : ErrorCode::parse, std::move(message));
}

SegmentKeys::SegmentKeys(Attempt& attempt, const RequestFactory& requests)
    : attempt_(attempt), requests_(requests) {}

asio::awaitable<Result<std::optional<hls::SegmentCipher>>> SegmentKeys::cipher(
    const hls::Key* key, std::optional<std::uint64_t> sequence, const Url& playlist) {
    if (key == nullptr || key->method == hls::KeyMethod::none) {
        co_return std::optional<hls::SegmentCipher>();
    }
    if (auto checked = hls::check_decryptable(*key); !checked) {
        co_return fail(std::move(checked).error());
    }
    if (!sequence && !key->iv) {
        co_return fail(
            ErrorCode::parse, "the playlist names no vector for the encrypted initialisation");
    }
    auto url = playlist.resolve(key->uri);
    if (!url) {
        co_return fail(std::move(url).error().with_context("address of the key"));
    }
    auto known = std::ranges::find(
        keys_, url->text(), [](const auto& entry) -> const auto& { return entry.first; });
    if (known == keys_.end()) {
        std::string address = url->text();
        auto fetched = co_await fetch(std::move(*url));
        if (!fetched) {
            co_return fail(std::move(fetched).error().with_context("key of the segments"));
        }
        if (keys_.size() >= kMaxKeys) {
            keys_.erase(keys_.begin());
        }
        known = keys_.emplace(keys_.end(), std::move(address), *fetched);
    }
    co_return hls::SegmentCipher(
        known->second, hls::initialisation_vector(*key, sequence.value_or(0)));
}

void SegmentKeys::forget(const hls::Key& key, const Url& playlist) {
    if (const auto url = playlist.resolve(key.uri)) {
        std::erase_if(keys_, [&](const auto& entry) { return entry.first == url->text(); });
    }
}

asio::awaitable<Result<hls::CipherBlock>> SegmentKeys::fetch(Url url) {
    Attempt::Transfer transfer(attempt_, requests_.text(url, kKeyLimit));
    auto head = co_await transfer.head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (!is_success_status(head->status)) {
        co_return fail(upstream_status_error(head->status));
    }
    std::string body;
    while (body.size() <= kMaxSniffBytes) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        if (part->empty()) {
            break;
        }
        body.append(*part);
    }
    co_return key_of_body(body, head->status);
}

} // namespace plex_tuner::gateway
