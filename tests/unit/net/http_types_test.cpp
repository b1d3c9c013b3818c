// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/http_types.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

TEST(Headers, NamesCompareWithoutCase) {
    Headers headers;
    headers.add("Content-Type", "text/plain");
    EXPECT_EQ(headers.find("content-TYPE"), "text/plain");
    EXPECT_EQ(headers.find("Content"), std::nullopt);
}

TEST(Headers, FindGivesTheFirstOfSeveral) {
    Headers headers;
    headers.add("A", "1");
    headers.add("a", "2");
    EXPECT_EQ(headers.find("a"), "1");
    EXPECT_EQ(headers.size(), 2U);
}

TEST(Headers, SetReplacesEveryFieldOfThatName) {
    Headers headers;
    headers.add("A", "1");
    headers.add("B", "2");
    headers.add("a", "3");
    headers.set("A", "4");
    EXPECT_EQ(headers.size(), 2U);
    EXPECT_EQ(headers.find("a"), "4");
    EXPECT_EQ(headers.find("b"), "2");
}

TEST(Request, QueryValueDecodesNamesAndValues) {
    Request request;
    request.query = "a=1&b%20c=x+y%26z&flag&a=2&=empty";
    EXPECT_EQ(request.query_value("a"), "1");
    EXPECT_EQ(request.query_value("b c"), "x y&z");
    EXPECT_EQ(request.query_value("flag"), "");
    EXPECT_EQ(request.query_value(""), "empty");
    EXPECT_EQ(request.query_value("missing"), std::nullopt);
}

TEST(Request, AnEmptyQueryHasNoValues) {
    EXPECT_EQ(Request{}.query_value(""), std::nullopt);
}

TEST(Response, TextHasBodyAndType) {
    const Response response = Response::text(404, "gone");
    EXPECT_EQ(response.status, 404);
    ASSERT_TRUE(response.body);
    EXPECT_EQ(*response.body, "gone");
    EXPECT_EQ(response.headers.find("Content-Type"), "text/plain; charset=utf-8");
}

TEST(ReasonPhrase, IsNeverEmpty) {
    EXPECT_EQ(reason_phrase(200), "OK");
    EXPECT_EQ(reason_phrase(503), "Service Unavailable");
    EXPECT_FALSE(reason_phrase(799).empty());
}

} // namespace
} // namespace plex_tuner::net
