// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_text.hpp"

#include <plex_tuner/catalog/catalog.hpp>

#include <array>
#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

using test::text_of;
using ::testing::ElementsAre;

constexpr std::array<StreamSource, 1> kSource = {{{"http://h/1.ts", {}}}};

LiveChannel channel_with_id(Text id) {
    LiveChannel channel;
    channel.channel_id = id;
    channel.guide_name = "Name";
    channel.sources = kSource;
    return channel;
}

std::vector<std::string> ids_of(const Catalog& catalog) {
    std::vector<std::string> ids;
    for (const LiveChannel& channel : catalog.live_channels()) {
        ids.emplace_back(channel.channel_id);
    }
    return ids;
}

TEST(CatalogBuilder, CopiesEverythingItIsGiven) {
    CatalogBuilder builder;
    {
        std::string name = "A channel";
        std::string url = "http://h/a.ts";
        std::string agent = "VLC/3";
        const std::vector<NamedText> headers = {{"User-Agent", agent}};
        const std::vector<StreamSource> sources = {{url, headers}};
        LiveChannel channel = channel_with_id("a");
        channel.guide_name = name;
        channel.sources = sources;
        builder.add(channel);
        name.assign(name.size(), 'x');
        url.assign(url.size(), 'x');
        agent.assign(agent.size(), 'x');
    }
    const Catalog catalog = builder.build();
    EXPECT_EQ(text_of(catalog), "live a||A channel||||||\n  http://h/a.ts {User-Agent: VLC/3}\n");
}

TEST(CatalogBuilder, RecordsStayValidWhenTheCatalogMoves) {
    CatalogBuilder builder;
    for (int i = 0; i < 5000; ++i) {
        const std::string id = "channel-number-" + std::to_string(i);
        builder.add(channel_with_id(id));
    }
    Catalog first = builder.build();
    const std::string before = text_of(first);
    const Catalog second = std::move(first);
    EXPECT_EQ(text_of(second), before);
    EXPECT_EQ(second.live_channels().size(), 5000U);
    EXPECT_EQ(second.live_channels()[4999].channel_id, "channel-number-4999");
}

TEST(CatalogBuilder, IsEmptyAfterBuild) {
    CatalogBuilder builder;
    builder.add(channel_with_id("a"));
    EXPECT_EQ(ids_of(builder.build()), std::vector<std::string>{"a"});
    EXPECT_TRUE(builder.live_channels().empty());
    builder.add(channel_with_id("a"));
    EXPECT_EQ(ids_of(builder.build()), std::vector<std::string>{"a"});
}

TEST(CatalogBuilder, AnEmptyCatalogHasNoRecords) {
    const Catalog catalog;
    EXPECT_TRUE(catalog.live_channels().empty());
    EXPECT_TRUE(catalog.movies().empty());
    EXPECT_TRUE(catalog.series().empty());
    EXPECT_EQ(catalog.text_bytes(), 0U);
}

TEST(CatalogBuilder, LeavesOutAChannelWithoutSource) {
    CatalogBuilder builder;
    LiveChannel channel = channel_with_id("a");
    channel.sources = {};
    builder.add(channel);
    builder.add(channel_with_id("b"));
    EXPECT_THAT(ids_of(builder.build()), ElementsAre("b"));
}

TEST(CatalogBuilder, MakesIdsUniqueWithoutTakingOneThatIsInTheSource) {
    CatalogBuilder builder;
    for (const Text id : {"a", "a", "a-2", "a", "b"}) {
        builder.add(channel_with_id(id));
    }
    EXPECT_THAT(ids_of(builder.build()), ElementsAre("a", "a-3", "a-2", "a-4", "b"));
}

TEST(CatalogBuilder, DerivesAnIdFromNameAndTvgId) {
    const auto id_for = [](Text name, Text tvg_id) {
        CatalogBuilder builder;
        LiveChannel channel = channel_with_id("");
        channel.guide_name = name;
        channel.tvg_id = tvg_id;
        builder.add(channel);
        return ids_of(builder.build()).front();
    };
    EXPECT_NE(id_for("One", ""), "");
    EXPECT_EQ(id_for("One", ""), id_for("One", ""));
    EXPECT_NE(id_for("One", ""), id_for("Two", ""));
    EXPECT_NE(id_for("One", ""), id_for("One", "one.tv"));
}

TEST(CatalogBuilder, IdsCanBeSetOnceAllChannelsAreKnown) {
    CatalogBuilder builder;
    builder.add(channel_with_id(""));
    builder.add(channel_with_id(""));
    ASSERT_EQ(builder.live_channels().size(), 2U);
    builder.set_channel_id(0, "first");
    builder.set_channel_id(1, "second");
    EXPECT_THAT(ids_of(builder.build()), ElementsAre("first", "second"));
}

