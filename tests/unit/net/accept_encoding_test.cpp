// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/accept_encoding.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

bool gzip_for(std::string value) {
    Request request;
    request.headers.add("Accept-Encoding", std::move(value));
    return accepts_encoding(request, "gzip");
}

TEST(AcceptEncoding, NeedsTheFieldToSaySo) {
    EXPECT_FALSE(accepts_encoding(Request{}, "gzip"));
    EXPECT_FALSE(gzip_for(""));
    EXPECT_FALSE(gzip_for("identity, br"));
    EXPECT_TRUE(gzip_for("gzip"));
    EXPECT_TRUE(gzip_for("br;q=1.0, GZip;q=0.8, *;q=0.1"));
    EXPECT_TRUE(gzip_for("x-gzip"));
    EXPECT_TRUE(gzip_for("*"));
}

TEST(AcceptEncoding, ZeroWeightRefuses) {
    EXPECT_FALSE(gzip_for("gzip;q=0"));
    EXPECT_FALSE(gzip_for("*, gzip; q=0.000"));
    EXPECT_FALSE(gzip_for("*;q=0"));
    EXPECT_TRUE(gzip_for("gzip;q=0.001"));
}

TEST(AcceptEncoding, SeveralFieldsAreOneList) {
    Request request;
    request.headers.add("Accept-Encoding", "br");
    request.headers.add("accept-encoding", "gzip");
    EXPECT_TRUE(accepts_encoding(request, "gzip"));
}

} // namespace
} // namespace plex_tuner::net
