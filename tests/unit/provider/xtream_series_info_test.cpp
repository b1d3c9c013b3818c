// SPDX-License-Identifier: GPL-3.0-or-later
#include "chunkings.hpp"
#include "xtream_dump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider::test {
namespace {

using testing::StartsWith;

std::string info(std::string_view text) {
    return in_every_chunking(text, dump_series_info);
}

TEST(XtreamSeriesInfo, SeasonsToLists) {
    EXPECT_EQ(info(R"({"seasons":[{"season_number":9,"id":1,"episodes":[{"id":666}]}],
        "info":{"name":"Lighthouse","cover":"","releaseDate":"2015-09-01","category_id":"30"},
        "episodes":{"1":[{"id":"901","episode_num":"1","title":"Lighthouse - S01E01",
            "container_extension":"mkv","info":{"releasedate":"2015-09-01","plot":"p","id":5,
            "video":{"id":"no"}},"custom_sid":"","added":"1600000000","season":1}],
          "2":[{"id":902,"episode_num":4,"title":"","container_extension":"mp4","info":[]},
               {"id":"903","episode_num":5,"air_date":"2016-01-01","season":"7"}],
          "0":[{"id":"900","episode_num":"1"}]}})"),
        "901 at=S1E1 title=Lighthouse - S01E01 aired=2015-09-01 ext=mkv\n"
        "902 at=S2E4 ext=mp4\n903 at=S7E5 aired=2016-01-01\n900 at=S0E1\nread 4, skipped 0");
}

TEST(XtreamSeriesInfo, SeasonsToMaps) {
    EXPECT_EQ(info(R"({"episodes":{"1":{"0":{"id":"901","episode_num":1},
                                        "1":{"id":"902","episode_num":2,"info":{"a":{}}}},
                                   "3":{"7":{"id":"903","episode_num":1,"season":null}}}})"),
        "901 at=S1E1\n902 at=S1E2\n903 at=S3E1\nread 3, skipped 0");
}

TEST(XtreamSeriesInfo, AMapOfEpisodesHasNoSeasonsInItsKeys) {
    EXPECT_EQ(info(R"({"episodes":{"10":{"id":"901","episode_num":1,"season":2},
                                   "11":{"info":{"air_date":"2020"},"id":"902","episode_num":2},
                                   "12":{"id":"903","title":"X S04E05"}}})"),
        "901 at=S2E1\n902 at=S1E2 aired=2020\n903 at=S4E5 title=X S04E05\nread 3, skipped 0");
}

TEST(XtreamSeriesInfo, ListsOfLists) {
    EXPECT_EQ(info(R"({"episodes":[[{"id":"901","episode_num":1,"season":1}],
                                   [{"id":"902","episode_num":1},{"id":"903","title":"S09E08"}]]})"),
        "901 at=S1E1\n902 at=S2E1\n903 at=S9E8 title=S09E08\nread 3, skipped 0");
}

TEST(XtreamSeriesInfo, AFlatList) {
    EXPECT_EQ(info(R"({"episodes":[{"id":901,"episode_num":1,"season":"1"},
                                   {"id":"902","episode_num":"2","season_num":3},
                                   {"id":"903","title":"no season"}]})"),
        "901 at=S1E1\n902 at=S3E2\n903 at=S1E0 title=no season\nread 3, skipped 0");
}

TEST(XtreamSeriesInfo, SeriesWithoutEpisodes) {
    for (const std::string_view none :
        {"null", "[]", "{}", "false", "\"\"", R"({"1":[]})", R"({"1":{}})", "[[],[]]"}) {
        EXPECT_EQ(info(R"({"info":{"name":"Pier"},"episodes":)" + std::string(none) + "}"),
            "read 0, skipped 0")
            << none;
    }
}

TEST(XtreamSeriesInfo, SeriesThePanelDoesNotKnow) {
    for (const std::string_view text :
        {"[]", "{}", "null", "false", R"({"seasons":[],"info":{"name":null,"cover":null}})",
            R"({"info":[],"episodes":[]})", R"({"info":{"name":""},"episodes":null})"}) {
        EXPECT_EQ(info(text), "read 0, skipped 0, unknown") << text;
    }
}

TEST(XtreamSeriesInfo, BadEpisodesAreLeftOutSingly) {
    EXPECT_EQ(info(R"({"episodes":{"1":[{"id":"901","episode_num":1},{"title":"no id"},null,7,[],
                                        {"id":""},{"id":"902","episode_num":[3],"season":-1}],
                                   "2":"x","3":{"title":"no id either"}}})"),
        "901 at=S1E1\n902 at=S1E0\nread 2, skipped 7");
}

TEST(XtreamSeriesInfo, OtherAnswersAreErrors) {
    EXPECT_EQ(info(R"({"user_info":{"auth":0}})"),
        "invalid_argument: the series information: the panel refuses the account (auth 0): user "
        "name or password is wrong");
    EXPECT_THAT(info(R"({"user_info":{"auth":1}})"), StartsWith("parse: "));
    for (const std::string_view text : {R"([{"episodes":[]}])", "[1]", "7", R"("blocked")"}) {
        EXPECT_EQ(info(text), "parse: the series information: the panel sent something else")
            << text;
    }
}

} // namespace
} // namespace plex_tuner::provider::test
