// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/provider/catalog_assembler.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/series_details.hpp>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kLiveCategories =
    R"j([{"category_id":"1","category_name":"News"},{"category_id":"2","category_name":"Kids"}])j";
constexpr const char* kLive =
    R"j([{"num":1,"stream_id":11,"name":"CNN","epg_channel_id":"cnn.us","category_id":"1",
         "stream_icon":"/icons/cnn.png","tv_archive":1,"tv_archive_duration":"7"},
        {"num":"2","stream_id":"12","name":"Toons","category_id":"2"},
        {"num":3,"stream_id":13,"name":"BBC","epg_channel_id":"bbc.uk","category_id":"1"}])j";

class CatalogAssemblerTest : public ::testing::Test {
protected:
    std::filesystem::path file(const std::string& text) {
        const auto path = directory_.path() / std::to_string(next_++);
        std::ofstream(path) << text;
        return path;
    }

    static CatalogAccount account(const std::string& key, const std::vector<std::string>& hosts,
        const std::string& tag = {}) {
        CatalogAccount account{.key = key, .tag = tag, .hosts = {}};
        for (const std::string& host : hosts) {
            account.hosts.push_back(
                XtreamUrls::make(Url::parse(host).value(), "u-" + key, Secret("p")).value());
        }
        return account;
    }

    static std::vector<std::string> names(const catalog::Catalog& catalog) {
        std::vector<std::string> out;
        for (const auto& channel : catalog.live_channels()) {
            out.emplace_back(channel.guide_name);
        }
        return out;
    }

    static std::vector<std::string> urls(const catalog::LiveChannel& channel) {
        std::vector<std::string> out;
        for (const auto& source : channel.sources) {
            out.push_back(source.url.str());
        }
        return out;
    }

    plex_tuner::testing::TemporaryDirectory directory_;
    int next_ = 0;
};

TEST_F(CatalogAssemblerTest, PanelChannelsComeByCategoryWithEveryHost) {
    CatalogAssembler assembler{{}};
    ASSERT_TRUE(assembler.add_live(
        {file(kLiveCategories), file(kLive)}, account("a", {"http://one:8080", "http://two"})));
    const auto catalog = assembler.build();
    EXPECT_THAT(names(catalog), ElementsAre("Toons", "CNN", "BBC"));
    const auto& cnn = catalog.live_channels()[1];
    EXPECT_EQ(cnn.channel_id, "a-11");
    EXPECT_EQ(cnn.guide_number, "1");
    EXPECT_EQ(cnn.tvg_id, "cnn.us");
    EXPECT_EQ(cnn.group_title, "News");
    EXPECT_EQ(cnn.logo, "http://one:8080/icons/cnn.png");
    EXPECT_THAT(
        urls(cnn), ElementsAre("http://one:8080/live/u-a/p/11.ts", "http://two/live/u-a/p/11.ts"));
    EXPECT_THAT(cnn.attributes,
        ElementsAre(catalog::NamedText{"catchup", "xc"}, catalog::NamedText{"catchup-days", "7"}));
}

TEST_F(CatalogAssemblerTest, IdsDoNotDependOnTheHost) {
    std::vector<std::string> ids;
    for (const char* host : {"http://one", "https://other.example:8443/panel"}) {
        CatalogAssembler assembler{{}};
        ASSERT_TRUE(assembler.add_live({"", file(kLive)}, account("a", {host})));
        const auto catalog = assembler.build();
        ids.emplace_back(catalog.live_channels()[0].channel_id);
    }
    EXPECT_EQ(ids[0], ids[1]);
}

