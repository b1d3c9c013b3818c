// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/provider/m3u_catalog.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace plex_tuner::provider {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::filesystem::path kData = std::filesystem::path(PT_TEST_DATA_DIR) / "m3u";

Result<M3uCatalog> read(std::string_view text) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const auto path = directory.path() / "list.m3u";
    std::ofstream(path, std::ios::binary) << text;
    return read_m3u_catalog(path, "tag");
}

/// Name (or number of the row with the name) to channel id.
std::map<std::string, std::string> ids(std::string_view text) {
    const Result<M3uCatalog> got = read(text);
    EXPECT_TRUE(got);
    std::map<std::string, std::string> by_name;
    for (const catalog::LiveChannel& channel : got->catalog.live_channels()) {
        std::string name(channel.guide_name);
        while (by_name.contains(name)) {
            name += "+";
        }
        by_name[name] = channel.channel_id;
    }
    return by_name;
}

std::string entry(std::string_view attributes, std::string_view name, std::string_view url) {
    return "#EXTINF:-1 " + std::string(attributes) + "," + std::string(name) + "\n" +
           std::string(url) + "\n";
}

TEST(M3uCatalog, FilmsAndEpisodesAreNoChannels) {
    const Result<M3uCatalog> got = read_m3u_catalog(kData / "xtream-m3u-plus.m3u", "tag");
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->entries, 5U);
    EXPECT_EQ(got->vod_entries, 2U);
    ASSERT_EQ(got->catalog.live_channels().size(), 3U);
    const catalog::LiveChannel& first = got->catalog.live_channels()[0];
    EXPECT_EQ(first.guide_name, "UK: BBC One HD");
    EXPECT_EQ(first.group_title, "UK | General");
    EXPECT_EQ(first.source_tag, "tag");
    EXPECT_EQ(first.sources[0].url, "http://line.example:8080/live/user/pa%24s/101.ts");
}

TEST(M3uCatalog, AChannelNamedLikeAFilmIsAChannel) {
    const Result<M3uCatalog> got = read("#EXTM3U\n" + entry("", "A", "http://h/movie/index.m3u8") +
                                        entry("", "B", "http://h/live/movie/hd/1/index.m3u8") +
                                        entry("", "C", "http://h/x?from=/movie/1.mkv") +
                                        entry("", "D", "http://h/vod/movies/d.mp4") +
                                        entry("", "E", "http://h/movie/u/p/5.ts"));
    ASSERT_TRUE(got);
    EXPECT_EQ(got->catalog.live_channels().size(), 3U);
    EXPECT_EQ(got->vod_entries, 2U);
}

TEST(M3uCatalog, KeepsEverythingOfAnEntry) {
    const Result<M3uCatalog> got = read(
        "#EXTM3U url-tvg=\"http://e/1.xml,http://e/2.xml\"\n"
        "#EXTM3U x-tvg-url=\"http://e/2.xml\"\n"
        "#EXTINF:-1 tvg-id=\"a.tv\" tvg-name=\"A_TV\" tvg-logo=\"http://l/a.png\" tvg-chno=\"5.1\" "
        "group-title=\"G\" tvg-shift=\"1\" radio=\"true\" catchup=\"append\" foo=\"bar\",A TV\n"
        "http://h/a.ts|User-Agent=X\nhttp://b/a.ts\n[NOTHING]\n");
    ASSERT_TRUE(got);
    EXPECT_THAT(got->guide_urls, ElementsAre("http://e/1.xml", "http://e/2.xml"));
    EXPECT_EQ(got->skipped.at("text instead of a URL").count, 1U);
    ASSERT_EQ(got->catalog.live_channels().size(), 1U);
    const catalog::LiveChannel& channel = got->catalog.live_channels()[0];
    EXPECT_EQ(channel.channel_id, "a.tv");
    EXPECT_EQ(channel.guide_number, "5.1");
    EXPECT_EQ(channel.guide_name, "A TV");
    EXPECT_EQ(channel.tvg_id, "a.tv");
    EXPECT_EQ(channel.tvg_name, "A_TV");
    EXPECT_EQ(channel.logo, "http://l/a.png");
    EXPECT_EQ(channel.group_title, "G");
    EXPECT_EQ(channel.tvg_shift, "1");
    EXPECT_TRUE(channel.radio);
    ASSERT_EQ(channel.sources.size(), 2U);
    EXPECT_EQ(channel.sources[0].url, "http://h/a.ts");
    EXPECT_THAT(channel.sources[0].headers, ElementsAre(catalog::NamedText{"User-Agent", "X"}));
    EXPECT_EQ(channel.sources[1].url, "http://b/a.ts");
    EXPECT_TRUE(channel.sources[1].headers.empty());
    EXPECT_THAT(channel.attributes,
        ElementsAre(catalog::NamedText{"catchup", "append"}, catalog::NamedText{"foo", "bar"}));
}

