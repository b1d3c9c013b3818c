// SPDX-License-Identifier: GPL-3.0-or-later
#include "xml_repair.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

using namespace std::string_view_literals;

std::string repair(std::string_view text, std::size_t chunk) {
    XmlRepair repairer;
    std::string out;
    for (std::size_t at = 0; at < text.size(); at += chunk) {
        out += repairer.feed(text.substr(at, chunk));
    }
    out += repairer.finish();
    return out;
}

void expect_repaired(std::string_view text, std::string_view wanted) {
    for (std::size_t chunk = 1; chunk <= text.size() + 1; ++chunk) {
        ASSERT_EQ(repair(text, chunk), wanted) << "in chunks of " << chunk;
    }
}

TEST(XmlRepair, CleanTextIsNotCopied) {
    const std::string_view text =
        "<tv><title lang=\"en\">Caf\xC3\xA9 &amp; more! Really? 5 &#62; 3\t\r\n</title></tv>";
    XmlRepair repairer;
    EXPECT_EQ(repairer.feed(text).data(), text.data());
    expect_repaired(text, text);
}

TEST(XmlRepair, BareAmpersandsAreEscaped) {
    expect_repaired("a & b", "a &amp; b");
    expect_repaired("a&", "a&amp;");
    expect_repaired("a&b=1&c", "a&amp;b=1&amp;c");
    expect_repaired("&;&#;&#x;&#1a;&&amp;", "&amp;;&amp;#;&amp;#x;&amp;#1a;&amp;&amp;");
    expect_repaired(
        "&averyveryveryveryveryveryverylongname;", "&amp;averyveryveryveryveryveryverylongname;");
}

TEST(XmlRepair, HtmlEntitiesBecomeCharacters) {
    expect_repaired("&nbsp;&eacute;&hellip;&Omega;", "\xC2\xA0\xC3\xA9\xE2\x80\xA6\xCE\xA9");
    expect_repaired("&unknown;", "&amp;unknown;");
    expect_repaired("&lt;&gt;&amp;&quot;&apos;", "&lt;&gt;&amp;&quot;&apos;");
}

TEST(XmlRepair, ForbiddenCharacterReferencesDisappear) {
    expect_repaired("a&#0;b&#x8;c&#xD800;d&#xFFFE;e&#1114112;f&#99999999999;g", "abcdefg");
    expect_repaired("&#147;&#x80;", "\xE2\x80\x9C\xE2\x82\xAC");
    expect_repaired("&#10;&#x10FFFF;&#233;", "&#10;&#x10FFFF;&#233;");
}

TEST(XmlRepair, ControlBytesDisappear) {
    expect_repaired("a\0b\x01\x08\x0B\x0C\x1F c\t\n\r"sv, "ab c\t\n\r");
}

TEST(XmlRepair, BytesThatAreNoUtf8AreWindows1252) {
    expect_repaired(
        "caf\xE9 caf\xC3\xA9 \x93q\x94", "caf\xC3\xA9 caf\xC3\xA9 \xE2\x80\x9Cq\xE2\x80\x9D");
    expect_repaired("\xC0\xAF", "\xC3\x80\xC2\xAF");
    expect_repaired("\x81\xFF", "?\xC3\xBF");
    expect_repaired("\xF0\x9F\x98", "\xC3\xB0\xC5\xB8\xCB\x9C");
    expect_repaired("\xF0\x9F\x98\x80\xEF\xBF\xBE\xEF\xBF\xBF!", "\xF0\x9F\x98\x80!");
}

TEST(XmlRepair, CommentsInstructionsAndDoctypesDisappearButNotTheirLines) {
    expect_repaired("a<!-- & \n<b> -- ?> ]]> -->b", "a\nb");
    expect_repaired("a<!-->-->b<!---->c", "abc");
    expect_repaired("<?xml version=\"1.1\"?>\n<a/>", "\n<a/>");
    expect_repaired("<?pi <!-- ?>&<!DOCTYPE x>", "&amp;");
    expect_repaired("<!DOCTYPE tv [\n<!ENTITY a \"]>\"> <!-- ' ]> -->]>\n<tv>", "\n\n<tv>");
    expect_repaired("<!doctype html><html>", "<html>");
    expect_repaired("<a><!-- never closed", "<a>");
    expect_repaired("<!DOCTYPE tv [ never closed", "");
}

TEST(XmlRepair, CdataKeepsItsAmpersands) {
    expect_repaired(
        "<![CDATA[a & b <!-- &eacute; ]] > ]]>&", "<![CDATA[a & b <!-- &eacute; ]] > ]]>&amp;");
    expect_repaired("<![CDATA[\x01\xE9\xC3\xA9]]]>", "<![CDATA[\xC3\xA9\xC3\xA9]]]>");
    expect_repaired("<![CDATA[]]>", "<![CDATA[]]>");
    expect_repaired("<![CDATA[ open & \xC3", "<![CDATA[ open & \xC3\x83");
}

TEST(XmlRepair, PunctuationAloneIsNoMarkup) {
    expect_repaired("Why?! <b>!</b> a < !x <!x>", "Why?! <b>!</b> a < !x <!x>");
}

} // namespace
} // namespace plex_tuner::guide
