// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"

#include <cstdlib>

namespace plex_tuner::fetch::testing {
namespace {

/// A client of an environment that names a proxy.
class ProxyTest : public FetchTest {
protected:
    void SetUp() override {
        ::setenv("http_proxy", proxy_.base().c_str(), 1);
        ClientOptions options = default_options();
        options.has_http_proxy = true;
        client_ = Client::create(std::move(options), {});
    }

    void TearDown() override { ::unsetenv("http_proxy"); }

    std::string line_of(const std::string& url) {
        const auto answer = get(*Url::parse(url));
        EXPECT_TRUE(answer) << answer.error().message();
        return request_line(proxy_.requests().back());
    }

    ScriptedOrigin proxy_{
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); })};
};

TEST_F(ProxyTest, IsAskedForTheWholeUrl) {
    EXPECT_EQ(line_of("http://panel.example/a.ts?b"), "GET http://panel.example/a.ts?b HTTP/1.1");
}

TEST_F(ProxyTest, IsAskedForTheWholeUrlAlsoWhenItsBytesMustStay) {
    EXPECT_EQ(line_of("http://u:p@panel.example:8080/\xC3\xA9.ts?b#c"),
        "GET http://panel.example:8080/\xC3\xA9.ts?b HTTP/1.1");
}

TEST_F(ProxyTest, IsNotForTheLoopback) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "x"); }));
    ASSERT_TRUE(get(origin.url("/\xC3\xA9.ts")));
    EXPECT_EQ(request_line(origin.requests().at(0)), "GET /\xC3\xA9.ts HTTP/1.1");
    EXPECT_TRUE(proxy_.requests().empty());
}

} // namespace
} // namespace plex_tuner::fetch::testing
