// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_fixture.hpp"
#include "publication.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

TEST(Publication, StartsEmptyAndNotNull) {
    const Publication publication;
    EXPECT_TRUE(publication.get()->lineup->channels().empty());
    EXPECT_EQ(publication.get()->guide, nullptr);
    EXPECT_FALSE(publication.get()->last_refresh);
}

TEST(Publication, AReaderKeepsWhatItTook) {
    Publication publication;
    publication.publish_lineup(lineup_of({"one"}), nullptr, "a", nullptr, nullptr);
    const auto taken = publication.get();
    publication.publish_lineup(lineup_of({"one", "two"}), nullptr, "b", nullptr, nullptr);
    EXPECT_EQ(taken->lineup->channels().size(), 1u);
    EXPECT_EQ(publication.get()->lineup->channels().size(), 2u);
}

TEST(Publication, LineupAndGuideAreReplacedTogether) {
    Publication publication;
    const auto guide = std::make_shared<const GuideFile>();
    publication.publish_lineup(lineup_of({"one"}), nullptr, "a", guide, nullptr);
    EXPECT_EQ(publication.get()->guide, guide);
    publication.publish_lineup(lineup_of({"two"}), nullptr, "b", nullptr, nullptr);
    EXPECT_EQ(publication.get()->guide, nullptr);
}

TEST(Publication, RemembersTheLastRefreshOverPublications) {
    Publication publication;
    const WallTime when{std::chrono::seconds(1'700'000'000)};
    publication.mark_refreshed(when);
    publication.publish_lineup(lineup_of({"one"}), nullptr, "a", nullptr, nullptr);
    EXPECT_EQ(publication.get()->last_refresh, when);
}

} // namespace
} // namespace plex_tuner::engine
