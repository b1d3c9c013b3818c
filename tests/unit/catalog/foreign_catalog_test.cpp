// SPDX-License-Identifier: GPL-3.0-or-later
// catalog.json as the ancestor and other programs write it.
#include "catalog_text.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

using plex_tuner::testing::TemporaryDirectory;
using test::put;
using test::text_of;
using ::testing::HasSubstr;

/// The records, or "error: …".
std::string read(std::string_view json) {
    const TemporaryDirectory directory;
    put(directory.path() / "catalog.json", json);
    const Result<Catalog> catalog = read_catalog_file(directory.path() / "catalog.json");
    return catalog ? text_of(*catalog) : "error: " + catalog.error().message();
}

TEST(ForeignCatalog, NullListsAreEmpty) {
    EXPECT_EQ(read(R"({"movies": null, "series": null, "live_channels": null})"), "");
}

TEST(ForeignCatalog, LiveChannelsMayBeMissing) {
    EXPECT_EQ(read(R"({"version": 3, "movies": [{"id": "1", "title": "T", "year": 2001,
        "stream_url": "http://h/1"}], "series": null})"),
        "movie 1|T|2001||||||||http://h/1\n");
}

TEST(ForeignCatalog, NumbersAndTextsStandForEachOther) {
    EXPECT_EQ(read(R"({"movies": [{"id": 7, "title": 300, "year": "2006", "stream_url": "u"},
        {"id": 8, "title": "B", "year": 1999.0, "stream_url": "u"},
        {"id": 9, "title": true, "year": "?", "stream_url": "u"}],
        "live_channels": [{"channel_id": 5, "guide_number": 5.10, "guide_name": "N", "stream_url": "u",
        "radio": "true"}]})"),
        "live 5|5.10|N||||||"
        "|radio\n  u\n"
        "movie 7|300|2006||||||||u\nmovie 8|B|1999||||||||u\nmovie 9|true|0||||||||u\n");
}

TEST(ForeignCatalog, UnknownFieldsOfAnyShapeAreSkipped) {
    EXPECT_EQ(
        read(
            R"({"x": [[{"movies": [1]}]], "live_channels": [{"channel_id": "a", "quality": {"id": "no",
        "channel_id": ["no"]}, "dna_id": [1, {"guide_name": "no"}], "guide_name": "A", "stream_url": "u",
        "logo": {"url": "no"}, "stream_urls": null, "attributes": null, "source_headers": null}]})"),
        "live a||A||||||\n  u\n");
}

TEST(ForeignCatalog, ThePrimaryUrlComesFirst) {
    EXPECT_EQ(read(R"({"live_channels": [
        {"channel_id": "a", "stream_url": "p", "stream_urls": ["p", "b"]},
        {"channel_id": "b", "stream_url": "p", "stream_urls": ["b", "p", "c"]},
        {"channel_id": "c", "stream_url": "p", "stream_urls": ["b", null, ""]},
        {"channel_id": "d", "stream_urls": ["b"]},
        {"channel_id": "e", "stream_urls": "b"},
        {"channel_id": "f", "stream_url": "", "stream_urls": []}]})"),
        "live a||||||||\n  p\n  b\nlive b||||||||\n  p\n  b\n  c\nlive c||||||||\n  p\n  b\n"
        "live d||||||||\n  b\nlive e||||||||\n  b\n");
}

TEST(ForeignCatalog, HeadersStayWithTheirUrl) {
    EXPECT_EQ(read(R"({"live_channels": [{"source_headers": [null, {"Referer": "r", "X-N": 3}, []],
        "stream_urls": ["b", "p", "c"], "stream_url": "p", "channel_id": "a"}]})"),
        "live a||||||||\n  p {Referer: r} {X-N: 3}\n  b\n  c\n");
}

TEST(ForeignCatalog, RepeatedIdsBecomeUnique) {
    const std::string got =
        read(R"({"live_channels": [{"channel_id": "cnn", "guide_name": "1", "stream_url": "u"},
        {"channel_id": "cnn", "guide_name": "2", "stream_url": "u"}, {"guide_name": "3", "stream_url": "u"}]})");
    EXPECT_THAT(got, HasSubstr("live cnn||1|"));
    EXPECT_THAT(got, HasSubstr("live cnn-2||2|"));
    EXPECT_THAT(got, HasSubstr("live channel-"));
}

