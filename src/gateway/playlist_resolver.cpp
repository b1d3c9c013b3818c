// SPDX-License-Identifier: GPL-3.0-or-later
#include "playlist_resolver.hpp"

#include "upstream_status.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace plex_tuner::gateway {
namespace {

/// A playlist that names playlists: master, variant, and one more for odd servers.
constexpr int kMaxNesting = 3;

} // namespace

bool wants_new_token(const Error& error) {
    const int status = error.http_status().value_or(0);
    return status == 401 || status == 403 || status == 404 || status == 410;
}

asio::awaitable<Result<PlaylistText>> PlaylistResolver::fetch(
    Url url, std::chrono::milliseconds limit) {
    Attempt::Transfer transfer(attempt_, requests_.text(url, limit));
    auto head = co_await transfer.head();
    if (!head) {
        co_return fail(std::move(head).error());
    }
    if (!is_success_status(head->status)) {
        co_return fail(upstream_status_error(head->status));
    }
    std::string text;
    for (;;) {
        auto part = co_await transfer.read();
        if (!part) {
            co_return fail(std::move(part).error());
        }
        if (part->empty()) {
            co_return PlaylistText{std::move(text), head->effective_url};
        }
        if (text.size() + part->size() > hls::kMaxPlaylistBytes) {
            co_return fail(ErrorCode::too_large, "the playlist is too large");
        }
        text.append(*part);
    }
}

asio::awaitable<Result<PlaylistResolver::Resolved>> PlaylistResolver::resolve(
    PlaylistText playlist, std::chrono::milliseconds limit) {
    std::optional<std::uint64_t> bandwidth;
    for (int depth = 0; depth < kMaxNesting; ++depth) {
        auto parsed = hls::parse(playlist.text);
        if (!parsed) {
            co_return fail(std::move(parsed).error());
        }
        if (auto* media = std::get_if<hls::MediaPlaylist>(&*parsed)) {
            co_return Resolved{std::move(*media), std::move(playlist.url), bandwidth};
        }
        const auto& master = std::get<hls::MasterPlaylist>(*parsed);
        const auto ladder = hls::variant_ladder(master);
        if (ladder.empty()) {
            co_return fail(ErrorCode::parse, "the master playlist has no variants");
        }
        variants_ = ladder.size();
        const hls::Variant& variant = *ladder[std::min(bandwidth_.level(), ladder.size() - 1)];
        if (hls::separate_audio(master, variant) != nullptr) {
            co_return fail(ErrorCode::unsupported, "HLS with separate audio is not supported yet");
        }
        auto url = playlist.url.resolve(variant.uri);
        if (!url) {
            co_return fail(std::move(url).error().with_context("address of the variant"));
        }
        bandwidth = variant.bandwidth;
        auto next = co_await fetch(std::move(*url), limit);
        if (!next) {
            co_return fail(std::move(next).error().with_context("media playlist"));
        }
        playlist = std::move(*next);
    }
    co_return fail(ErrorCode::parse, "playlists name each other without end");
}

} // namespace plex_tuner::gateway
