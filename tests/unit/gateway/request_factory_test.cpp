// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_factory.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

Url url(const char* text) {
    return Url::parse(text).value();
}

std::string header(const fetch::Request& request, std::string_view name) {
    for (const auto& [key, value] : request.headers) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

TEST(RequestFactory, SendsPlaylistHeadersEverywhereButLoginsOnlyHome) {
    const RequestFactory requests(url("http://tv.example/live"),
        {{"User-Agent", "VLC"}, {"Referer", "http://r/"}, {"Authorization", "Bearer x"},
            {"cookie", "a=b"}},
        {}, {}, nullptr);
    const auto home = requests.media(url("http://tv.example:80/seg.ts"));
    EXPECT_EQ(header(home, "User-Agent"), "VLC");
    EXPECT_EQ(header(home, "Authorization"), "Bearer x");
    EXPECT_EQ(header(home, "cookie"), "a=b");
    const auto abroad = requests.media(url("http://cdn.example/seg.ts"));
    EXPECT_EQ(header(abroad, "User-Agent"), "VLC");
    EXPECT_EQ(header(abroad, "Referer"), "http://r/");
    EXPECT_EQ(header(abroad, "Authorization"), "");
    EXPECT_EQ(header(abroad, "cookie"), "");
}

TEST(RequestFactory, CredentialsBelongToTheirOrigin) {
    const RequestFactory requests(url("http://one.example/live"), {}, {},
        {{"http://one.example:80", "u1", Secret("p1")},
            {"http://two.example:80", "u2", Secret("p2")}},
        nullptr);
    EXPECT_EQ(requests.media(url("http://one.example/x")).credentials->user, "u1");
    EXPECT_EQ(requests.media(url("http://two.example/x")).credentials->user, "u2");
    EXPECT_FALSE(requests.media(url("https://one.example/x")).credentials);
    EXPECT_FALSE(requests.media(url("http://three.example/x")).credentials);
}

TEST(RequestFactory, UserinfoOfTheSourceBecomesCredentials) {
    const RequestFactory requests(
        url("http://us%20er:p%40ss@tv.example/live"), {}, {}, {}, nullptr);
    const auto own = requests.media(url("http://us%20er:p%40ss@tv.example/live"));
    EXPECT_EQ(own.url.text(), "http://tv.example/live");
    ASSERT_TRUE(own.credentials);
    EXPECT_EQ(own.credentials->user, "us er");
    EXPECT_EQ(own.credentials->password.reveal(), "p@ss");
    EXPECT_TRUE(requests.media(url("http://tv.example/seg.ts")).credentials);
    EXPECT_FALSE(requests.media(url("http://cdn.example/seg.ts")).credentials);
}

TEST(RequestFactory, MediaHasNoTotalLimitAndIsNeverCompressed) {
    fetch::Limits limits;
    limits.total = std::chrono::seconds(5);
    const RequestFactory requests(url("http://tv.example/live"), {}, limits, {}, nullptr);
    const auto media = requests.media(url("http://tv.example/live"));
    EXPECT_EQ(media.limits.total.count(), 0);
    EXPECT_FALSE(media.accept_compressed);
    const auto text = requests.text(url("http://tv.example/a.m3u8"), std::chrono::seconds(7));
    EXPECT_EQ(text.limits.total, std::chrono::seconds(7));
    EXPECT_TRUE(text.accept_compressed);
}

} // namespace
} // namespace plex_tuner::gateway
