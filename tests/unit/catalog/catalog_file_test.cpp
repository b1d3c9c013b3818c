// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_text.hpp"
#include "support/file_size_limit.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <array>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace plex_tuner::catalog {
namespace {

using plex_tuner::testing::TemporaryDirectory;
using test::get;
using test::put;
using test::text_of;
using ::testing::HasSubstr;
using ::testing::Not;

Catalog sample() {
    CatalogBuilder builder;
    const std::array<NamedText, 2> headers = {
        {{"User-Agent", "VLC/3 \"x\""}, {"Referer", "http://r/"}}};
    const std::array<StreamSource, 2> sources = {
        {{"http://h/live/u/p/1.ts?a=b&c", headers}, {"http://backup/1.ts", {}}}};
    const std::array<NamedText, 2> attributes = {
        {{"catchup", "append"}, {"catchup-source", "?utc=${start}\\\n"}}};
    LiveChannel one;
    one.channel_id = "one.tv";
    one.guide_number = "5.1";
    one.guide_name = "Första – \xF0\x9F\x93\xBA";
    one.tvg_id = "one.tv";
    one.tvg_name = "One";
    one.logo = "http://h/l.png";
    one.group_title = "News;Sport";
    one.source_tag = "p1";
    one.tvg_shift = "-2.5";
    one.radio = true;
    one.sources = sources;
    one.attributes = attributes;
    builder.add(one);
    const std::array<StreamSource, 1> plain = {{{"http://h/2.ts", {}}}};
    LiveChannel two;
    two.channel_id = "two";
    two.guide_name = "Two";
    two.sources = plain;
    builder.add(two);

    Movie movie;
    movie.id = "m1";
    movie.title = "A Film";
    movie.year = 1999;
    movie.added = 1'600'000'000;
    movie.stream_url = "http://h/movie/u/p/1.mkv";
    movie.category = "movies";
    movie.provider_category_id = "12";
    builder.add(movie);

    const std::array<Episode, 2> episodes = {
        {{"e1", 1, 1, "Pilot", "2001-01-01", "http://h/series/u/p/1.mkv", 4'000'000'000},
            {"e2", 1, 2, "Next", "", "http://h/series/u/p/2.mkv"}}};
    const std::array<Season, 2> seasons = {{{1, episodes}, {2, {}}}};
    Series series;
    series.id = "s1";
    series.title = "A Series";
    series.seasons = seasons;
    series.language = "en";
    builder.add(series);
    return builder.build();
}

TEST(CatalogFile, ReadsBackWhatItWrote) {
    const TemporaryDirectory directory;
    const Catalog written = sample();
    ASSERT_TRUE(write_catalog_file(written, directory.path() / "catalog.json"));
    const Result<Catalog> read = read_catalog_file(directory.path() / "catalog.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(text_of(*read), text_of(written));
}

TEST(CatalogFile, HasTheAncestorsShape) {
    const TemporaryDirectory directory;
    CatalogBuilder builder;
    const std::array<StreamSource, 2> sources = {{{"http://h/1", {}}, {"http://b/1", {}}}};
    LiveChannel channel;
    channel.channel_id = "one";
    channel.guide_number = "1";
    channel.guide_name = "One";
    channel.tvg_id = "one.tv";
    channel.sources = sources;
    builder.add(channel);
    ASSERT_TRUE(write_catalog_file(builder.build(), directory.path() / "catalog.json"));
    EXPECT_EQ(get(directory.path() / "catalog.json"), R"({
  "movies": [],
  "series": [],
  "live_channels": [
    {
      "channel_id": "one",
      "guide_number": "1",
      "guide_name": "One",
      "stream_url": "http://h/1",
      "stream_urls": [
        "http://h/1",
        "http://b/1"
      ],
      "epg_linked": true,
      "tvg_id": "one.tv"
    }
  ]
})");
}

TEST(CatalogFile, EpisodesStandOnOneLineEach) {
    const TemporaryDirectory directory;
    CatalogBuilder builder;
    const std::array<Episode, 2> episodes = {
        {{"1", 1, 1, "A \"B\"", "2001-01-01", "http://h/series/u/p/1.mkv"},
            {"2", 1, 2, "", "", "http://h/series/u/p/2.mkv"}}};
    const std::array<Season, 2> seasons = {{{1, episodes}, {2, {}}}};
    Series series;
    series.id = "s";
    series.title = "S";
    series.seasons = seasons;
    builder.add(series);
    ASSERT_TRUE(write_catalog_file(builder.build(), directory.path() / "catalog.json"));
    EXPECT_EQ(get(directory.path() / "catalog.json"), R"({
  "movies": [],
  "series": [
    {
      "id": "s",
      "title": "S",
      "year": 0,
      "seasons": [
        {
          "number": 1,
          "episodes": [
            {"id": "1", "season_num": 1, "episode_num": 1, "title": "A \"B\"", "airdate": "2001-01-01", "stream_url": "http://h/series/u/p/1.mkv"},
            {"id": "2", "season_num": 1, "episode_num": 2, "title": "", "stream_url": "http://h/series/u/p/2.mkv"}
          ]
        },
        {
          "number": 2,
          "episodes": []
        }
      ]
    }
  ]
})");
}

TEST(CatalogFile, IsReadableByItsOwnerOnly) {
    const TemporaryDirectory directory;
    ASSERT_TRUE(write_catalog_file(sample(), directory.path() / "catalog.json"));
    struct stat status{};
    ASSERT_EQ(::stat((directory.path() / "catalog.json").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(CatalogFile, AnEmptyCatalogIsWrittenAndRead) {
    const TemporaryDirectory directory;
    ASSERT_TRUE(write_catalog_file(Catalog(), directory.path() / "catalog.json"));
    const Result<Catalog> read = read_catalog_file(directory.path() / "catalog.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(text_of(*read), "");
}

TEST(CatalogFile, ThousandsOfRecordsSurvive) {
    const TemporaryDirectory directory;
    CatalogBuilder builder;
    for (int i = 0; i < 3000; ++i) {
        const std::string id = "id-" + std::to_string(i);
        const std::string url =
            "http://h/" + std::string(static_cast<std::size_t>(i) % 400, 'x') + id;
        const std::array<StreamSource, 1> sources = {{{url, {}}}};
        LiveChannel channel;
        channel.channel_id = id;
        channel.guide_name = id;
        channel.sources = sources;
        builder.add(channel);
        Movie movie;
        movie.id = id;
        movie.stream_url = url;
        builder.add(movie);
    }
    const Catalog written = builder.build();
    ASSERT_TRUE(write_catalog_file(written, directory.path() / "catalog.json"));
    const Result<Catalog> read = read_catalog_file(directory.path() / "catalog.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(text_of(*read), text_of(written));
}

TEST(CatalogFile, NoPrefixOfAFileIsACatalog) {
    const TemporaryDirectory directory;
    ASSERT_TRUE(write_catalog_file(sample(), directory.path() / "catalog.json"));
    for (std::size_t size = get(directory.path() / "catalog.json").size(); size-- > 0;) {
        std::filesystem::resize_file(directory.path() / "catalog.json", size);
        const Result<Catalog> read = read_catalog_file(directory.path() / "catalog.json");
        ASSERT_FALSE(read) << "cut at " << size;
        EXPECT_EQ(read.error().code(), ErrorCode::parse) << "cut at " << size;
    }
}

TEST(CatalogFile, AnErrorNamesFileAndByteAndNoContent) {
    const TemporaryDirectory directory;
    put(directory.path() / "c.json",
        R"({"movies": [{"stream_url": "http://h/movie/user/secret/1.mkv" x}]})");
    const Result<Catalog> broken = read_catalog_file(directory.path() / "c.json");
    ASSERT_FALSE(broken);
    EXPECT_THAT(broken.error().message(), HasSubstr("c.json: byte 62: this is no JSON"));
    EXPECT_THAT(broken.error().message(), Not(HasSubstr("secret")));

    put(directory.path() / "c.json",
        R"({"movies": [{"stream_url": "http://h/movie/user/secret/1.mk)");
    const Result<Catalog> cut = read_catalog_file(directory.path() / "c.json");
    ASSERT_FALSE(cut);
    EXPECT_THAT(cut.error().message(), HasSubstr("ends in the middle"));
    EXPECT_THAT(cut.error().message(), Not(HasSubstr("secret")));
}

TEST(CatalogFile, AMissingFileIsNotFound) {
    const TemporaryDirectory directory;
    const Result<Catalog> read = read_catalog_file(directory.path() / "none.json");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::not_found);
}

TEST(CatalogFile, ADirectoryIsAnIoError) {
    const TemporaryDirectory directory;
    const Result<Catalog> read = read_catalog_file(directory.path() / ".");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::io);
}

TEST(CatalogFile, ATextOfTheLargestSizeIsRead) {
    const TemporaryDirectory directory;
    const std::string title(kMaxCatalogText, 'x');
    put(directory.path() / "c.json", R"({"movies": [{"title": ")" + title + R"("}]})");
    const Result<Catalog> read = read_catalog_file(directory.path() / "c.json");
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->movies()[0].title, title);
}

TEST(CatalogFile, ARecordThatDoesNotEndIsRefused) {
    const TemporaryDirectory directory;
    std::string record = R"({"live_channels": [{"stream_urls": [)";
    const std::string url = '"' + std::string(kMaxCatalogText, 'x') + "\", ";
    for (int i = 0; i < 17; ++i) {
        record += url;
    }
    put(directory.path() / "c.json", record);
    const Result<Catalog> read = read_catalog_file(directory.path() / "c.json");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code(), ErrorCode::too_large);
    EXPECT_THAT(read.error().message(), HasSubstr("64 MiB"));
}

TEST(CatalogFile, AnEndlessTextIsRefused) {
    const TemporaryDirectory directory;
    put(directory.path() / "c.json",
        R"({"movies": [{"title": ")" + std::string(3 * kMaxCatalogText, 'x') + R"("}]})");
    const Result<Catalog> text = read_catalog_file(directory.path() / "c.json");
    ASSERT_FALSE(text);
    EXPECT_EQ(text.error().code(), ErrorCode::too_large);
}

TEST(CatalogFile, DeepNestingIsRefused) {
    const TemporaryDirectory directory;
    put(directory.path() / "c.json", R"({"movies": [], "x": )" + std::string(100'000, '['));
    const Result<Catalog> read = read_catalog_file(directory.path() / "c.json");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message(), HasSubstr("nested too deeply"));
}

TEST(CatalogFile, AFailedWriteLeavesTheOldFile) {
    const TemporaryDirectory directory;
    const auto path = directory.path() / "catalog.json";
    ASSERT_TRUE(write_catalog_file(sample(), path));
    const std::string before = get(path);
    CatalogBuilder builder;
    const std::string title(10'000, 't');
    for (int i = 0; i < 300; ++i) {
        const std::string id = std::to_string(i);
        Movie movie;
        movie.id = id;
        movie.title = title;
        movie.stream_url = "http://h/1.mkv";
        builder.add(movie);
    }
    const Catalog large = builder.build();
    {
        const plex_tuner::testing::FileSizeLimit limit(1'000'000);
        EXPECT_FALSE(write_catalog_file(large, path));
    }
    EXPECT_EQ(get(path), before);
    ASSERT_TRUE(write_catalog_file(large, path));
    EXPECT_NE(get(path), before);
}

} // namespace
} // namespace plex_tuner::catalog
