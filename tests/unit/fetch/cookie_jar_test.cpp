// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"

namespace plex_tuner::fetch::testing {
namespace {

/// Sets a cookie named by the path on the first visit, and tells which ones it got.
ScriptedOrigin::Script cookie_counter() {
    return ScriptedOrigin::answering([](const std::string& request) {
        return response(
            200, field(request, "Cookie"), "Set-Cookie: sid=" + std::string("42; Path=/") + "\r\n");
    });
}

class CookieJarTest : public FetchTest {
protected:
    std::string cookies_sent(
        const Url& url, const std::shared_ptr<CookieJar>& jar, HeaderList headers = {}) {
        Request request(url);
        request.cookies = jar;
        request.headers = std::move(headers);
        const auto answer = get(request);
        return answer ? answer->body : answer.error().message();
    }
};

TEST_F(CookieJarTest, RequestsOfOneJarShareCookies) {
    ScriptedOrigin origin(cookie_counter());
    const auto jar = make_cookie_jar();
    EXPECT_EQ(cookies_sent(origin.url("/a"), jar), "<none>");
    EXPECT_EQ(cookies_sent(origin.url("/b"), jar), "sid=42");
}

TEST_F(CookieJarTest, OtherJarsAndNoJarSeeNothing) {
    ScriptedOrigin origin(cookie_counter());
    const auto jar = make_cookie_jar();
    EXPECT_EQ(cookies_sent(origin.url("/"), jar), "<none>");
    EXPECT_EQ(cookies_sent(origin.url("/"), make_cookie_jar()), "<none>");
    EXPECT_EQ(cookies_sent(origin.url("/"), nullptr), "<none>");
}

TEST_F(CookieJarTest, AJarKeepsItsCookiesWhileOthersUseTheClient) {
    ScriptedOrigin origin(cookie_counter());
    const auto jar = make_cookie_jar();
    EXPECT_EQ(cookies_sent(origin.url("/"), jar), "<none>");
    EXPECT_EQ(cookies_sent(origin.url("/"), nullptr), "<none>");
    EXPECT_EQ(cookies_sent(origin.url("/"), make_cookie_jar()), "<none>");
    EXPECT_EQ(cookies_sent(origin.url("/"), jar), "sid=42");
    EXPECT_EQ(cookies_sent(origin.url("/"), nullptr), "<none>");
}

TEST_F(CookieJarTest, OwnCookieHeaderJoinsThoseOfTheJar) {
    ScriptedOrigin origin(cookie_counter());
    const auto jar = make_cookie_jar();
    EXPECT_EQ(cookies_sent(origin.url("/"), jar, {{"Cookie", "own=1"}}), "own=1");
    EXPECT_EQ(cookies_sent(origin.url("/"), jar, {{"Cookie", "own=1"}}), "sid=42; own=1");
}

TEST_F(CookieJarTest, OneJarServesTwoClientsAtOnce) {
    ScriptedOrigin origin(cookie_counter());
    const auto jar = make_cookie_jar();
    const auto other = Client::create({}, {});
    std::vector<std::unique_ptr<Transfer>> transfers;
    for (int i = 0; i < 20; ++i) {
        Request request(origin.url("/"));
        request.cookies = jar;
        transfers.push_back((i % 2 == 0 ? *client_ : *other).start(std::move(request)));
    }
    for (const auto& transfer : transfers) {
        EXPECT_TRUE(run(transfer->head()));
    }
    EXPECT_EQ(cookies_sent(origin.url("/"), jar), "sid=42");
}

} // namespace
} // namespace plex_tuner::fetch::testing
