// SPDX-License-Identifier: GPL-3.0-or-later
#include "tree.hpp"
#include "vod_catalog.hpp"

#include <map>
#include <set>

#include <gmock/gmock.h>

namespace plex_tuner::vodfs {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

std::shared_ptr<const Tree> tree_of(VodCatalog& catalog, std::string prefix = "") {
    return Tree::build(catalog.build(),
        {.prefix = std::move(prefix), .changed_at = WallTime(std::chrono::seconds(5'000))});
}

std::map<std::string, NodeInfo> list(const Tree& tree, Inode directory) {
    std::map<std::string, NodeInfo> all;
    EXPECT_TRUE(tree.list(directory, 0, [&](const NamedNode& node) {
        EXPECT_TRUE(all.emplace(node.name, node.info).second) << "twice: " << node.name;
        return true;
    }));
    return all;
}

std::vector<std::string> names(const Tree& tree, Inode directory) {
    std::vector<std::string> all;
    for (const auto& [name, info] : list(tree, directory)) {
        all.push_back(name);
    }
    return all;
}

/// The node at "/Movies/…", by look-ups.
std::optional<NodeInfo> at(const Tree& tree, std::string_view path) {
    std::optional<NodeInfo> node = tree.find(kRootInode);
    while (node && !path.empty()) {
        path.remove_prefix(1);
        const std::size_t slash = std::min(path.find('/'), path.size());
        node = tree.child(node->inode, path.substr(0, slash));
        path.remove_prefix(slash);
    }
    return node;
}

TEST(Tree, ListsFilmsAndSeriesAsPlexLikesThem) {
    VodCatalog catalog;
    catalog.film("1", "Zulu", 1964, "http://h/movie/u/p/1.mkv");
    catalog.series("9", "Show", 2001,
        {{.id = "91", .season = 1, .number = 1, .title = "Pilot"},
            {.id = "92", .season = 1, .number = 2, .url = "http://h/series/u/p/92.mp4"},
            {.id = "93", .season = 2, .number = 1, .title = "Back"}});
    const auto tree = tree_of(catalog, "Live: ");
    EXPECT_THAT(names(*tree, kRootInode), ElementsAre("Movies", "TV"));
    EXPECT_THAT(names(*tree, kMoviesInode), ElementsAre("Live: Zulu (1964)"));
    EXPECT_THAT(names(*tree, at(*tree, "/Movies/Live: Zulu (1964)")->inode),
        ElementsAre("Live: Zulu (1964).mkv"));
    EXPECT_THAT(names(*tree, kTvInode), ElementsAre("Live: Show (2001)"));
    EXPECT_THAT(names(*tree, at(*tree, "/TV/Live: Show (2001)")->inode),
        ElementsAre("Season 01", "Season 02"));
    EXPECT_THAT(names(*tree, at(*tree, "/TV/Live: Show (2001)/Season 01")->inode),
        ElementsAre("Live: Show (2001) - s01e01 - Pilot.mkv", "Live: Show (2001) - s01e02.mp4"));
    const auto episode =
        at(*tree, "/TV/Live: Show (2001)/Season 02/Live: Show (2001) - s02e01 - Back.mkv");
    ASSERT_TRUE(episode);
    EXPECT_FALSE(episode->is_directory);
    EXPECT_EQ(tree->address(episode->inode)->url, "http://h/series/u/p/1.mkv");
    EXPECT_FALSE(at(*tree, "/Movies/Nothing"));
    EXPECT_FALSE(at(*tree, "/Movies/Live: Zulu (1964)/Nothing.mkv"));
    EXPECT_FALSE(at(*tree, "/TV/Live: Show (2001)/Season 03"));
    EXPECT_FALSE(tree->find(4711));
    EXPECT_FALSE(tree->list(4711, 0, [](const NamedNode&) { return true; }));
}

TEST(Tree, AnEmptyCatalogHasBothDirectories) {
    VodCatalog catalog;
    const auto tree = tree_of(catalog);
    EXPECT_THAT(names(*tree, kRootInode), ElementsAre("Movies", "TV"));
    EXPECT_THAT(names(*tree, kMoviesInode), ElementsAre());
    EXPECT_EQ(tree->find(kMoviesInode)->links, 2U);
    EXPECT_FALSE(at(*tree, "/TV/x"));
}

TEST(Tree, LookUpListingAndNumberAgreeOnEveryNode) {
    VodCatalog catalog;
    for (int i = 0; i < 300; ++i) {
        catalog.film(std::to_string(i), "Film " + std::to_string(i % 250), 2000);
        catalog.series(std::to_string(i), "Show " + std::to_string(i % 250), 2000,
            {{.id = std::to_string(2 * i), .season = 1, .number = 1},
                {.id = std::to_string(2 * i + 1), .season = 1, .number = 1}});
    }
    const auto tree = tree_of(catalog);
    std::set<Inode> seen;
    std::size_t files = 0;
    const std::function<void(Inode)> walk = [&](Inode directory) {
        std::uint32_t subdirectories = 0;
        for (const auto& [name, info] : list(*tree, directory)) {
            EXPECT_TRUE(seen.insert(info.inode).second) << "one number for two nodes: " << name;
            EXPECT_GT(info.inode, 1U);
            const auto child = tree->child(directory, name);
            ASSERT_TRUE(child) << name;
            EXPECT_EQ(child->inode, info.inode);
            EXPECT_EQ(tree->find(info.inode)->time, info.time);
            if (info.is_directory) {
                ++subdirectories;
                EXPECT_EQ(tree->parent(info.inode), directory);
                walk(info.inode);
            } else {
                ++files;
                EXPECT_EQ(tree->address(info.inode)->name, name);
                EXPECT_EQ(info.links, 1U);
            }
        }
        EXPECT_EQ(tree->find(directory)->links, subdirectories + 2);
    };
    walk(kRootInode);
    EXPECT_EQ(files, 900U);
    std::set<Inode> all;
    tree->for_each_file([&](Inode inode) { return all.insert(inode).second; });
    EXPECT_EQ(all.size(), files);
    EXPECT_EQ(tree->counts().episodes, 600U);
}

TEST(Tree, TheOldestOfOneNameHasItAndTheOthersSayWhoTheyAre) {
    VodCatalog catalog;
    catalog.film("30", "Zulu", 1964, "http://h/30.mkv", 300)
        .film("20", "ZULU", 1964, "http://h/20.mp4", 200)
        .film("100", "Zulu", 1964, "http://h/100.mkv");
    const auto tree = tree_of(catalog);
    EXPECT_THAT(names(*tree, kMoviesInode),
        ElementsAre("ZULU (1964)", "Zulu (1964) [100]", "Zulu (1964) [30]"));
    EXPECT_THAT(
        names(*tree, at(*tree, "/Movies/Zulu (1964) [30]")->inode), ElementsAre("Zulu (1964).mkv"));
    EXPECT_EQ(at(*tree, "/Movies/Zulu (1964)"), std::nullopt) << "names are exact";
}

TEST(Tree, IdsAndNamesThatCannotBeToldApartAreToldApart) {
    VodCatalog catalog;
    catalog.film("1", "Zulu").film("1", "Zulu").film("1", "Zulu").film("2", "Zulu [1]");
    catalog.series("1", "Show", 0,
        {{.id = "1", .number = 1}, {.id = "2", .number = 1},
            {.id = "3", .number = 1, .title = "x"}});
    const auto tree = tree_of(catalog);
    EXPECT_THAT(
        names(*tree, kMoviesInode), ElementsAre("Zulu", "Zulu [1-2]", "Zulu [1-3]", "Zulu [1]"));
    EXPECT_THAT(names(*tree, at(*tree, "/TV/Show/Season 01")->inode),
        ElementsAre("Show - s01e01 - x.mkv", "Show - s01e01 [2].mkv", "Show - s01e01.mkv"));
}

TEST(Tree, NumbersAndNamesOutliveARefresh) {
    VodCatalog first;
    first.film("1", "Zulu", 1964).film("2", "Alien", 1979);
    first.series("9", "Show", 0, {{.id = "91", .number = 1}, {.id = "92", .number = 2}});
    VodCatalog second;
    second.film("3", "Brazil", 1985).film("1", "Zulu", 1964).film("4", "Zulu", 1964, "u.mkv", 1);
    second.series("9", "Show", 0, {{.id = "92", .number = 2}, {.id = "93", .number = 3}});
    second.series("8", "Other", 0, {{.id = "91", .number = 1}});
    const auto before = tree_of(first);
    const auto after = tree_of(second);
    for (const char* path :
        {"/TV", "/TV/Show", "/TV/Show/Season 01", "/TV/Show/Season 01/Show - s01e02.mkv"}) {
        EXPECT_EQ(at(*before, path)->inode, at(*after, path)->inode) << path;
    }
    EXPECT_FALSE(after->find(at(*before, "/Movies/Alien (1979)")->inode));
    EXPECT_NE(at(*before, "/TV/Show/Season 01/Show - s01e01.mkv")->inode,
        at(*after, "/TV/Other/Season 01/Other - s01e01.mkv")->inode);
    // The very film keeps its number though it lost its name to an older one.
    EXPECT_EQ(
        at(*before, "/Movies/Zulu (1964)")->inode, at(*after, "/Movies/Zulu (1964) [1]")->inode);
}

TEST(Tree, TimesAreThoseOfTheProvider) {
    VodCatalog catalog;
    catalog.film("1", "A", 1999, "u.mkv", 1'600'000'000).film("2", "B", 1999).film("3", "C");
    catalog.series("9", "Show", 2001,
        {{.id = "1", .number = 1, .added = 1'500'000'000},
            {.id = "2", .number = 2, .airdate = "2010-02-03"},
            {.id = "3", .number = 3, .airdate = "soon"}});
    const auto tree = tree_of(catalog);
    const auto time = [&](std::string_view path) {
        return at(*tree, path)->time.time_since_epoch().count();
    };
    EXPECT_EQ(time("/Movies/A (1999)/A (1999).mkv"), 1'600'000'000);
    EXPECT_EQ(time("/Movies/B (1999)"), 915'148'800);
    EXPECT_EQ(time("/Movies/C"), 946'684'800);
    EXPECT_EQ(time("/TV/Show (2001)/Season 01/Show (2001) - s01e02.mkv"), 1'265'155'200);
    EXPECT_EQ(time("/TV/Show (2001)/Season 01/Show (2001) - s01e03.mkv"), 978'307'200);
    EXPECT_LE(time("/TV/Show (2001)"), 1'500'000'000);
    EXPECT_GT(time("/TV/Show (2001)"), 1'500'000'000 - 86'400);
    EXPECT_EQ(time("/Movies"), 5'000);
}

TEST(Tree, ADirectoryOfEpisodesHasAnotherTimeWhenOneComesGoesOrIsRenamed) {
    using Episodes = std::vector<VodCatalog::Episode>;

    struct Times {
        WallTime show, first, second;
    };

    const auto times_of = [](const Episodes& episodes) {
        VodCatalog catalog;
        catalog.series("9", "Show", 0, episodes);
        const auto tree = tree_of(catalog);
        return Times{.show = at(*tree, "/TV/Show")->time,
            .first = at(*tree, "/TV/Show/Season 01")->time,
            .second = at(*tree, "/TV/Show/Season 02")->time};
    };
    const Episodes all{{.id = "91", .season = 1, .number = 1, .added = 1'500'000'000},
        {.id = "92", .season = 1, .number = 2, .title = "Two", .added = 1'600'000'000},
        {.id = "93", .season = 2, .number = 1, .added = 1'400'000'000}};
    const Times before = times_of(all);
    EXPECT_EQ(times_of(all).show, before.show) << "the same at every mount";
    EXPECT_EQ(times_of(all).first, before.first);

    Episodes one_less = all;
    one_less.erase(one_less.begin()); // not the newest
    EXPECT_NE(times_of(one_less).show, before.show);
    EXPECT_NE(times_of(one_less).first, before.first);
    EXPECT_EQ(times_of(one_less).second, before.second) << "nothing happened there";

    Episodes newest_less = all;
    newest_less.erase(newest_less.begin() + 1);
    EXPECT_NE(times_of(newest_less).show, before.show);
    EXPECT_NE(times_of(newest_less).first, before.first);

    Episodes one_more = all;
    one_more.push_back({.id = "94", .season = 2, .number = 2}); // nobody knows when it came
    EXPECT_NE(times_of(one_more).show, before.show);
    EXPECT_NE(times_of(one_more).second, before.second);
    EXPECT_EQ(times_of(one_more).first, before.first);

    Episodes renamed = all;
    renamed[1].title = "The Second";
    EXPECT_NE(times_of(renamed).first, before.first);

    Episodes no_file = all;
    no_file[0].url = "http://h/series/u/p/1.mpd"; // is not shown
    EXPECT_NE(times_of(no_file).first, before.first);
}

TEST(Tree, WhatIsNoFileIsLeftOut) {
    VodCatalog catalog;
    catalog.film("1", "A", 0, "http://h/1.mpd").film("2", "B", 0, "").film("3", "C");
    catalog.series("9", "Show", 0,
        {{.id = "1", .number = 1, .url = "http://h/1.mpd"}, {.id = "2", .number = 2}});
    const auto tree = tree_of(catalog);
    EXPECT_THAT(names(*tree, kMoviesInode), ElementsAre("C"));
    EXPECT_THAT(
        names(*tree, at(*tree, "/TV/Show/Season 01")->inode), ElementsAre("Show - s01e02.mkv"));
    EXPECT_EQ(tree->counts().left_out, 3U);
    EXPECT_EQ(tree->counts().episodes, 1U);
}

TEST(Tree, AListingGoesOnWhereItWasLeft) {
    VodCatalog catalog;
    for (int i = 0; i < 50; ++i) {
        catalog.film(std::to_string(i), "Film " + std::to_string(i));
    }
    const auto tree = tree_of(catalog);
    std::vector<std::string> all;
    Inode after = 0;
    for (bool more = true; more;) {
        int left = 7;
        more = false;
        tree->list(kMoviesInode, after, [&](const NamedNode& node) {
            if (left-- == 0) {
                more = true;
                return false;
            }
            all.emplace_back(node.name);
            after = node.info.inode;
            return true;
        });
    }
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 50U);
    EXPECT_EQ(all.size(), 50U);
}

} // namespace
} // namespace plex_tuner::vodfs
