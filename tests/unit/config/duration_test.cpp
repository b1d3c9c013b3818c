// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/config/duration.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsWhatGoReads) {
    EXPECT_EQ(parse_duration("0"), 0ns);
    EXPECT_EQ(parse_duration("0s"), 0ns);
    EXPECT_EQ(parse_duration("5s"), 5s);
    EXPECT_EQ(parse_duration("1h30m"), 90min);
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("1.5s"), 1500ms);
    EXPECT_EQ(parse_duration(".5h"), 30min);
    EXPECT_EQ(parse_duration("1.h"), 1h);
    EXPECT_EQ(parse_duration("1h2m3s4ms5us6ns"), 1h + 2min + 3s + 4ms + 5us + 6ns);
    EXPECT_EQ(parse_duration("3\u00B5s"), 3us);
    EXPECT_EQ(parse_duration("3\u03BCs"), 3us);
    EXPECT_EQ(parse_duration("-2s"), -2s);
    EXPECT_EQ(parse_duration("+2s"), 2s);
    EXPECT_EQ(parse_duration("-0"), 0ns);
    EXPECT_EQ(parse_duration("30m1h"), 90min);
    EXPECT_EQ(parse_duration(" 10m\n"), 10min);
    EXPECT_EQ(parse_duration("0.100000000000000000000000000000s"), 100ms);
    EXPECT_EQ(parse_duration("2562047h"), 2562047h);
}

TEST(ParseDuration, RefusesEverythingElse) {
    for (const std::string_view text : {"", " ", "-", "+", "3", "45", ".", "s", ".s", "1x", "1h30",
             "1 h", "1h 30m", "1d", "1S", "--1s", "-+1s", "1..5s", "1e3s", "99999999999999999999s",
             "2562048h", "9223372036854775807s"}) {
        EXPECT_EQ(parse_duration(text), std::nullopt) << text;
    }
}

TEST(FormatDuration, IsShortAndReadBackTheSame) {
    EXPECT_EQ(format_duration(0s), "0");
    EXPECT_EQ(format_duration(45s), "45s");
    EXPECT_EQ(format_duration(90min), "1h30m");
    EXPECT_EQ(format_duration(1500ms), "1s500ms");
    EXPECT_EQ(format_duration(1ns), "1ns");
    EXPECT_EQ(format_duration(-2s), "-2s");
    EXPECT_EQ(format_duration(24h), "24h");
    for (const std::chrono::nanoseconds value :
        {std::chrono::nanoseconds(1h + 1ns), std::chrono::nanoseconds(-90min + 7us), 0ns}) {
        EXPECT_EQ(parse_duration(format_duration(value)), value);
    }
}

} // namespace
} // namespace plex_tuner::config
