// SPDX-License-Identifier: GPL-3.0-or-later
#include "documents.hpp"
#include "lineup_fixture.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

TEST(LineupDocuments, AreBuiltOncePerBaseUrl) {
    LineupDocuments documents(lineup_of({"one"}));
    const auto first = documents.get(LineupDocument::json, "http://a");
    EXPECT_EQ(first.body, documents.get(LineupDocument::json, "http://a").body);
    EXPECT_NE(first.body, documents.get(LineupDocument::json, "http://b").body);
    EXPECT_NE(first.body->find("http://a/auto/v1"), std::string::npos);
}

TEST(LineupDocuments, HaveTagsThatFollowTheirContent) {
    LineupDocuments documents(lineup_of({"one"}));
    LineupDocuments same(lineup_of({"one"}));
    LineupDocuments other(lineup_of({"two"}));
    const auto tag = [](LineupDocuments& d) {
        return d.get(LineupDocument::json, "http://a").etag;
    };
    EXPECT_EQ(tag(documents), tag(same));
    EXPECT_NE(tag(documents), tag(other));
    EXPECT_EQ(tag(documents).front(), '"');
    EXPECT_EQ(tag(documents).back(), '"');
}

TEST(LineupDocuments, StayCorrectForAnyNumberOfHosts) {
    LineupDocuments documents(lineup_of({"one"}));
    for (int i = 0; i < 100; ++i) {
        const std::string base = "http://host" + std::to_string(i);
        EXPECT_NE(documents.get(LineupDocument::xml, base).body->find(base + "/auto/v1"),
            std::string::npos);
    }
}

} // namespace
} // namespace plex_tuner::engine
