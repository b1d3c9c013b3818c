// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/stream_client.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

constexpr const char* kDesktop = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like "
                                 "Gecko) Chrome/126.0.0.0 Safari/537.36";
constexpr const char* kLg = "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like "
                            "Gecko) Chrome/79.0.3945.79 Safari/537.36";

PlaySession session(
    std::string name, std::string channel, std::string product, std::string platform) {
    return {.key = "/livetv/sessions/" + name,
        .session_id = "sess-" + name,
        .channel = std::move(channel),
        .player = {.machine_id = "client-" + name,
            .product = std::move(product),
            .platform = std::move(platform)}};
}

std::string kind_of(const std::optional<StreamClient>& client) {
    return !client ? "unknown" : client->kind == ClientKind::web ? "web" : "other";
}

const std::vector<PlaySession> kSessions{
    session("sofa", "5", "Plex for LG", "webOS"),
    session("desk", "7", "Plex Web", "Firefox"),
    session("box", "7", "Plex for Android (TV)", "Android"),
    session("dvr", "9", "Plex Media Server", "Linux"),
    session("tablet", "id-11", "Plex for iOS", "iOS"),
};

TEST(StreamClient, BrowsersAreNamedByWholeWords) {
    for (const char* name :
        {"Plex Web", "web", "Chrome", "Microsoft Browser", "FIREFOX", "Safari", "plex-web"}) {
        EXPECT_TRUE(names_browser(name)) << name;
    }
    for (const char* name : {"webOS", "Plex for LG (webOS)", "Chromecast", "Plex for Sonos", "",
             "Cobweb", "Web0S", "Plex HTPC", "iOS"}) {
        EXPECT_FALSE(names_browser(name)) << name;
    }
}

TEST(StreamClient, ARequestMaySayItItself) {
    EXPECT_EQ(kind_of(client_by_hints({.product = "Plex Web"})), "web");
    EXPECT_EQ(kind_of(client_by_hints({.product = "Plex for LG", .platform = "webOS"})), "other");
    EXPECT_EQ(kind_of(client_by_hints({.product = "Plex", .platform = "Chrome"})), "web");
    EXPECT_EQ(kind_of(client_by_hints({.user_agent = kDesktop})), "web");
    EXPECT_EQ(kind_of(client_by_hints({.user_agent = kLg})), "unknown");
    EXPECT_EQ(kind_of(client_by_hints({.user_agent = "VLC/3.0.20 LibVLC/3.0.20"})), "unknown");
    EXPECT_EQ(kind_of(client_by_hints({.session = "sess-sofa"})), "unknown");
    EXPECT_EQ(kind_of(client_by_hints({})), "unknown");
}

TEST(StreamClient, WhatPlexFetchesWithIsNobodysProgram) {
    for (const char* agent : {"Lavf/60.3.100", "PlexMediaServer/1.40.2.8395-c67dce28e",
             "Plex Media Server/1.40", "ffmpeg/6.0"}) {
        EXPECT_EQ(kind_of(client_by_hints({.product = "Plex Web", .user_agent = agent})), "unknown")
            << agent;
        EXPECT_TRUE(is_known_to_server({.user_agent = agent})) << agent;
    }
    EXPECT_EQ(
        kind_of(client_by_hints({.product = "Plex Media Server", .platform = "Linux"})), "unknown");
    EXPECT_FALSE(is_known_to_server({.user_agent = "VLC/3.0.20"}));
    EXPECT_TRUE(is_known_to_server({.client = "x"}));
}

TEST(StreamClient, ASessionOrPlayerThatIsNamedIsFound) {
    const auto by_session = client_in_sessions({.session = "sess-desk"}, kSessions, {"1"});
    EXPECT_EQ(kind_of(by_session), "web");
    EXPECT_EQ(by_session->product, "Plex Web");
    EXPECT_EQ(kind_of(client_in_sessions({.client = "client-sofa"}, kSessions, {"1"})), "other");
    EXPECT_EQ(kind_of(client_in_sessions({.client = "nobody"}, kSessions, {"5"})), "unknown");
    EXPECT_EQ(kind_of(client_in_sessions({.client = "client-dvr"}, kSessions, {"9"})), "unknown");
    EXPECT_EQ(kind_of(client_in_sessions({}, kSessions, {""})), "unknown");
}

TEST(StreamClient, WhoWatchesTheChannelIsMeantWhenPlexAsks) {
    const ClientHints plex{.user_agent = "Lavf/60.3.100"};
    EXPECT_EQ(kind_of(client_in_sessions(plex, kSessions, {"5", "id-5"})), "other");
    EXPECT_EQ(kind_of(client_in_sessions(plex, kSessions, {"7", "id-7"})), "web")
        << "one of two is a browser";
    EXPECT_EQ(kind_of(client_in_sessions(plex, kSessions, {"11", "id-11"})), "other");
    EXPECT_EQ(kind_of(client_in_sessions(plex, kSessions, {"9", "id-9"})), "unknown")
        << "a recording";
    EXPECT_EQ(kind_of(client_in_sessions(plex, kSessions, {"6", ""})), "unknown");
    const ClientHints named{.client = "gone", .user_agent = "Lavf/60.3.100"};
    EXPECT_EQ(kind_of(client_in_sessions(named, kSessions, {"5"})), "other");
    EXPECT_EQ(kind_of(client_in_sessions({.user_agent = "VLC/3"}, kSessions, {"5"})), "unknown");
}

} // namespace
} // namespace plex_tuner::plex
