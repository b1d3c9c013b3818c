// SPDX-License-Identifier: GPL-3.0-or-later
#include "xml_text.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

std::string text(std::string_view in) {
    std::string out = "x";
    append_text(out, in);
    return end_text(out, 1) ? out.substr(1) : out == "x" ? "(none)" : "(not removed)";
}

std::string attribute(std::string_view in) {
    std::string out;
    append_attribute(out, in);
    return out;
}

TEST(XmlText, MarkupIsEscaped) {
    EXPECT_EQ(text("a < b & c > d \"e\" 'f'"), "a &lt; b &amp; c &gt; d \"e\" 'f'");
    EXPECT_EQ(attribute("a<b>\"&\n\tc"), "a&lt;b&gt;&quot;&amp;  c");
    EXPECT_EQ(text(std::string(100, '-') + "&" + std::string(40, '-')),
        std::string(100, '-') + "&amp;" + std::string(40, '-'));
}

TEST(XmlText, WhatValidatorsTakeForDamageIsMended) {
    EXPECT_EQ(text("\xC2\x93q\xC2\x94 \xC2\x81 \xC2\xA9"), "\xE2\x80\x9Cq\xE2\x80\x9D ? \xC2\xA9");
    EXPECT_EQ(text("lost \xEF\xBF\xBD] \xEF\xBF\xBE!"), "lost ?] !");
    EXPECT_EQ(text("twice \xC3\xAF\xC2\xBF\xC2\xBD"), "twice ?");
    EXPECT_EQ(attribute("\xC3\xAF\xC2\xBF\xC2\xBD\xC2\x85"), "?\xE2\x80\xA6");
    EXPECT_EQ(text("\xEF\xAC\x81 \xC3\xA9 \xD0\x96 \xE6\x96\x87"),
        "\xEF\xAC\x81 \xC3\xA9 \xD0\x96 \xE6\x96\x87");
}

TEST(XmlText, PiecesAreJoinedBeforeTheyAreJudged) {
    std::string out;
    append_text(out, " \xC3\xAF\xC2\xBF");
    append_text(out, "\xC2\xBD ");
    EXPECT_TRUE(end_text(out, 0));
    EXPECT_EQ(out, "?");
}

TEST(XmlText, BlankTextIsNone) {
    EXPECT_EQ(text(""), "(none)");
    EXPECT_EQ(text(" \t\r\n"), "(none)");
    EXPECT_EQ(text(" \xC2\xA0\xE3\x80\x80\xE2\x80\x8B\xEF\xBB\xBF "), "(none)");
    EXPECT_EQ(text(" \xC2\xA0x "), "\xC2\xA0x");
    EXPECT_EQ(text("\n a b \n"), "a b");
}

} // namespace
} // namespace plex_tuner::guide