TEST(CatalogBuilder, StoresRepeatedTextsOnce) {
    const std::string group(100, 'g');
    const std::string logo(2000, 'l');
    CatalogBuilder builder;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = std::to_string(i);
        LiveChannel channel = channel_with_id(id);
        channel.group_title = group;
        channel.logo = logo;
        builder.add(channel);
    }
    EXPECT_LT(builder.build().text_bytes(), 30'000U);
}

TEST(CatalogBuilder, StoresWhatAddressesHaveInCommonOnce) {
    const std::string account = "http://provider.example/movie/" + std::string(150, 'u') + "/";
    CatalogBuilder builder;
    for (int i = 0; i < 1000; ++i) {
        const std::string id = std::to_string(i);
        const std::string url = account + id + ".mkv";
        Movie movie;
        movie.id = id;
        movie.stream_url = url;
        builder.add(movie);
    }
    const Catalog catalog = builder.build();
    EXPECT_LT(catalog.text_bytes(), 10'000U);
    EXPECT_EQ(catalog.movies()[999].stream_url, account + "999.mkv");
    EXPECT_EQ(catalog.movies()[999].id, "999");
}

TEST(CatalogBuilder, KeepsAnIdThatIsNotInTheAddress) {
    CatalogBuilder builder;
    Movie movie;
    movie.id = "film-7";
    movie.stream_url = "http://h/7.mkv";
    builder.add(movie);
    EXPECT_EQ(builder.build().movies()[0].id, "film-7");
}

TEST(CatalogBuilder, AChannelCanGetBackupsOnceItIsAdded) {
    CatalogBuilder builder;
    builder.add(channel_with_id("a"));
    builder.add(channel_with_id("b"));
    {
        const std::string backup = "http://backup/1.ts";
        const std::array<NamedText, 1> headers = {{{"Referer", "r"}}};
        std::vector<StreamSource> sources(
            builder.live_channels()[0].sources.begin(), builder.live_channels()[0].sources.end());
        sources.push_back({backup, headers});
        builder.set_sources(0, sources);
    }
    builder.set_sources(1, {});
    EXPECT_EQ(text_of(builder.build()),
        "live a||Name||||||\n  http://h/1.ts\n  http://backup/1.ts {Referer: r}\n"
        "live b||Name||||||\n  http://h/1.ts\n");
}

TEST(CatalogBuilder, SourcesAChannelHasAreNotStoredAgain) {
    const std::string url = "http://h/" + std::string(1000, 'x');
    const std::array<StreamSource, 1> sources = {{{url, {}}}};
    CatalogBuilder builder;
    LiveChannel channel = channel_with_id("a");
    channel.sources = sources;
    builder.add(channel);
    for (int i = 0; i < 100; ++i) {
        builder.set_sources(0, sources);
    }
    EXPECT_LT(builder.build().text_bytes(), 2'000U);
}

TEST(Catalog, RevisedSourcesAreThoseThatAreLeft) {
    const std::array<StreamSource, 2> two = {{{"http://h/1.ts", {}}, {"http://h/2.ts", {}}}};
    CatalogBuilder builder;
    for (const char* id : {"swapped", "removed", "same"}) {
        LiveChannel channel = channel_with_id(id);
        channel.sources = two;
        builder.add(channel);
    }
    Catalog catalog = builder.build();
    catalog.revise_sources([](const LiveChannel& channel, std::vector<StreamSource>& sources) {
        ASSERT_EQ(sources.size(), 2U);
        if (channel.channel_id == "swapped") {
            std::swap(sources[0], sources[1]);
        } else if (channel.channel_id == "removed") {
            sources.clear();
        }
    });
    EXPECT_THAT(ids_of(catalog), ElementsAre("swapped", "same"));
    EXPECT_EQ(catalog.live_channels()[0].sources[0].url.str(), "http://h/2.ts");
    EXPECT_EQ(catalog.live_channels()[1].sources[0].url.str(), "http://h/1.ts");
}

TEST(CatalogBuilder, KeepsTextsLargerThanAChunk) {
    const std::string logo(300'000, 'l');
    CatalogBuilder builder;
    LiveChannel channel = channel_with_id("a");
    channel.logo = logo;
    builder.add(channel);
    builder.add(channel_with_id("b"));
    const Catalog catalog = builder.build();
    EXPECT_EQ(catalog.live_channels()[0].logo, logo);
    EXPECT_EQ(catalog.live_channels()[1].channel_id, "b");
}

} // namespace
} // namespace plex_tuner::catalog
