// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/percent.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::percent {
namespace {

TEST(Percent, EncodesEverythingButUnreserved) {
    EXPECT_EQ(encode("AZaz09-._~"), "AZaz09-._~");
    EXPECT_EQ(encode("a b&c=d/e?f#g%+"), "a%20b%26c%3Dd%2Fe%3Ff%23g%25%2B");
    EXPECT_EQ(encode("\xC3\xA9"), "%C3%A9");
    EXPECT_EQ(encode(""), "");
}

TEST(Percent, DecodesAndKeepsMalformedSequences) {
    EXPECT_EQ(decode("a%20b%2fc%2F"), "a b/c/");
    EXPECT_EQ(decode("100%"), "100%");
    EXPECT_EQ(decode("%4"), "%4");
    EXPECT_EQ(decode("%zz%41"), "%zzA");
    EXPECT_EQ(decode("%%41"), "%A");
    EXPECT_EQ(decode("a+b"), "a+b");
}

TEST(Percent, FormDecodingTurnsPlusIntoBlank) {
    EXPECT_EQ(decode_form("a+b%2Bc"), "a b+c");
}

TEST(Percent, EveryByteSurvivesTheRoundTrip) {
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all.push_back(static_cast<char>(byte));
    }
    EXPECT_EQ(decode(encode(all)), all);
    EXPECT_EQ(decode_form(encode(all)), all);
}

} // namespace
} // namespace plex_tuner::percent
