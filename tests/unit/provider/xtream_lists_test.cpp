// SPDX-License-Identifier: GPL-3.0-or-later
#include "chunkings.hpp"
#include "xtream_dump.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::provider::test {
namespace {

std::string categories(std::string_view text) {
    return in_every_chunking(text, dump_categories);
}

std::string live(std::string_view text) {
    return in_every_chunking(text, dump_live);
}

std::string movies(std::string_view text) {
    return in_every_chunking(text, dump_movies);
}

std::string series(std::string_view text) {
    return in_every_chunking(text, dump_series);
}

TEST(XtreamCategories, IdsAreNumbersOrTexts) {
    EXPECT_EQ(categories(R"([{"category_id":"3","category_name":"News","parent_id":0},
                             {"category_id":14,"name":"Kids"}, {"category_id":"5"}])"),
        "3 name=News\n14 name=Kids\n5 name=5\nread 3, skipped 0");
}

TEST(XtreamLiveStreams, AllFieldsInTheTypesPanelsUse) {
    EXPECT_EQ(live(R"([{"num":1,"name":"Harbour TV","stream_type":"live","stream_id":501,
        "stream_icon":"http:\/\/img.example\/h.png","epg_channel_id":"harbour.example",
        "added":"1600000000","is_adult":"0","category_id":"3","category_ids":[3,4],
        "custom_sid":"","tv_archive":1,"direct_source":"","tv_archive_duration":"7"}])"),
        "501 name=Harbour TV number=1 icon=http://img.example/h.png epg=harbour.example "
        "category=3 archive=1 days=7 added=1600000000\nread 1, skipped 0");
    EXPECT_EQ(live(R"([{"num":"12","name":"Wave FM","stream_type":"radio_streams",
        "stream_id":"502","stream_icon":null,"epg_channel_id":null,"added":1600000001,
        "is_adult":1,"category_id":null,"category_ids":["9","10"],"custom_sid":null,
        "tv_archive":"0","tv_archive_duration":0}])"),
        "502 name=Wave FM number=12 category=9 adult=1 radio=1 added=1600000001\n"
        "read 1, skipped 0");
}

TEST(XtreamLiveStreams, WhatIsMissingStaysEmpty) {
    EXPECT_EQ(live(R"([{"stream_id":"7","name":"","num":0,"stream_icon":false,
        "epg_channel_id":"","category_id":"","tv_archive":false,"is_adult":true}])"),
        "7 name=7 adult=1\nread 1, skipped 0");
}

TEST(XtreamLiveStreams, NestedThingsAreNotMistakenForFields) {
    EXPECT_EQ(live(R"([{"stream_id":1,"name":"A","extra":{"stream_id":2,"name":"B",
        "list":[{"name":"C"}]},"category_ids":[{"name":"D"},[5],8],"more":["name","E"]}])"),
        "1 name=A\nread 1, skipped 0");
}

TEST(XtreamMovies, AllFields) {
    EXPECT_EQ(movies(R"([{"num":1,"name":"The Long Quay","stream_type":"movie",
        "stream_id":"9001","stream_icon":"poster.jpg","rating":7.25,"rating_5based":3.6,
        "added":"1535000000","category_id":21,"container_extension":"MKV","custom_sid":null,
        "direct_source":"","year":"2018","is_adult":0}])"),
        "9001 name=The Long Quay icon=poster.jpg category=21 ext=mkv year=2018 added=1535000000\n"
        "read 1, skipped 0");
}

TEST(XtreamMovies, TheYearIsOfTheFilmNotOfItsUpload) {
    EXPECT_EQ(movies(R"j([{"stream_id":1,"name":"a","added":"1535000000"},
        {"stream_id":2,"name":"b (1999)","added":"1535000000"},
        {"stream_id":3,"name":"c (1999)","releaseDate":"2001-02-03"},
        {"stream_id":4,"name":"d","release_date":"2002-02-03","year":""},
        {"stream_id":5,"name":"e (1999)","releasedate":"2001","year":2004},
        {"stream_id":6,"name":"f","year":null,"releaseDate":"0000-00-00"}])j"),
        "1 name=a added=1535000000\n2 name=b (1999) year=1999 added=1535000000\n"
        "3 name=c (1999) year=2001\n4 name=d year=2002\n5 name=e (1999) year=2004\n6 name=f\n"
        "read 6, skipped 0");
}

