// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/stream_client.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::plex {

namespace {

constexpr std::array<std::string_view, 5> kBrowsers{
    "web", "browser", "firefox", "chrome", "safari"};
/// In what a browser calls itself: it says Chrome and Safari, whatever it is.
constexpr std::array<std::string_view, 3> kBrowserAgents{"firefox", "chrome", "safari"};
/// Televisions and boxes whose apps are made of a browser.
constexpr std::array<std::string_view, 6> kTelevisions{
    "webos", "web0s", "tizen", "smarttv", "tv", "hbbtv"};
/// What Plex fetches with. Players use Lavf, too; then nobody watches the channel in Plex.
constexpr std::array<std::string_view, 4> kFetchers{
    "lavf", "plexmediaserver", "segmenter", "ffmpeg"};
constexpr std::string_view kServer = "Plex Media Server";

template <std::size_t Size>
[[nodiscard]] bool has_word(
    std::string_view text, const std::array<std::string_view, Size>& words) {
    while (!text.empty()) {
        const auto* const begin = std::ranges::find_if(text, ascii::is_alnum);
        const auto* const end = std::find_if_not(begin, text.end(), ascii::is_alnum);
        const std::string_view word(begin, end);
        if (std::ranges::any_of(
                words, [word](std::string_view one) { return ascii::iequals(one, word); })) {
            return true;
        }
        text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
    }
    return false;
}

[[nodiscard]] bool is_server(const ClientHints& hints) {
    return ascii::iequals(hints.product, kServer) || ascii::iequals(hints.platform, kServer) ||
           has_word(hints.user_agent, kFetchers) ||
           ascii::lower(hints.user_agent).find("plex media server") != std::string::npos;
}

[[nodiscard]] StreamClient client_named(std::string product, std::string platform) {
    const bool is_web = names_browser(product) || names_browser(platform);
    return {is_web ? ClientKind::web : ClientKind::other, std::move(product), std::move(platform)};
}

[[nodiscard]] StreamClient client_of(const PlaySession& session) {
    return client_named(session.player.product, session.player.platform);
}

} // namespace

bool names_browser(std::string_view name) {
    return has_word(name, kBrowsers);
}

std::optional<StreamClient> client_by_hints(const ClientHints& hints) {
    if (is_server(hints)) {
        return std::nullopt;
    }
    if (!hints.product.empty() || !hints.platform.empty()) {
        return client_named(hints.product, hints.platform);
    }
    const bool is_browser = hints.user_agent.starts_with("Mozilla/") &&
                            has_word(hints.user_agent, kBrowserAgents) &&
                            !has_word(hints.user_agent, kTelevisions);
    return is_browser ? std::optional(StreamClient{.kind = ClientKind::web, .product = "browser"})
                      : std::nullopt;
}

bool is_known_to_server(const ClientHints& hints) {
    return !hints.session.empty() || !hints.client.empty() || is_server(hints);
}

std::optional<StreamClient> client_in_sessions(const ClientHints& hints,
    std::span<const PlaySession> sessions, std::initializer_list<std::string_view> channel_names) {
    const auto is_named = [&](const PlaySession& session) {
        return (!hints.session.empty() && session.session_id == hints.session) ||
               (!hints.client.empty() && session.player.machine_id == hints.client);
    };
    const auto named = std::ranges::find_if(sessions, is_named);
    if (named != sessions.end() && !named->is_internal()) {
        return client_of(*named);
    }
    std::optional<StreamClient> found;
    if (!is_server(hints)) {
        return found;
    }
    for (const PlaySession& session : sessions) {
        const bool is_meant =
            session.is_live() && !session.is_internal() && !session.channel.empty() &&
            std::ranges::find(channel_names, session.channel) != channel_names.end();
        if (is_meant && (!found || found->kind != ClientKind::web)) {
            found = client_of(session);
        }
    }
    return found;
}

} // namespace plex_tuner::plex