TEST(M3uCatalog, IdsDoNotDependOnTheRow) {
    std::vector<std::string> rows = {entry("tvg-id=\"cnn.us\"", "CNN", "http://h/u/p/1.ts"),
        entry("tvg-id=\"bbc.uk\"", "BBC HD", "http://h/u/p/2.ts"),
        entry("tvg-id=\"bbc.uk\"", "BBC SD", "http://h/u/p/3.ts"),
        entry("", "Local", "http://h/u/p/4.ts"), entry("", "Other", "http://h/x/local.m3u8"),
        entry("", "\xD0\x9F\xD0\xB5\xD1\x80\xD0\xB2\xD1\x8B\xD0\xB9", "http://h/x/1.m3u8")};
    const auto all = [&rows] {
        std::string list = "#EXTM3U\n";
        for (const std::string& row : rows) {
            list += row;
        }
        return ids(list);
    };
    const auto before = all();
    EXPECT_EQ(before.size(), 6U);
    EXPECT_EQ(before.at("CNN"), "cnn.us");
    EXPECT_THAT(before.at("BBC HD"), StartsWith("bbc.uk-"));
    EXPECT_NE(before.at("BBC HD"), before.at("BBC SD"));
    EXPECT_THAT(before.at("Local"), StartsWith("Local-"));
    std::ranges::reverse(rows);
    EXPECT_EQ(all(), before);
    rows.insert(rows.begin() + 2, entry("", "New", "http://h/u/p/99.ts"));
    auto after = all();
    after.erase("New");
    EXPECT_EQ(after, before);
}

TEST(M3uCatalog, IdsOutliveCredentialsTokensAndDomains) {
    const auto id = [](std::string_view url) {
        return ids("#EXTM3U\n" + entry("", "N", url)).at("N");
    };
    const std::string xtream = id("http://one.example:8080/live/user/pass/55.ts");
    EXPECT_EQ(id("https://two.example/live/other/secret/55.m3u8"), xtream);
    EXPECT_EQ(id("http://two.example/other/secret/55"), xtream);
    EXPECT_NE(id("http://one.example:8080/live/user/pass/56.ts"), xtream);

    const std::string plain = id("http://h/path/a.m3u8?id=1&token=aaa&expires=1");
    EXPECT_EQ(id("http://u:p@h/path/a.m3u8?id=1&token=bbb&expires=2#x"), plain);
    EXPECT_EQ(id("http://h/path/a.m3u8?password=x&id=1"), plain);
    EXPECT_NE(id("http://h/path/a.m3u8?id=2&token=aaa&expires=1"), plain);
    EXPECT_NE(id("http://h/path/b.m3u8?id=1&token=aaa&expires=1"), plain);
    EXPECT_NE(id("http://g/path/a.m3u8?id=1&token=aaa&expires=1"), plain);
}

TEST(M3uCatalog, DifferentStreamsNeverShareAnIdByTheirOrder) {
    std::vector<std::string> urls = {"http://one.example/user/pass/1", "http://two.example/a/b/1",
        "http://two.example/c/d/1", "http://three.example/live/user/pass/1.ts",
        "http://two.example/c/d/1?token=x"};
    const auto by_url = [&urls] {
        std::string list = "#EXTM3U\n";
        for (const std::string& url : urls) {
            list += entry("", "N", url);
        }
        std::map<std::string, std::string> got;
        const Result<M3uCatalog> catalog = read(list);
        for (const catalog::LiveChannel& channel : catalog->catalog.live_channels()) {
            got[channel.sources[0].url.str()] = channel.channel_id;
        }
        return got;
    };
    const auto before = by_url();
    urls.pop_back(); // it is the same stream as another
    std::ranges::reverse(urls);
    const auto after = by_url();
    for (const std::string& url : urls) {
        EXPECT_EQ(after.at(url), before.at(url)) << url;
        EXPECT_FALSE(after.at(url).ends_with("-2")) << url;
    }
}

TEST(M3uCatalog, AHostIsEnoughToTellAccountsApart) {
    const auto id = [](std::string_view password) {
        return ids("#EXTM3U\n" +
                   entry("", "N", "http://one.example/joe/" + std::string(password) + "/1") +
                   entry("", "N", "http://two.example/a/b/1"));
    };
    EXPECT_EQ(id("old"), id("new"));
}

TEST(M3uCatalog, IdenticalRowsStaySeparateChannels) {
    const std::string row = entry("tvg-id=\"x.tv\"", "X", "http://h/x.ts");
    const auto got = ids("#EXTM3U\n" + row + row + row);
    ASSERT_EQ(got.size(), 3U);
    EXPECT_EQ(got.at("X+"), got.at("X") + "-2");
    EXPECT_EQ(got.at("X++"), got.at("X") + "-3");
}

