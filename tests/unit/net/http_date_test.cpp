// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/http_date.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

// The example of RFC 9110 section 5.6.7.
constexpr WallTime kExample{std::chrono::seconds(784111777)};
constexpr WallTime kNow{std::chrono::seconds(1790000000)}; // 2026-09-21

TEST(HttpDate, FormatsImfFixdate) {
    EXPECT_EQ(format_http_date(kExample), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(format_http_date(WallTime{}), "Thu, 01 Jan 1970 00:00:00 GMT");
    EXPECT_EQ(
        format_http_date(WallTime{std::chrono::seconds(-1)}), "Wed, 31 Dec 1969 23:59:59 GMT");
}

TEST(HttpDate, ReadsAllThreeForms) {
    EXPECT_EQ(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", kNow), kExample);
    EXPECT_EQ(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT", kNow), kExample);
    EXPECT_EQ(parse_http_date("Sun Nov  6 08:49:37 1994", kNow), kExample);
    EXPECT_EQ(parse_http_date("  Sun, 06 Nov 1994 08:49:37 GMT ", kNow), kExample);
}

TEST(HttpDate, TwoDigitYearsMoreThanFiftyYearsAheadArePast) {
    const auto at = [](std::string_view text) {
        return parse_http_date(text, kNow);
    };
    EXPECT_EQ(at("Sunday, 06-Nov-76 00:00:00 GMT"), at("Sun, 06 Nov 2076 00:00:00 GMT"));
    EXPECT_EQ(at("Sunday, 06-Nov-77 00:00:00 GMT"), at("Sun, 06 Nov 1977 00:00:00 GMT"));
}

TEST(HttpDate, EveryDayOfAFewYearsReadsBack) {
    for (std::int64_t day = 19000; day < 21000; ++day) {
        const WallTime time{std::chrono::seconds(day * 86400 + day % 86400)};
        ASSERT_EQ(parse_http_date(format_http_date(time), kNow), time) << day;
    }
}

TEST(HttpDate, RefusesWhatIsNoDate) {
    for (const std::string_view text :
        {"", "yesterday", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
            "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT x",
            "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov -994 08:49:37 GMT", "784111777"}) {
        EXPECT_EQ(parse_http_date(text, kNow), std::nullopt) << text;
    }
}

} // namespace
} // namespace plex_tuner::net
