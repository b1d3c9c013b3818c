// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/sessions.hpp>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::plex {

/// What a request for a stream says of who wants it. Mostly nothing: Plex's server fetches itself,
/// for a player that it does not name.
struct ClientHints {
    std::string session = {}; ///< of playing, as the server calls it
    std::string client = {};  ///< identifier of the player
    std::string product = {};
    std::string platform = {};
    std::string user_agent = {};
};

enum class ClientKind : std::uint8_t {
    web,   ///< a browser, which has few decoders and says so late
    other, ///< an app, a television, a program
};

/// Who plays, as far as it matters to what is sent.
struct StreamClient {
    ClientKind kind = ClientKind::other;
    std::string product = {};
    std::string platform = {};
};

/// A browser's name, or that of Plex in one: by whole words, so that "Plex Web" is one and "webOS"
/// or "Chromecast" is none.
[[nodiscard]] bool names_browser(std::string_view name);

/// Who asks for a stream by what the request alone says; nullopt: it does not say.
[[nodiscard]] std::optional<StreamClient> client_by_hints(const ClientHints& hints);

/// Whether what the server plays may say who it is: it is the server that asks, or the request
/// names a session or a player of it.
[[nodiscard]] bool is_known_to_server(const ClientHints& hints);

/// The same by what the server plays: the session or player that is named, else, where the server
/// itself asks, those who watch the channel (by any of its names); one browser among them counts.
[[nodiscard]] std::optional<StreamClient> client_in_sessions(const ClientHints& hints,
    std::span<const PlaySession> sessions, std::initializer_list<std::string_view> channel_names);

} // namespace plex_tuner::plex
