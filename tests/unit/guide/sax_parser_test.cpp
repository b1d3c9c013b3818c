// SPDX-License-Identifier: GPL-3.0-or-later
#include "sax_parser.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

class Recorder final : public SaxHandler {
public:
    bool start_element(std::string_view name, const char* const* attributes) override {
        events += "<" + std::string(name);
        for (; attributes[0] != nullptr; attributes += 2) {
            events += std::string(" ") + attributes[0] + "=" + attributes[1];
        }
        events += ">";
        return name != "stop";
    }

    bool end_element() override {
        events += "</>";
        return true;
    }

    void text(std::string_view text) override { events += text; }

    std::string events;
};

std::string outcome(std::string_view document, std::size_t chunk) {
    Recorder recorder;
    SaxParser parser(recorder);
    Result<void> result;
    for (std::size_t at = 0; at < document.size() && result; at += chunk) {
        result = parser.feed(document.substr(at, chunk));
    }
    if (result) {
        result = parser.finish();
    }
    return result ? recorder.events : "error: " + result.error().message();
}

std::string outcome(std::string_view document) {
    return outcome(document, document.size() + 1);
}

TEST(SaxParser, ReportsElementsAttributesAndText) {
    const std::string_view document = "<a x='1' y=\"&amp;2\">t<b/><![CDATA[<&]]>&#233;</a>";
    for (std::size_t chunk = 1; chunk <= document.size(); ++chunk) {
        EXPECT_EQ(outcome(document, chunk), "<a x=1 y=&2>t<b></><&\xC3\xA9</>");
    }
}

TEST(SaxParser, IgnoresWhatFollowsTheRoot) {
    EXPECT_EQ(outcome("<a/><b/> junk & < \x01"), "<a></>");
    EXPECT_EQ(outcome("<a/><b/> junk", 3), "<a></>");
}

TEST(SaxParser, ExpandsNoEntitiesAndFetchesNothing) {
    EXPECT_EQ(outcome("<!DOCTYPE a [<!ENTITY e 'expanded'><!ENTITY f SYSTEM "
                      "'file:///etc/passwd'>]><a b='&e;'>&e;&f;</a>"),
        "<a b=&e;>&e;&f;</>");
    EXPECT_EQ(outcome("<!DOCTYPE a [<!ENTITY x '<![CDATA['><!ENTITY e 'expanded'>]><a>&e;</a>"),
        "<a>&e;</>");
    EXPECT_EQ(outcome("<!DOCTYPE a [<!ATTLIST a b CDATA 'default'>]><a/>"), "<a></>");
}

TEST(SaxParser, ErrorsNameThePlace) {
    EXPECT_EQ(outcome("<a>\n<!--\n-->\n  <b></c></a>"), "error: line 4, column 8: mismatched tag");
    EXPECT_EQ(outcome("<a x='1' x='2'/>"), "error: line 1, column 10: duplicate attribute");
    EXPECT_TRUE(outcome("<a>\n<b>").starts_with("error: the XML ends in the middle (line 2"));
    EXPECT_EQ(outcome(" "), "error: there is no XML element in it");
}

TEST(SaxParser, BoundsDepthAndTagSize) {
    std::string deep;
    for (int i = 0; i < 100; ++i) {
        deep += "<a>";
    }
    EXPECT_TRUE(outcome(deep).contains("nested"));
    const std::string wide = "<a x='" + std::string(3'000'000, 'x') + "'/>";
    EXPECT_TRUE(outcome(wide, 100'000).contains("a tag has more than"));
    const std::string text = "<a>" + std::string(3'000'000, 'x') + "</a>";
    EXPECT_EQ(outcome(text, 100'000).size(), 3'000'000 + std::string_view("<a></>").size());
}

TEST(SaxParser, TheHandlerCanStopIt) {
    Recorder recorder;
    SaxParser parser(recorder);
    const auto result = parser.feed("<a><stop/><b/></a>");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::cancelled);
    EXPECT_EQ(recorder.events.find("<b>"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::guide
