// SPDX-License-Identifier: GPL-3.0-or-later
#include "playlist_resolver.hpp"

#include "body_kind.hpp"
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
            const BodyKind kind = classify(text, true);
            if (kind == BodyKind::html || kind == BodyKind::json || kind == BodyKind::xml) {
                co_return fail(refusal(kind));
            }
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
    std::optional<VariantChoice> choice;
    for (int depth = 0; depth < kMaxNesting; ++depth) {
        auto parsed = hls::parse(playlist.text);
        if (!parsed) {
            co_return fail(std::move(parsed).error());
        }
        if (auto* media = std::get_if<hls::MediaPlaylist>(&*parsed)) {
            co_return Resolved{std::move(*media), std::move(playlist.url), std::move(choice)};
        }
        auto chosen = co_await descend(
            std::get<hls::MasterPlaylist>(std::move(*parsed)), std::move(playlist.url), limit);
        if (!chosen) {
            co_return fail(std::move(chosen).error());
        }
        playlist = std::move(chosen->playlist);
        choice = std::move(chosen->variant);
    }
    co_return fail(ErrorCode::parse, "playlists name each other without end");
}

asio::awaitable<Result<PlaylistResolver::Chosen>> PlaylistResolver::descend(
    hls::MasterPlaylist master, Url playlist, std::chrono::milliseconds limit) {
    const auto ladder = hls::variant_ladder(master);
    if (ladder.empty()) {
        co_return fail(ErrorCode::parse, "the master playlist has no variants");
    }
    variants_ = ladder.size();
    for (;;) {
        const hls::Variant& variant = *ladder[std::min(bandwidth_.level(), ladder.size() - 1)];
        auto choice = choose(master, variant, playlist);
        if (!choice) {
            co_return fail(std::move(choice).error());
        }
        auto url = playlist.resolve(variant.uri);
        if (!url) {
            co_return fail(std::move(url).error().with_context("address of the variant"));
        }
        auto text = co_await fetch(std::move(*url), limit);
        if (text) {
            co_return Chosen{std::move(*text), std::move(*choice)};
        }
        if (attempt_.cancelled() || !bandwidth_.variant_failed(ladder.size())) {
            co_return fail(std::move(text).error().with_context("media playlist"));
        }
    }
}

Result<VariantChoice> PlaylistResolver::choose(
    const hls::MasterPlaylist& master, const hls::Variant& variant, const Url& playlist) {
    VariantChoice choice{.bandwidth = variant.bandwidth, .sound = std::nullopt};
    if (const hls::Rendition* sound = hls::separate_audio(master, variant)) {
        auto url = playlist.resolve(sound->uri);
        if (!url) {
            return fail(std::move(url).error().with_context("address of the sound"));
        }
        choice.sound = {std::move(*url), sound->group_id, sound->name, sound->language};
    }
    return choice;
}

asio::awaitable<Result<PlaylistResolver::Resolved>> PlaylistResolver::fetch_media(
    Url url, std::chrono::milliseconds limit) {
    auto text = co_await fetch(std::move(url), limit);
    if (!text) {
        co_return fail(std::move(text).error());
    }
    auto parsed = hls::parse(text->text);
    if (!parsed) {
        co_return fail(std::move(parsed).error());
    }
    auto* media = std::get_if<hls::MediaPlaylist>(&*parsed);
    if (media == nullptr) {
        co_return fail(ErrorCode::parse, "a master playlist stands where media is expected");
    }
    co_return Resolved{std::move(*media), std::move(text->url), std::nullopt};
}

} // namespace plex_tuner::gateway
