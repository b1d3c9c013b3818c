// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/config/config.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

[[nodiscard]] Url url(std::string_view text) {
    return *Url::parse(text);
}

[[nodiscard]] std::vector<std::string> texts(const std::vector<Location>& locations) {
    std::vector<std::string> out;
    for (const Location& location : locations) {
        const Url* parsed = std::get_if<Url>(&location);
        out.push_back(parsed != nullptr
                          ? parsed->text()
                          : "file " + std::get<std::filesystem::path>(location).string());
    }
    return out;
}

TEST(ProviderSettings, BuildsGetPhpForEachBase) {
    ProviderSettings provider;
    provider.base_urls = {url("http://a:8080"), url("https://b/panel/")};
    provider.user = "us er";
    provider.password = Secret("p&s=/");
    EXPECT_THAT(texts(provider.playlists()),
        ElementsAre(
            "http://a:8080/get.php?username=us%20er&password=p%26s%3D%2F&type=m3u_plus&output=ts",
            "https://b/panel/"
            "get.php?username=us%20er&password=p%26s%3D%2F&type=m3u_plus&output=ts"));
    EXPECT_THAT(texts(provider.guides()),
        ElementsAre("http://a:8080/xmltv.php?username=us%20er&password=p%26s%3D%2F",
            "https://b/panel/xmltv.php?username=us%20er&password=p%26s%3D%2F"));
}

TEST(ProviderSettings, PastedApiFilesAreCutOffTheBase) {
    for (const std::string_view text :
        {"http://a/get.php?username=x&password=y&type=m3u", "http://a/player_api.php?username=x",
            "http://a/xmltv.php", "http://a/GET.PHP", "http://a//", "http://a/?x#y"}) {
        ProviderSettings provider;
        provider.base_url = url(text);
        ASSERT_EQ(provider.bases().size(), 1U);
        EXPECT_EQ(provider.bases().front().text(), "http://a") << text;
    }
}

TEST(ProviderSettings, BasesThatBecomeEqualCountOnce) {
    ProviderSettings provider;
    provider.base_urls = {url("http://a/"), url("http://a"), url("http://a/get.php?x=y")};
    EXPECT_EQ(provider.bases().size(), 1U);
}

TEST(ProviderSettings, TheListOfBasesWinsOverTheSingleOne) {
    ProviderSettings provider;
    provider.base_url = url("http://single");
    provider.base_urls = {url("http://list")};
    ASSERT_EQ(provider.bases().size(), 1U);
    EXPECT_EQ(provider.bases().front().text(), "http://list");
}

TEST(ProviderSettings, AnExplicitPlaylistWins) {
    ProviderSettings provider;
    provider.base_url = url("http://a");
    provider.user = "u";
    provider.password = Secret("p");
    provider.m3u = std::filesystem::path("list.m3u");
    EXPECT_THAT(texts(provider.playlists()), ElementsAre("file list.m3u"));
}

TEST(ProviderSettings, WithoutAnAccountThereIsNoPlaylist) {
    ProviderSettings provider;
    provider.base_url = url("http://a");
    provider.user = "u";
    EXPECT_THAT(provider.playlists(), IsEmpty());
    EXPECT_THAT(provider.guides(), IsEmpty());
}

TEST(LineupSettings, EasyModeCaps) {
    LineupSettings lineup;
    EXPECT_EQ(lineup.effective_max_channels(), 480);
    lineup.mode = Mode::easy;
    EXPECT_EQ(lineup.effective_max_channels(), 479);
    lineup.max_channels = 100;
    EXPECT_EQ(lineup.effective_max_channels(), 100);
    lineup.max_channels = LineupSettings::kNoCap;
    EXPECT_EQ(lineup.effective_max_channels(), 479);
    lineup.mode = Mode::full;
    EXPECT_EQ(lineup.effective_max_channels(), LineupSettings::kNoCap);
}

TEST(Config, SecretsListsEveryCredential) {
    Config config;
    EXPECT_THAT(config.secrets(), IsEmpty());
    config.provider.user = "account";
    config.provider.password = Secret("pw0");
    config.provider.m3u = url("http://u1:pw%31@h/?username=account&password=pw2&type=m3u");
    config.guide.xmltv = url("http://tok@h/?X-Plex-Token=a%2Fb&login=account");
    config.provider.base_url = url("http://u:pw3@h/");
    config.provider.base_urls = {
        url("http://h/get.php?password=pw4"), url("http://h/live/account/pw5/1.ts")};
    std::vector<std::string> values;
    for (const Secret& secret : config.secrets()) {
        values.push_back(secret.reveal());
    }
    EXPECT_THAT(values, UnorderedElementsAre("pw0", "pw%31", "pw1", "pw2", "tok", "a%2Fb", "a/b",
                            "pw3", "pw4", "pw5"));
}

} // namespace
} // namespace plex_tuner::config
