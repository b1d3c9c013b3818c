// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

#include <plex_tuner/net/router.hpp>

namespace plex_tuner::net {
namespace {

class RouterTest : public test::ServerTest {
protected:
    static Handler answer(std::string text) {
        return [text](Exchange& exchange) -> asio::awaitable<void> {
            co_await exchange.send(Response::text(200, text));
        };
    }

    void serve_routes() {
        serve([this](Exchange& exchange) { return router.dispatch(exchange); });
    }

    test::RawResponse ask(std::string_view method, std::string_view target) {
        auto peer = client();
        peer.request(method, target);
        return peer.read_response(method == "HEAD");
    }

    Router router;
};

TEST_F(RouterTest, ExactWinsOverPrefixAndLongOverShort) {
    router.add_prefix({Method::get}, "/auto/", answer("short"));
    router.add_prefix({Method::get}, "/auto/v/", answer("long"));
    router.add({Method::get}, "/auto/v/5", answer("exact"));
    serve_routes();
    EXPECT_EQ(ask("GET", "/auto/v/5").body, "exact");
    EXPECT_EQ(ask("GET", "/auto/v/6").body, "long");
    EXPECT_EQ(ask("GET", "/auto/x").body, "short");
    EXPECT_EQ(ask("GET", "/auto/").status, 404) << "a prefix alone is not a path below it";
}

TEST_F(RouterTest, PathsAreComparedDecodedAndWithoutQuery) {
    router.add({Method::get}, "/lineup.json", answer("lineup"));
    serve_routes();
    EXPECT_EQ(ask("GET", "/lineup%2ejson?tuning").body, "lineup");
}

TEST_F(RouterTest, HeadIsRoutedAsGet) {
    router.add({Method::get}, "/a", answer("text"));
    serve_routes();
    const auto head = ask("HEAD", "/a");
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.field("content-length"), "4");
}

TEST_F(RouterTest, OtherMethodsAreNamedWithAllow) {
    router.add({Method::get}, "/a", answer("get"));
    router.add({Method::post}, "/a", answer("post"));
    serve_routes();
    EXPECT_EQ(ask("POST", "/a").body, "post");
    for (const char* method : {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
        const auto refused = ask(method, "/a");
        EXPECT_EQ(refused.status, 405) << method;
        EXPECT_EQ(refused.field("allow"), "GET, HEAD, POST") << method;
    }
}

TEST_F(RouterTest, AWrongMethodOfTheBestMatchIsNotServedByAWorseOne) {
    router.add({Method::post}, "/a/b", answer("exact"));
    router.add_prefix({Method::get}, "/a/", answer("prefix"));
    serve_routes();
    EXPECT_EQ(ask("GET", "/a/b").status, 405);
}

TEST_F(RouterTest, UnknownPathsAreNamedHarmlessly) {
    serve_routes();
    const auto missing = ask("GET", "/no%0d%0asuch%1bthing");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.body, "nothing here: /no??such?thing\n");
    const auto endless = ask("GET", "/" + std::string(5000, 'x'));
    EXPECT_EQ(endless.status, 404);
    EXPECT_LT(endless.body.size(), 300U);
}

} // namespace
} // namespace plex_tuner::net
