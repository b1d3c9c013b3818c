// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>

#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

TEST(DocumentText, XmlEscapesMarkup) {
    EXPECT_EQ(xml_escaped("a & b < c > d \" e ' f"), "a &amp; b &lt; c &gt; d &quot; e &#39; f");
    EXPECT_EQ(xml_escaped(""), "");
    EXPECT_EQ(xml_escaped("Z\xC3\xBCrich \xF0\x9F\x93\xBA"), "Z\xC3\xBCrich \xF0\x9F\x93\xBA");
}

TEST(DocumentText, XmlDropsWhatXmlForbids) {
    using namespace std::string_view_literals;
    EXPECT_EQ(xml_escaped("a\0b\x01\x1F\tc\n"sv), "ab\tc\n");
    EXPECT_EQ(xml_escaped("a\rb"), "a&#13;b");
    EXPECT_EQ(xml_escaped("a\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"), "a\xEF\xBF\xBD");
}

TEST(DocumentText, XmlAppends) {
    std::string out = "x";
    append_xml(out, "<");
    append_xml(out, "y");
    EXPECT_EQ(out, "x&lt;y");
}

TEST(DocumentText, JsonQuotesAndEscapes) {
    using namespace std::string_view_literals;
    EXPECT_EQ(json_quoted("a\"b\\c/d"), R"("a\"b\\c/d")");
    EXPECT_EQ(json_quoted("\n\r\t\b\0"sv), R"("\n\r\t\u0008\u0000")");
    EXPECT_EQ(json_quoted(""), "\"\"");
}

TEST(DocumentText, JsonEscapesAtAnyPlaceOfALongText) {
    for (std::size_t at = 0; at < 70; ++at) {
        for (const auto& [byte, escape] :
            {std::pair{'"', "\\\""}, {'\\', "\\\\"}, {'\x1F', "\\u001f"}, {'\n', "\\n"}}) {
            std::string text(70, '\x7F');
            text[at] = byte;
            const std::string before(at, '\x7F');
            const std::string after(69 - at, '\x7F');
            EXPECT_EQ(json_quoted(text), '"' + before + escape + after + '"');
            EXPECT_EQ(json_plain_length(text), at);
        }
    }
}

TEST(DocumentText, JsonKeepsCharactersBeyondAscii) {
    std::string text;
    for (int i = 0; i < 9; ++i) {
        text += "Ü€\xF0\x9F\x93\xBA ";
    }
    EXPECT_EQ(json_quoted(text), '"' + text + '"');
    EXPECT_EQ(json_plain_length(text), text.size());
}

TEST(DocumentText, JsonRepairsInvalidUtf8) {
    EXPECT_EQ(json_quoted("caf\xE9"), "\"caf\xC3\xA9\"");
    EXPECT_EQ(json_quoted("caf\xC3\xA9"), "\"caf\xC3\xA9\"");
}

TEST(DocumentText, HtmlEscapesAttributesToo) {
    std::string out;
    append_html(out, "\"><script>'");
    EXPECT_EQ(out, "&quot;&gt;&lt;script&gt;&#39;");
}

} // namespace
} // namespace plex_tuner
