// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/epg/aliases.hpp>
#include <plex_tuner/epg/channel_name.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::epg {
namespace {

using ::testing::HasSubstr;

TEST(Aliases, KeysAreNamesInAnySpelling) {
    const auto aliases = Aliases::parse(
        R"({"name_to_xmltv_id":{"UK: BBC One HD":" bbc1.uk ","":"x","HD":"y","Z":""},"_suggestions":[1]})");
    ASSERT_TRUE(aliases) << aliases.error().message();
    EXPECT_EQ(aliases->size(), 1U);
    EXPECT_EQ(aliases->find(parse_channel_name("bbc 1")), "bbc1.uk");
    EXPECT_EQ(aliases->find(parse_channel_name("other")), "");
}

TEST(Aliases, ACountryInTheNameIsForThatCountry) {
    Aliases aliases;
    aliases.add("US: Gold", "gold.us");
    aliases.add("UK: Gold", "gold.uk");
    aliases.add("Silver", "silver.any");
    EXPECT_EQ(aliases.find(parse_channel_name("UK | GOLD HD")), "gold.uk");
    EXPECT_EQ(aliases.find(parse_channel_name("Gold")), "gold.us") << "the first";
    EXPECT_EQ(aliases.find(parse_channel_name("DE: Gold")), "");
    EXPECT_EQ(aliases.find(parse_channel_name("DE: Silver")), "silver.any");
}

TEST(Aliases, WhatIsNoneIsNamed) {
    const auto message = [](std::string_view text) {
        const auto aliases = Aliases::parse(text);
        return aliases ? std::string("no error") : aliases.error().message();
    };
    EXPECT_THAT(message("{\"name_to_xmltv_id\":{\"a\":}"), HasSubstr("byte 25"));
    EXPECT_THAT(message("[]"), HasSubstr("name_to_xmltv_id"));
    EXPECT_THAT(message(R"({"name_to_xmltv_id":[]})"), HasSubstr("name_to_xmltv_id"));
    EXPECT_THAT(message(R"({"name_to_xmltv_id":{"ZDF":5}})"), HasSubstr("'ZDF'"));
    EXPECT_THAT(message(""), HasSubstr("byte 0"));
}

} // namespace
} // namespace plex_tuner::epg