TEST(M3uCatalog, IdsAreSafeInAUrl) {
    const std::vector<std::string> names = {
        "A/B", "A B", "A%20B", "..", "\xC3\xA9", "#?&", "-", "a@b"};
    std::string list = "#EXTM3U\n";
    for (const std::string& name : names) {
        list += entry("tvg-id=\"" + name + "\"", "N " + name, "http://h/1.ts");
        list += entry("", name, "http://h/1.ts");
    }
    const auto got = ids(list);
    EXPECT_EQ(got.size(), 2 * names.size());
    std::vector<std::string> values;
    for (const auto& [name, id] : got) {
        EXPECT_EQ(percent::encode(id), id) << name;
        EXPECT_FALSE(id.empty() || id.starts_with('.')) << name;
        values.push_back(id);
    }
    std::ranges::sort(values);
    EXPECT_EQ(std::ranges::adjacent_find(values), values.end());
}

TEST(M3uCatalog, AUrlThatIsNotUtf8BecomesStorable) {
    const Result<M3uCatalog> got = read("#EXTM3U\n#EXTINF:-1,A\nhttp://h/t\xE9l\xE9/\xC3\xA9.ts\n"
                                        "#EXTINF:-1,B\nhttp://h/t\xC3\xA9l\xC3\xA9.ts\n");
    ASSERT_TRUE(got);
    EXPECT_EQ(got->catalog.live_channels()[0].sources[0].url, "http://h/t%E9l%E9/%C3%A9.ts");
    EXPECT_EQ(got->catalog.live_channels()[1].sources[0].url, "http://h/t\xC3\xA9l\xC3\xA9.ts");
}

TEST(M3uCatalog, CompressedListsAreRead) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const auto path = directory.path() / "list.m3u";
    const std::string list = "#EXTM3U\n" + entry("", "A", "http://h/1.ts");
    gzFile file = ::gzopen(path.c_str(), "wb");
    ASSERT_NE(file, nullptr);
    ASSERT_GT(::gzwrite(file, list.data(), static_cast<unsigned>(list.size())), 0);
    ASSERT_EQ(::gzclose(file), Z_OK);
    const Result<M3uCatalog> got = read_m3u_catalog(path, "");
    ASSERT_TRUE(got) << got.error().message();
    EXPECT_EQ(got->catalog.live_channels().size(), 1U);

    std::filesystem::resize_file(path, std::filesystem::file_size(path) - 9);
    EXPECT_FALSE(read_m3u_catalog(path, ""));
}

TEST(M3uCatalog, AListBeyondTheLimitsIsRefused) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const auto path = directory.path() / "list.m3u";
    std::ofstream(path) << "#EXTM3U\n"
                        << entry("", "A", "http://h/1.ts") << entry("", "B", "http://h/2.ts")
                        << entry("", "F", "http://h/movie/u/p/1.mkv")
                        << entry("", "C", "http://h/3.ts");
    EXPECT_TRUE(read_m3u_catalog(path, "", {.channels = 3}));
    const auto many = read_m3u_catalog(path, "", {.channels = 2});
    ASSERT_FALSE(many);
    EXPECT_EQ(many.error().code(), ErrorCode::too_large);
    EXPECT_THAT(many.error().message(), HasSubstr("more than 2 channels"));
}

TEST(M3uCatalog, ATextOfTheHeaderCountsForEachEntry) {
    const plex_tuner::testing::TemporaryDirectory directory;
    const auto path = directory.path() / "list.m3u";
    {
        std::ofstream list(path);
        list << "#EXTM3U catchup-source=\"" << std::string(1000, 'x') << "\"\n";
        for (int i = 0; i < 100; ++i) {
            list << entry("", "A", "http://h/" + std::to_string(i));
        }
    }
    EXPECT_TRUE(read_m3u_catalog(path, "", {.bytes = 200'000}));
    const auto large = read_m3u_catalog(path, "", {.bytes = 100'000});
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code(), ErrorCode::too_large);
    EXPECT_THAT(large.error().message(), HasSubstr("more than 100000 bytes"));
}

TEST(M3uCatalog, ErrorsNameTheFile) {
    const Result<M3uCatalog> html = read_m3u_catalog(kData / "html.m3u", "");
    ASSERT_FALSE(html);
    EXPECT_THAT(html.error().message(), HasSubstr("html.m3u"));
    EXPECT_THAT(html.error().message(), HasSubstr("an HTML page"));
    const Result<M3uCatalog> hls = read_m3u_catalog(kData / "hls-media.m3u", "");
    ASSERT_FALSE(hls);
    EXPECT_THAT(hls.error().message(), HasSubstr("HLS"));
    const Result<M3uCatalog> missing = read_m3u_catalog(kData / "none.m3u", "");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().code(), ErrorCode::not_found);
}

TEST(M3uCatalog, AListWithoutChannelsIsNoError) {
    const Result<M3uCatalog> got = read_m3u_catalog(kData / "header-only.m3u", "");
    ASSERT_TRUE(got);
    EXPECT_TRUE(got->catalog.live_channels().empty());
    EXPECT_THAT(got->guide_urls, ElementsAre("http://epg.example/guide.xml"));
}

} // namespace
} // namespace plex_tuner::provider
