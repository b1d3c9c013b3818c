// SPDX-License-Identifier: GPL-3.0-or-later
#include "attribute_list.hpp"

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

TEST(AttributeList, QuotedValuesMayContainCommasAndEqualSigns) {
    const std::string text = R"(BANDWIDTH=1280000,CODECS="avc1.4d401f,mp4a.40.2",X="a=b,c",N=1)";
    const AttributeList list(text);
    EXPECT_EQ(list.text("BANDWIDTH"), "1280000");
    EXPECT_EQ(list.text("CODECS"), "avc1.4d401f,mp4a.40.2");
    EXPECT_EQ(list.text("X"), "a=b,c");
    EXPECT_EQ(list.text("N"), "1");
    EXPECT_FALSE(list.get("MISSING"));
    EXPECT_EQ(list.text("MISSING"), "");
}

TEST(AttributeList, ToleratesBlanksEmptyPartsAndMissingQuotes) {
    const AttributeList list(R"( A = 1 , ,B= "two" trailing,ALONE,C=,D="open, to the end)");
    EXPECT_EQ(list.text("A"), "1");
    EXPECT_EQ(list.text("B"), "two");
    EXPECT_EQ(list.get("C"), "");
    EXPECT_EQ(list.text("D"), "open, to the end");
    EXPECT_FALSE(list.get("ALONE"));
}

TEST(AttributeList, FirstOfEqualNamesCounts) {
    const AttributeList list("A=1,A=2,DEFAULT=YES");
    EXPECT_EQ(list.text("A"), "1");
    EXPECT_TRUE(list.yes("DEFAULT"));
    EXPECT_FALSE(list.yes("A"));
}

TEST(AttributeList, IsBounded) {
    std::string text;
    for (int i = 0; i < 1'000; ++i) {
        text += "A" + std::to_string(i) + "=x,";
    }
    const AttributeList list(text);
    EXPECT_TRUE(list.get("A" + std::to_string(AttributeList::kMaxAttributes - 1)));
    EXPECT_FALSE(list.get("A" + std::to_string(AttributeList::kMaxAttributes)));
}

} // namespace
} // namespace plex_tuner::hls