TEST_F(CatalogAssemblerTest, ChannelsOfFurtherAccountsBecomeBackups) {
    CatalogAssembler assembler{{}};
    ASSERT_TRUE(assembler.add_live({"", file(kLive)}, account("a", {"http://one"})));
    ASSERT_TRUE(assembler.add_live({"", file(R"j([
        {"stream_id":13,"name":"CNN International","epg_channel_id":"CNN.US"},
        {"stream_id":12,"name":"Another with a number of the first account"}])j")},
        account("b", {"http://two"}, "second")));
    EXPECT_EQ(assembler.merged_channels(), 1U);
    const auto catalog = assembler.build();
    EXPECT_THAT(names(catalog),
        ElementsAre("CNN", "Toons", "BBC", "Another with a number of the first account"));
    EXPECT_THAT(urls(catalog.live_channels()[0]),
        ElementsAre("http://one/live/u-a/p/11.ts", "http://two/live/u-b/p/13.ts"));
    EXPECT_EQ(catalog.live_channels()[3].source_tag, "second");
    EXPECT_EQ(catalog.live_channels()[3].channel_id, "b-12");
}

TEST_F(CatalogAssemblerTest, OfSeveralWithOneGuideIdTheNameDecides) {
    CatalogAssembler assembler{{}};
    ASSERT_TRUE(assembler.add_live({"", file(R"j([
        {"stream_id":1,"name":"ITV","epg_channel_id":"itv"},
        {"stream_id":2,"name":"ITV HD","epg_channel_id":"itv"}])j")},
        account("a", {"http://one"})));
    ASSERT_TRUE(assembler.add_live({"", file(R"j([
        {"stream_id":7,"name":"itv hd","epg_channel_id":"itv"},
        {"stream_id":8,"name":"ITV 4K","epg_channel_id":"itv"}])j")},
        account("b", {"http://two"})));
    const auto catalog = assembler.build();
    EXPECT_THAT(names(catalog), ElementsAre("ITV", "ITV HD", "ITV 4K"));
    EXPECT_EQ(catalog.live_channels()[1].sources.size(), 2U);
}

TEST_F(CatalogAssemblerTest, PlaylistsAndPanelsMerge) {
    CatalogAssembler assembler{{}};
    const auto report = assembler.add_playlist(
        file("#EXTM3U url-tvg=\"http://g/x\"\n#EXTINF:-1 tvg-id=\"bbc.uk\",BBC One\n"
             "http://list/bbc.m3u8\n#EXTINF:-1,Film\nhttp://list/movie/u/p/1.mp4\n"),
        CatalogAccount{.key = "m", .tag = "list", .hosts = {}});
    ASSERT_TRUE(report);
    EXPECT_EQ(report->channels, 1U);
    EXPECT_EQ(report->vod_entries, 1U);
    EXPECT_THAT(report->guide_urls, ElementsAre("http://g/x"));
    ASSERT_TRUE(assembler.add_live({"", file(kLive)}, account("a", {"http://one"})));
    const auto catalog = assembler.build();
    EXPECT_THAT(names(catalog), ElementsAre("BBC One", "CNN", "Toons"));
    EXPECT_THAT(urls(catalog.live_channels()[0]),
        ElementsAre("http://list/bbc.m3u8", "http://one/live/u-a/p/13.ts"));
}

