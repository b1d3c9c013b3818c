// SPDX-License-Identifier: GPL-3.0-or-later
#include "request_target.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

TEST(RequestTarget, OriginFormIsSplitAndDecoded) {
    const auto target = parse_request_target(Method::get, "/a%20b/%c3%a9?x=%20&y");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/a b/\xc3\xa9");
    EXPECT_EQ(target->query, "x=%20&y");
    EXPECT_EQ(target->authority, std::nullopt);
}

TEST(RequestTarget, AbsoluteFormGivesTheAuthority) {
    const auto target =
        parse_request_target(Method::get, "http://user:pw@10.0.0.5:5004/lineup.json?a=b");
    ASSERT_TRUE(target);
    EXPECT_EQ(target->path, "/lineup.json");
    EXPECT_EQ(target->query, "a=b");
    EXPECT_EQ(target->authority, "10.0.0.5:5004");
}

TEST(RequestTarget, AbsoluteFormWithoutPathIsTheRoot) {
    EXPECT_EQ(parse_request_target(Method::get, "HTTP://h")->path, "/");
    const auto query_only = parse_request_target(Method::get, "http://h?q=1");
    ASSERT_TRUE(query_only);
    EXPECT_EQ(query_only->path, "/");
    EXPECT_EQ(query_only->query, "q=1");
}

TEST(RequestTarget, AsteriskIsForOptions) {
    EXPECT_EQ(parse_request_target(Method::options, "*")->path, "*");
    EXPECT_FALSE(parse_request_target(Method::get, "*"));
}

TEST(RequestTarget, AFragmentIsDropped) {
    EXPECT_EQ(parse_request_target(Method::get, "/a#b?c")->path, "/a");
}

TEST(RequestTarget, RefusesNulAndForeignForms) {
    EXPECT_FALSE(parse_request_target(Method::get, "/a%00b"));
    EXPECT_FALSE(parse_request_target(Method::get, "example.com:443"));
    EXPECT_FALSE(parse_request_target(Method::get, "ftp://h/a"));
    EXPECT_FALSE(parse_request_target(Method::get, "http:///a"));
    EXPECT_FALSE(parse_request_target(Method::get, ""));
}

TEST(Host, MayBeEmptyButNotNoise) {
    EXPECT_TRUE(is_plausible_host(""));
    EXPECT_TRUE(is_plausible_host("[::1]:5004"));
    EXPECT_TRUE(is_plausible_host("tuner.local"));
    EXPECT_FALSE(is_plausible_host("a b"));
    EXPECT_FALSE(is_plausible_host("a/b"));
    EXPECT_FALSE(is_plausible_host("a@b"));
    EXPECT_FALSE(is_plausible_host("a,b"));
}

} // namespace
} // namespace plex_tuner::net