TEST(XtreamSeriesList, AllFields) {
    EXPECT_EQ(series(R"j([{"num":1,"name":"Lighthouse","series_id":77,"cover":"http://c/1.jpg",
        "plot":"A \"plot\".","cast":null,"genre":"Drama","releaseDate":"2015-09-01",
        "last_modified":"1650000000","rating":"8","backdrop_path":["x","y"],
        "category_id":"30","stream_type":null},
        {"series_id":"78","name":"Pier (2020)","last_modified":1650000001,"backdrop_path":""}])j"),
        "77 name=Lighthouse cover=http://c/1.jpg category=30 year=2015 modified=1650000000\n"
        "78 name=Pier (2020) year=2020 modified=1650000001\nread 2, skipped 0");
}

TEST(XtreamLists, EmptyListsComeInManyShapes) {
    for (const std::string_view empty :
        {"[]", "{}", "null", "false", " [ ] \n", "\xEF\xBB\xBF[]"}) {
        EXPECT_EQ(movies(empty), "read 0, skipped 0") << empty;
    }
}

TEST(XtreamLists, AListMayBeAnObjectOfItsRecords) {
    EXPECT_EQ(movies(R"({"0":{"stream_id":1,"name":"a"},"1":{"stream_id":2,"name":"b"}})"),
        "1 name=a\n2 name=b\nread 2, skipped 0");
}

TEST(XtreamLists, BadRecordsAreLeftOutSingly) {
    EXPECT_EQ(movies(R"([{"stream_id":1,"name":"a"},{"name":"no id"},{"stream_id":null},null,3,
        "x",[{"stream_id":9}],{"stream_id":"","name":"b"},{"stream_id":[4]},{"stream_id":2}])"),
        "1 name=a\n2 name=2\nread 2, skipped 8");
    EXPECT_EQ(movies(R"({"0":{"stream_id":1,"name":"a"},"1":null,"2":{"name":"b"}})"),
        "1 name=a\nread 1, skipped 2");
    const std::string long_id(200, '7');
    EXPECT_EQ(movies("[{\"stream_id\":\"" + long_id + "\"}]"), "read 0, skipped 1");
}

TEST(XtreamLists, TextsAreMended) {
    EXPECT_EQ(live("[{\"stream_id\":1,\"name\":\"raw\ttab\nline\"},"
                   "{\"stream_id\":2,\"name\":\"K\xF6ln\"},"
                   "{\"stream_id\":3,\"name\":\"K\\u00f6ln \\ud83d\\ude00\"},"
                   "{\"stream_id\":4,\"name\":\"cut \\ud83d\"},"
                   "{\"stream_id\":5,\"name\":\"\\ude00 low\"},"
                   "{\"stream_id\":6,\"name\":\"back\\\\ud83d\"},"
                   "{\"stream_id\":7,\"name\":\"two \\ud83d\\ud83d\\ude00\"}]"),
        "1 name=raw tab line\n2 name=K\xC3\xB6ln\n3 name=K\xC3\xB6ln \xF0\x9F\x98\x80\n"
        "4 name=cut \xEF\xBF\xBD\n5 name=\xEF\xBF\xBD low\n6 name=back\\ud83d\n"
        "7 name=two \xEF\xBF\xBD\xF0\x9F\x98\x80\nread 7, skipped 0");
}

TEST(XtreamLists, NumbersOfEverySizeAreRead) {
    EXPECT_EQ(live(R"([{"stream_id":18446744073709551615},{"stream_id":-5},{"stream_id":12.0},
        {"stream_id":9007199254740993},{"stream_id":1.5},{"stream_id":1e3}])"),
        "-5 name=-5\n12 name=12\n9007199254740993 name=9007199254740993\n1000 name=1000\n"
        "read 4, skipped 2");
}

} // namespace
} // namespace plex_tuner::provider::test
