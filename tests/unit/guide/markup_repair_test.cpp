// SPDX-License-Identifier: GPL-3.0-or-later
#include "markup_repair.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

std::string repair(std::string_view text, std::size_t chunk) {
    MarkupRepair repairer;
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

TEST(MarkupRepair, WellFormedMarkupStays) {
    const std::string_view text =
        "<tv>\n<channel id=\"a\" ><display-name lang='en'>A</display-name><icon src = \"x>y\"/>"
        "</channel><programme start=\"1\"\n\tchannel='a'><title/><desc>a &lt; b > c</desc>"
        "<desc><![CDATA[<b> ]] < ]]></desc><unknown:x-1/></programme></tv>";
    expect_repaired(text, text);
}

TEST(MarkupRepair, AnAngleThatBeginsNoTagIsText) {
    expect_repaired("<title>a < b</title>", "<title>a &lt; b</title>");
    expect_repaired("<title>I <3 TV << 5 <</title>", "<title>I &lt;3 TV &lt;&lt; 5 &lt;</title>");
    expect_repaired("<title>a <b and c</title>", "<title>a &lt;b and c</title>");
    expect_repaired("<x>1 <2</x>", "<x>1 &lt;2</x>");
    expect_repaired("<title>open <", "<title>open &lt;");
    expect_repaired("<title>open <unclosed a=\"", "<title>open &lt;unclosed a=\"");
    expect_repaired("<icon src=\"a<b<c\" width='1'/>", "<icon src=\"a&lt;b&lt;c\" width='1'/>");
}

TEST(MarkupRepair, HtmlInTextDisappears) {
    expect_repaired("<desc>x<br>y</desc>", "<desc>x y</desc>");
    expect_repaired("<desc><p>One</p><p>Two <B>b</B><br/></desc>", "<desc> One  Two b </desc>");
    expect_repaired("<desc><a href=\"x\">link</a></desc>", "<desc>link</desc>");
}

TEST(MarkupRepair, UnknownTagsInTextAreText) {
    expect_repaired(
        "<desc>With <John Doe> and <Jane></desc>", "<desc>With &lt;John Doe> and &lt;Jane></desc>");
    expect_repaired("<title>a</x></title>", "<title>a&lt;/x></title>");
    expect_repaired("<foo><bar>a</bar></foo>", "<foo><bar>a</bar></foo>");
}

TEST(MarkupRepair, OfEqualAttributesTheFirstStays) {
    expect_repaired("<programme start=\"1\" channel=\"a\" start='2' stop=\"3\">",
        "<programme start=\"1\" channel=\"a\" stop=\"3\">");
    expect_repaired("<icon src='a' src='b' />", "<icon src='a' />");
}

TEST(MarkupRepair, WhatIsTooLongIsNoTag) {
    const std::string value(20'000, 'v');
    const std::string text = "<a b=\"" + value + "\"/><c/>";
    for (const std::size_t chunk : {1'000, 15'000, 50'000}) {
        EXPECT_EQ(repair(text, chunk), "&lt;a b=\"" + value + "\"/><c/>");
    }
}

} // namespace
} // namespace plex_tuner::guide
