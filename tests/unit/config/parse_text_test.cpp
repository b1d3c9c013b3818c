// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_text.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

using namespace std::string_view_literals;

TEST(ParseText, TrimsAndKeepsTheRest) {
    EXPECT_EQ(parse_text("  Living Room \n"), "Living Room");
    EXPECT_EQ(parse_text("Z\xC3\xBCrich"), "Z\xC3\xBCrich");
    EXPECT_EQ(parse_text(""), "");
}

TEST(ParseText, RefusesWhatWouldBreakAHeaderOrDocument) {
    for (const std::string_view text :
        {"a\nb"sv, "a\r\nX: y"sv, "a\tb"sv, "a\0b"sv, "a\x7F"sv, "caf\xE9"sv}) {
        EXPECT_EQ(parse_text(text), std::nullopt);
    }
    EXPECT_EQ(parse_text(std::string(kMaxTextBytes, 'x')), std::string(kMaxTextBytes, 'x'));
    EXPECT_EQ(parse_text(std::string(kMaxTextBytes + 1, 'x')), std::nullopt);
}

TEST(ParseSecretText, KeepsBlanksAndDropsTheLastLineBreak) {
    EXPECT_EQ(parse_secret_text(" pass word "), " pass word ");
    EXPECT_EQ(parse_secret_text("password\r\n"), "password");
    EXPECT_EQ(parse_secret_text("pass\nword"), std::nullopt);
}

TEST(ParsePath, TakesAnyBytesButControls) {
    EXPECT_EQ(parse_path(" /srv/my list.m3u "), std::filesystem::path("/srv/my list.m3u"));
    EXPECT_EQ(parse_path("/caf\xE9"), std::filesystem::path("/caf\xE9"));
    EXPECT_EQ(parse_path(""), std::filesystem::path());
    EXPECT_EQ(parse_path("a\nb"), std::nullopt);
    EXPECT_EQ(parse_path(std::string(kMaxPathBytes + 1, 'x')), std::nullopt);
}

} // namespace
} // namespace plex_tuner::config
