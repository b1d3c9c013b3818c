// SPDX-License-Identifier: GPL-3.0-or-later
#include "tree_difference.hpp"
#include "vod_catalog.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::vodfs {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::shared_ptr<const Tree> tree_of(VodCatalog& catalog) {
    return Tree::build(catalog.build(), {});
}

std::vector<std::string> names(const TreeDifference& difference) {
    std::vector<std::string> all;
    for (const ChangedName& changed : difference.names()) {
        all.push_back(changed.name);
    }
    return all;
}

VodCatalog base() {
    VodCatalog catalog;
    catalog.film("1", "Zulu").film("2", "Alien");
    catalog.series("9", "Show", 0, {{.id = "91", .number = 1}, {.id = "92", .number = 2}});
    catalog.series("8", "Other", 0, {{.id = "81", .number = 1}});
    return catalog;
}

TEST(TreeDifference, OfOneCatalogIsNone) {
    VodCatalog one = base();
    VodCatalog other = base();
    const auto before = tree_of(one);
    const auto after = tree_of(other);
    const TreeDifference difference(*before, *after);
    EXPECT_THAT(names(difference), IsEmpty());
    EXPECT_THAT(difference.directories(), IsEmpty());
    EXPECT_THAT(difference.titles(), IsEmpty());
    EXPECT_THAT(difference.nodes(), IsEmpty());
}

TEST(TreeDifference, NamesWhatCameAndWentAndWasRenamed) {
    VodCatalog one = base();
    VodCatalog other;
    other.film("1", "Zulu Dawn").film("3", "Brazil");
    other.series("9", "Show", 0, {{.id = "91", .number = 1}, {.id = "93", .number = 3}});
    other.series("8", "Other", 0, {{.id = "81", .number = 1}});
    const auto before = tree_of(one);
    const auto after = tree_of(other);
    const TreeDifference difference(*before, *after);
    EXPECT_THAT(
        names(difference), UnorderedElementsAre("Zulu", "Zulu Dawn", "Zulu.mkv", "Zulu Dawn.mkv",
                               "Alien", "Brazil", "Show - s01e02.mkv", "Show - s01e03.mkv"));
    const Inode film = after->child(kMoviesInode, "Zulu Dawn")->inode;
    const Inode show = after->child(kTvInode, "Show")->inode;
    const Inode season = after->child(show, "Season 01")->inode;
    EXPECT_THAT(difference.directories(), UnorderedElementsAre(kMoviesInode, film, season));
    EXPECT_THAT(difference.titles(),
        UnorderedElementsAre(ChangedTitle{"Movies/Zulu", true},
            ChangedTitle{"Movies/Zulu Dawn", false}, ChangedTitle{"Movies/Alien", true},
            ChangedTitle{"Movies/Brazil", false}, ChangedTitle{"TV/Show", false}));
    EXPECT_THAT(difference.nodes(), UnorderedElementsAre(kMoviesInode, show, season));
}

TEST(TreeDifference, ATitleSpeltWithOtherLettersThatLookTheSameIsNone) {
    VodCatalog one;
    one.film("1", "Am\xc3\xa9lie", 2001);
    VodCatalog other;
    other.film("1", "Ame\xcc\x81lie", 2001);
    const auto before = tree_of(one);
    const auto after = tree_of(other);
    EXPECT_THAT(names(TreeDifference(*before, *after)), IsEmpty());
}

TEST(TreeDifference, ANewTimeIsAChangeOfTheNodeAlone) {
    VodCatalog one;
    one.film("1", "Zulu", 0, "u.mkv", 100);
    VodCatalog other;
    other.film("1", "Zulu", 0, "other.mkv", 200);
    const auto before = tree_of(one);
    const auto after = tree_of(other);
    const TreeDifference difference(*before, *after);
    EXPECT_THAT(names(difference), IsEmpty());
    const Inode film = after->child(kMoviesInode, "Zulu")->inode;
    EXPECT_THAT(
        difference.nodes(), UnorderedElementsAre(film, after->child(film, "Zulu.mkv")->inode));
}

TEST(TreeDifference, ANewSeasonChangesItsSeries) {
    VodCatalog one = base();
    VodCatalog other = base();
    VodCatalog more;
    more.film("1", "Zulu").film("2", "Alien");
    more.series("9", "Show", 0,
        {{.id = "91", .number = 1}, {.id = "92", .number = 2}, {.id = "99", .season = 2}});
    more.series("8", "Other", 0, {{.id = "81", .number = 1}});
    const auto before = tree_of(one);
    const auto after = tree_of(more);
    const TreeDifference difference(*before, *after);
    EXPECT_THAT(names(difference), ElementsAre("Season 02"));
    EXPECT_THAT(difference.directories(), ElementsAre(after->child(kTvInode, "Show")->inode));
}

} // namespace
} // namespace plex_tuner::vodfs