TEST_F(CatalogAssemblerTest, ADeviceIsAnAccountLikeOthers) {
    CatalogAssembler assembler({});
    ASSERT_TRUE(assembler.add_lineup(
        file(R"([{"GuideNumber":"5.1","GuideName":"CNN","URL":"http://10.0.0.5/auto/v5.1",)"
             R"("TvgId":"cnn.us"},)"
             R"({"GuideNumber":"6.1","GuideName":"Local","URL":"http://10.0.0.5/auto/v6.1"}])"),
        {.key = "d1", .tag = "roof", .hosts = {}}));
    ASSERT_TRUE(
        assembler.add_playlist(file("#EXTM3U\n#EXTINF:-1 tvg-id=\"cnn.us\",CNN\nhttp://h/cnn.ts\n"),
            {.key = "a", .tag = {}, .hosts = {}}));
    EXPECT_EQ(assembler.merged_channels(), 1u);
    const auto catalog = assembler.build();
    ASSERT_EQ(catalog.live_channels().size(), 2u);
    const auto& cnn = catalog.live_channels()[0];
    EXPECT_EQ(cnn.channel_id, "d1-5.1");
    EXPECT_EQ(cnn.guide_number, "5.1");
    EXPECT_EQ(cnn.source_tag, "roof");
    ASSERT_EQ(cnn.sources.size(), 2u);
    EXPECT_EQ(cnn.sources[0].url.str(), "http://10.0.0.5/auto/v5.1");
    EXPECT_EQ(cnn.sources[1].url.str(), "http://h/cnn.ts");
}

TEST_F(CatalogAssemblerTest, FiltersLeaveOut) {
    CatalogAssembler assembler{{.live_epg_only = true, .vod_categories = {"en|", "UK"}}};
    const auto one = account("a", {"http://one"});
    ASSERT_TRUE(assembler.add_live({"", file(kLive)}, one));
    const auto categories = file(
        R"j([{"category_id":"5","category_name":"EN| Action"},{"category_id":"6","category_name":"FR| Action"}])j");
    ASSERT_TRUE(assembler.add_movies({categories, file(R"j([
        {"stream_id":1,"name":"Kept","category_id":"5"},
        {"stream_id":2,"name":"Left out","category_id":"6"},
        {"stream_id":3,"name":"Without category"}])j")},
        one));
    const auto catalog = assembler.build();
    EXPECT_THAT(names(catalog), ElementsAre("CNN", "BBC"));
    ASSERT_EQ(catalog.movies().size(), 1U);
    EXPECT_EQ(catalog.movies()[0].title, "Kept");
}

TEST_F(CatalogAssemblerTest, FilmsHaveAddressCategoryAndOrder) {
    CatalogAssembler assembler{{}};
    ASSERT_TRUE(assembler.add_movies(
        {file(R"j([{"category_id":"5","category_name":"Cartoons for kids"}])j"), file(R"j([
        {"stream_id":1,"name":"EN - Zulu","year":"1964","added":"1600000000","container_extension":"MKV","stream_icon":"http://p/1.jpg"},
        {"stream_id":2,"name":"EN - Alien (1979)"},
        {"stream_id":3,"name":"Bambi","category_id":"5"}])j")},
        account("a", {"http://one", "http://two"})));
    const auto catalog = assembler.build();
    ASSERT_EQ(catalog.movies().size(), 3U);
    const auto& bambi = catalog.movies()[0];
    EXPECT_EQ(bambi.category, "kids");
    EXPECT_EQ(bambi.provider_category_name, "Cartoons for kids");
    const auto& alien = catalog.movies()[1];
    EXPECT_EQ(alien.id, "a-2");
    EXPECT_EQ(alien.year, 1979);
    EXPECT_EQ(alien.stream_url.str(), "http://one/movie/u-a/p/2.mp4");
    EXPECT_EQ(alien.source_tag, "EN");
    const auto& zulu = catalog.movies()[2];
    EXPECT_EQ(zulu.stream_url.str(), "http://one/movie/u-a/p/1.mkv");
    EXPECT_EQ(zulu.artwork_url, "http://p/1.jpg");
    EXPECT_EQ(zulu.year, 1964);
    EXPECT_EQ(zulu.added, 1'600'000'000U);
}

TEST_F(CatalogAssemblerTest, SeriesHaveTheEpisodesThatAreKnown) {
    const auto packed = pack_series_info(text_chunks(
        R"j({"info":{"name":"Show"},"episodes":{"2":[{"id":"21","episode_num":1,"title":"B","container_extension":"mkv","added":"1600000001"}],
            "1":[{"id":"12","episode_num":"2","title":"A2"},{"id":11,"episode_num":1,"title":"A1"}]}})j"));
    ASSERT_TRUE(packed && *packed);
    CatalogAssembler assembler{{}};
    ASSERT_TRUE(assembler.add_series(
        {"", file(R"j([{"series_id":5,"name":"Show","releaseDate":"2019-01-02"},
                      {"series_id":6,"name":"Unknown yet"}])j")},
        account("a", {"http://one"}), [&](std::string_view id) {
            return id == "5" ? std::string_view(**packed) : std::string_view();
        }));
    const auto catalog = assembler.build();
    ASSERT_EQ(catalog.series().size(), 2U);
    const auto& show = catalog.series()[0];
    EXPECT_EQ(show.id, "a-5");
    EXPECT_EQ(show.year, 2019);
    ASSERT_EQ(show.seasons.size(), 2U);
    ASSERT_EQ(show.seasons[0].episodes.size(), 2U);
    EXPECT_EQ(show.seasons[0].number, 1);
    EXPECT_EQ(show.seasons[0].episodes[0].title, "A1");
    EXPECT_EQ(show.seasons[0].episodes[1].stream_url.str(), "http://one/series/u-a/p/12.mp4");
    EXPECT_EQ(show.seasons[1].episodes[0].id, "a-21");
    EXPECT_EQ(show.seasons[1].episodes[0].added, 1'600'000'001U);
    EXPECT_EQ(show.seasons[1].episodes[0].stream_url.str(), "http://one/series/u-a/p/21.mkv");
    EXPECT_THAT(catalog.series()[1].seasons, IsEmpty());
}

TEST_F(CatalogAssemblerTest, BrokenListIsAnError) {
    CatalogAssembler assembler{{}};
    const auto broken =
        assembler.add_live({"", file(R"j([{"stream_id":11,"name":"CNN"},{"stream_id)j")},
            account("a", {"http://one"}));
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code(), ErrorCode::parse);
    EXPECT_FALSE(assembler.add_live({file("<html>"), file(kLive)}, account("a", {"http://one"})));
    EXPECT_FALSE(assembler.add_live({"", "/nowhere"}, account("a", {"http://one"})));
}

TEST_F(CatalogAssemblerTest, CategoriesThatAreGoneAtOnceAreNotBelieved) {
    CatalogAssembler assembler{{}};
    const auto one = account("a", {"http://one"});
    EXPECT_FALSE(assembler.add_live(
        {.categories = file("[]"), .records = file(kLive), .had_categories = true}, one));
    CatalogAssembler other{{}};
    EXPECT_TRUE(other.add_live({.categories = file("[]"), .records = file(kLive)}, one));
}

TEST(SeriesDetails, OfAnUnknownSeriesNothingIsKept) {
    const auto packed = pack_series_info(text_chunks(R"j({"info":[],"seasons":[]})j"));
    ASSERT_TRUE(packed);
    EXPECT_FALSE(*packed);
    EXPECT_FALSE(pack_series_info(text_chunks("<html>busy</html>")));
}

TEST(SeriesDetails, DamageAndOtherVersionsAreNoticed) {
    const auto packed = pack_series_info(
        text_chunks(R"j({"info":{"name":"S"},"episodes":[{"id":1,"episode_num":1}]})j"));
    ASSERT_TRUE(packed && *packed);
    int seen = 0;
    EXPECT_TRUE(for_each_episode(**packed, [&](const XtreamEpisode&) { ++seen; }));
    EXPECT_EQ(seen, 1);
    const auto nothing = [](const XtreamEpisode&) {
    };
    EXPECT_FALSE(for_each_episode("", nothing));
    EXPECT_FALSE(for_each_episode("episodes 0\n", nothing));
    EXPECT_FALSE(for_each_episode((*packed)->substr(0, (*packed)->size() - 1), nothing));
    EXPECT_FALSE(for_each_episode(**packed + "x\ty\tz\n", nothing));
}

} // namespace
} // namespace plex_tuner::provider
