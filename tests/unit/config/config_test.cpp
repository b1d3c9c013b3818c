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

TEST(AccountSettings, TheListOfBasesWinsOverTheSingleOne) {
    AccountSettings provider;
    provider.base_url = url("http://single");
    provider.base_urls = {url("http://list")};
    ASSERT_EQ(provider.bases().size(), 1U);
    EXPECT_EQ(provider.bases().front().text(), "http://list");
}

TEST(AccountSettings, AreUsableWithAPlaylistOrAWholeAccount) {
    AccountSettings account;
    EXPECT_FALSE(account.is_usable());
    account.base_url = url("http://a");
    account.user = "u";
    EXPECT_FALSE(account.is_usable());
    account.password = Secret("p");
    EXPECT_TRUE(account.is_usable());
    account = {};
    account.m3u = std::filesystem::path("list.m3u");
    EXPECT_TRUE(account.is_usable());
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
    config.account.user = "account";
    config.account.password = Secret("pw0");
    config.account.m3u = url("http://u1:pw%31@h/?username=account&password=pw2&type=m3u");
    config.guide_source.xmltv = url("http://tok@h/?X-Plex-Token=a%2Fb&login=account");
    config.account.base_url = url("http://u:pw3@h/");
    config.account.base_urls = {
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
