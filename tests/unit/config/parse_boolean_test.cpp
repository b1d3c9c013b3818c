// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_boolean.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(ParseBoolean, KnowsItsWordsInAnyCase) {
    for (const std::string_view text : {"1", "true", "TRUE", "yes", "Yes", "on", " on "}) {
        EXPECT_EQ(parse_boolean(text), true) << text;
    }
    for (const std::string_view text : {"0", "false", "False", "no", "NO", "off", "off\n"}) {
        EXPECT_EQ(parse_boolean(text), false) << text;
    }
}

TEST(ParseBoolean, RefusesEverythingElse) {
    for (const std::string_view text :
        {"", " ", "2", "t", "f", "y", "n", "enabled", "tru e", "01"}) {
        EXPECT_EQ(parse_boolean(text), std::nullopt) << text;
    }
}

} // namespace
} // namespace plex_tuner::config