TEST(ForeignCatalog, SeriesWithOddSeasons) {
    EXPECT_EQ(
        read(
            R"({"series": [{"id": "s", "title": "S", "year": 0, "seasons": [{"number": "1", "episodes": [
        {"id": 1, "season_num": 1, "episode_num": "2", "title": "E", "stream_url": "u"}, null]},
        {"number": 2, "episodes": null}, null]}, {"id": "t", "title": "T", "seasons": null}]})"),
        "series s|S|0|||||||\n  season 1\n    1|1|2|E||u\n  season 2\nseries t|T|0|||||||\n");
}

TEST(ForeignCatalog, ARecordDoesNotInheritFromTheOneBefore) {
    EXPECT_EQ(
        read(
            R"({"movies": [{"id": "1", "title": "T", "year": 2001, "category": "c", "stream_url": "u"},
        {"id": "2", "stream_url": "v"}]})"),
        "movie 1|T|2001||c||||||u\nmovie 2||0||||||||v\n");
}

TEST(ForeignCatalog, EscapesAreRead) {
    EXPECT_EQ(
        read(R"({"movies": [{"id": "\u0041\/\"\\", "title": "\u00fc\ud83d\udcfa \n", "stream_url":
        "http:\/\/h\/1"}]})"),
        "movie A/\"\\|\xC3\xBC\xF0\x9F\x93\xBA \n|0||||||||http://h/1\n");
}

TEST(ForeignCatalog, NumbersStayAsTheyAreWritten) {
    EXPECT_EQ(read(R"({"movies": [{"id": 184467440737095516160, "title": -0.50, "year": -3},
        {"id": 1e3, "title": false, "year": 99999999999}]})"),
        "movie 184467440737095516160|-0.50|-3||||||||\nmovie 1e3|false|0||||||||\n");
}

TEST(ForeignCatalog, TextThatIsNotUtf8IsAnError) {
    EXPECT_THAT(read("{\"movies\": [{\"title\": \"caf\xE9\"}]}"),
        HasSubstr("byte 28: the text before is not UTF-8"));
    EXPECT_THAT(read(R"({"movies": [{"title": "\udcfa"}]})"), HasSubstr("is not UTF-8"));
    EXPECT_THAT(read(R"({"movies": [{"title": "\ud83d"}]})"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read("{\"movies\": [{\"\xFF\": 1}]}"), HasSubstr("is not UTF-8"));
}

TEST(ForeignCatalog, BrokenTextsAreErrors) {
    EXPECT_THAT(read("{\"movies\": [{\"title\": \"a\nb\"}]}"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": [{"title": "\x"}]})"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": [{"year": 01}]})"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": [,]})"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": [],})"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": [] // none
        })"),
        HasSubstr("this is no JSON"));
}

TEST(ForeignCatalog, AByteOrderMarkIsNoError) {
    EXPECT_EQ(read("\xEF\xBB\xBF{\"movies\": []}"), "");
    EXPECT_THAT(read("\xEF\xBB"), HasSubstr("this is no JSON"));
}

TEST(ForeignCatalog, ATailOfZerosAsACrashLeavesItIsAnError) {
    const std::string whole = R"({"live_channels": []})";
    EXPECT_THAT(read(whole + std::string(4096, '\0')), HasSubstr("byte 21: a zero byte"));
    EXPECT_THAT(read(std::string(4096, '\0')), HasSubstr("byte 0: a zero byte"));
}

TEST(ForeignCatalog, WhatIsNoCatalogIsAnErrorAndNeverEmpty) {
    EXPECT_THAT(read(""), HasSubstr("the file is empty"));
    EXPECT_THAT(read("  \n"), HasSubstr("error: "));
    EXPECT_THAT(read("{}"), HasSubstr("neither movies nor series"));
    EXPECT_THAT(read(R"({"error": "unauthorized"})"), HasSubstr("neither movies"));
    EXPECT_THAT(read("[]"), HasSubstr("it is no JSON object"));
    EXPECT_THAT(read("null"), HasSubstr("it is no JSON object"));
    EXPECT_THAT(read("17"), HasSubstr("it is no JSON object"));
    EXPECT_THAT(read("<html>"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": []} trailing)"), HasSubstr("this is no JSON"));
    EXPECT_THAT(read(R"({"movies": {}})"), HasSubstr("\"movies\" is no array"));
    EXPECT_THAT(read(R"({"live_channels": "none"})"), HasSubstr("\"live_channels\" is no array"));
    EXPECT_THAT(read(R"({"live_channels": ["a"]})"), HasSubstr("plain value"));
    EXPECT_THAT(read(R"({"live_channels": [["a"]]})"), HasSubstr("an array stands"));
    EXPECT_THAT(read(std::string("{\"movies\": [\0\0", 14)), HasSubstr("a zero byte"));
}

} // namespace
} // namespace plex_tuner::catalog
