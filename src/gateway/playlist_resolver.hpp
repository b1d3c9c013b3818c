// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "bandwidth_policy.hpp"
#include "request_factory.hpp"

#include <plex_tuner/hls/playlist.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

struct PlaylistText {
    std::string text;
    Url url; ///< effective
};

/// Sound that a variant has beside it, in a playlist of its own.
struct SoundChoice {
    Url url;
    std::string group; ///< with its name, what it is known by: tokens in the address change
    std::string name;
    std::string language; ///< as the playlist writes it; may be empty
};

/// The variant of a master playlist that is to be played.
struct VariantChoice {
    std::uint64_t bandwidth = 0;
    std::optional<SoundChoice> sound; ///< none: in its own segments
};

/// Fetches playlists, and finds the media playlist to play behind a master playlist. Confined to
/// the session's strand.
class PlaylistResolver {
public:
    /// `bandwidth` says which variant, and outlives it.
    PlaylistResolver(Attempt& attempt, const RequestFactory& requests, BandwidthPolicy& bandwidth)
        : attempt_(attempt), requests_(requests), bandwidth_(bandwidth) {}

    struct Resolved {
        hls::MediaPlaylist playlist;
        Url url;                              ///< effective
        std::optional<VariantChoice> variant; ///< when it was chosen just now
    };

    [[nodiscard]] asio::awaitable<Result<PlaylistText>> fetch(
        Url url, std::chrono::milliseconds limit);
    /// From whatever playlist to the media playlist of the variant to play: of a lower one when
    /// that of a better one cannot be had. Each further playlist may take `limit`.
    [[nodiscard]] asio::awaitable<Result<Resolved>> resolve(
        PlaylistText playlist, std::chrono::milliseconds limit);

    /// From the address of a media playlist to what it says.
    [[nodiscard]] asio::awaitable<Result<Resolved>> fetch_media(
        Url url, std::chrono::milliseconds limit);

    /// To choose from, in the last master playlist.
    [[nodiscard]] std::size_t variants() const noexcept { return variants_; }

private:
    struct Chosen {
        PlaylistText playlist;
        VariantChoice variant;
    };

    /// The best variant that the bandwidth allows and whose playlist can be had.
    [[nodiscard]] asio::awaitable<Result<Chosen>> descend(
        hls::MasterPlaylist master, Url playlist, std::chrono::milliseconds limit);
    [[nodiscard]] static Result<VariantChoice> choose(
        const hls::MasterPlaylist& master, const hls::Variant& variant, const Url& playlist);

    Attempt& attempt_;
    const RequestFactory& requests_;
    BandwidthPolicy& bandwidth_;
    std::size_t variants_ = 1;
};

/// What was refused like this may be had with a new token from the original address.
[[nodiscard]] bool wants_new_token(const Error& error);

} // namespace plex_tuner::gateway
