// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/guide/guide_builder.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

using namespace std::string_view_literals;

std::string verdict(std::string_view bytes) {
    const auto result = looks_like_xmltv(bytes);
    return result ? "yes" : result.error().message();
}

TEST(LooksLikeXmltv, AcceptsGuides) {
    for (const std::string_view bytes :
        {"<tv>"sv,
            "\xEF\xBB\xBF<?xml version=\"1.0\"?>\n<!DOCTYPE tv SYSTEM \"xmltv.dtd\">\n<tv date=\"1\">"sv,
            "\n\n<!-- made by <html> --><tv/>"sv, "<!DOCTYPE tv [ <!ENTITY a \"b\"> ]><tv>"sv,
            "\xFF\xFE<\0t\0v\0>\0"sv, "<?xml version='1.0' encoding='KOI8-R'?><tv>"sv}) {
        EXPECT_EQ(verdict(bytes), "yes") << bytes;
    }
}

TEST(LooksLikeXmltv, GivesTheBenefitOfTheDoubtToAShortPrefix) {
    EXPECT_EQ(verdict("<?xml version=\"1.0\""), "yes");
    EXPECT_EQ(verdict("<!-- a long comment"), "yes");
    EXPECT_EQ(verdict("<t"), "yes");
}

TEST(LooksLikeXmltv, SaysWhatItIsInstead) {
    EXPECT_TRUE(verdict("<!DOCTYPE html><p>").contains("HTML page"));
    EXPECT_TRUE(verdict("<!doctype HTML PUBLIC \"x\">").contains("HTML page"));
    EXPECT_TRUE(verdict(" <HTML><head>").contains("HTML page"));
    EXPECT_TRUE(verdict("<?xml version='1.0'?><rss version='2'>").contains("<rss>"));
    EXPECT_TRUE(verdict("#EXTM3U\n").contains("M3U"));
    EXPECT_TRUE(verdict("{\"user_info\":{}}").contains("JSON"));
    EXPECT_TRUE(verdict("PK\x03\x04zip").contains("ZIP"));
    EXPECT_TRUE(verdict("Access denied").contains("not XML"));
    EXPECT_TRUE(verdict("<?xml encoding='x-klingon'?><tv>").contains("x-klingon"));
    const auto empty = looks_like_xmltv(" \r\n ");
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code(), ErrorCode::empty_body);
}

} // namespace
} // namespace plex_tuner::guide
