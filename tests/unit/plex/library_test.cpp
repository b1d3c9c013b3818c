// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/library.hpp>
#include <plex_tuner/plex/wanted_libraries.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const LibraryPlaces kPlaces{
    .mount = "/media/vod/", .plex_path = "/data", .films_name = "Films", .series_name = "Series"};

std::vector<std::string> lines_of(const std::vector<WantedLibrary>& libraries) {
    std::vector<std::string> lines;
    for (const WantedLibrary& library : libraries) {
        lines.push_back(library.title + " " + std::string(section_type(library.kind)) + " " +
                        library.path + " " + library.local_path);
    }
    return lines;
}

TEST(CleanedPath, ForgetsWhatDoesNotTellDirectoriesApart) {
    EXPECT_EQ(cleaned_path("/media//vod/"), "/media/vod");
    EXPECT_EQ(cleaned_path("//"), "/");
    EXPECT_EQ(cleaned_path("D:\\vod\\"), "D:\\vod");
    EXPECT_EQ(cleaned_path("\\\\nas\\vod"), "\\\\nas\\vod");
    EXPECT_EQ(cleaned_path(""), "");
}

TEST(LiesIn, LooksAtWholeNames) {
    EXPECT_TRUE(lies_in("/media/vod", "/media/vod"));
    EXPECT_TRUE(lies_in("/media/vod/a", "/media/vod"));
    EXPECT_FALSE(lies_in("/media/vod2", "/media/vod"));
}

TEST(PlanLibrary, WhatShowsThePathIsTheOneWhateverItsName) {
    const WantedLibrary wanted{.title = "VOD", .kind = LibraryKind::films, .path = "/vod/Movies"};
    EXPECT_TRUE(plan_library(wanted, {}).is_new);
    const std::vector<Library> renamed{
        {.key = "7", .type = "movie", .title = "Cinema", .locations = {"/old", "/vod/Movies/"}}};
    const LibraryPlan plan = plan_library(wanted, renamed);
    EXPECT_FALSE(plan.is_new);
    EXPECT_EQ(plan.key, "7");
    EXPECT_EQ(plan.title, "Cinema");
    EXPECT_EQ(plan.problem, "");
    const std::vector<Library> of_series{
        {.key = "7", .type = "show", .title = "Cinema", .locations = {"/vod/Movies"}}};
    EXPECT_THAT(plan_library(wanted, of_series).problem, HasSubstr("as type show"));
    const std::vector<Library> of_another{
        {.key = "7", .type = "movie", .title = "VOD", .locations = {"/disk/films"}}};
    EXPECT_THAT(plan_library(wanted, of_another).problem, HasSubstr("another directory"));
    EXPECT_FALSE(plan_library(wanted, of_another).is_new);
}

TEST(SafePreset, SwitchesOffWhatIsThereAndOn) {
    const std::vector<Preference> present{{"enableBIFGeneration", "1"},
        {"enableIntroMarkerGeneration", "false"}, {"enableCreditsMarkerGeneration", "true"},
        {"enableAdMarkerGeneration", "2"}, {"hidden", "1"}};
    EXPECT_THAT(safe_preset(present), ElementsAre(Preference{"enableBIFGeneration", "0"},
                                          Preference{"enableCreditsMarkerGeneration", "0"},
                                          Preference{"enableAdMarkerGeneration", "0"}));
}

TEST(LibrariesOfMount, MapsPathsForPlex) {
    const auto both = libraries_of_mount(kPlaces);
    ASSERT_TRUE(both);
    EXPECT_THAT(lines_of(*both), ElementsAre("Series show /data/TV /media/vod/TV",
                                     "Films movie /data/Movies /media/vod/Movies"));
    LibraryPlaces films = kPlaces;
    films.series = false;
    films.plex_path = "D:\\vod";
    const auto one = libraries_of_mount(films);
    ASSERT_TRUE(one);
    EXPECT_THAT(lines_of(*one), ElementsAre("Films movie D:\\vod\\Movies /media/vod/Movies"));
    EXPECT_EQ(path_for_plex(*one, "/media/vod/Movies/A (1)/"), "D:\\vod\\Movies\\A (1)");
    EXPECT_EQ(path_for_plex(*one, "/media/vod/TV/A"), std::nullopt);
}

TEST(LibrariesOfMount, RefusesWholeFileSystems) {
    for (const char* path : {"", "/", "//", ".", "C:\\"}) {
        LibraryPlaces places = kPlaces;
        places.mount = path;
        EXPECT_FALSE(libraries_of_mount(places)) << path;
        places = kPlaces;
        places.plex_path = path;
        EXPECT_EQ(libraries_of_mount(places).has_value(), *path == '\0') << path;
    }
}

constexpr const char* kManifest = R"({"source_catalog": "c.json", "lanes": {
    "movies": {"movies": 5, "series": 0, "file": "movies.json"},
    "kids": {"movies": 2, "series": 3, "file": "kids.json"},
    "bcastUS": {"movies": 0, "series": 1, "file": "bcastUS.json"}},
    "lane_order": ["bcastUS", "kids", "movies"]})";

TEST(LibrariesOfLanes, EachLaneHasThoseOfWhatIsInIt) {
    const auto lanes = libraries_of_lanes(kPlaces, kManifest);
    ASSERT_TRUE(lanes) << lanes.error().message();
    EXPECT_THAT(
        lines_of(*lanes), ElementsAre("Series bcastUS show /data/bcastUS/TV /media/vod/bcastUS/TV",
                              "Series kids show /data/kids/TV /media/vod/kids/TV",
                              "Films kids movie /data/kids/Movies /media/vod/kids/Movies",
                              "Films movies movie /data/movies/Movies /media/vod/movies/Movies"));
    LibraryPlaces named = kPlaces;
    named.mount = "/media/{lane}";
    named.plex_path = "";
    named.films_name = "{lane} (films)";
    named.series = false;
    const auto films = libraries_of_lanes(named, kManifest);
    ASSERT_TRUE(films);
    EXPECT_THAT(
        lines_of(*films), ElementsAre("kids (films) movie /media/kids/Movies /media/kids/Movies",
                              "movies (films) movie /media/movies/Movies /media/movies/Movies"));
}

TEST(LibrariesOfLanes, AnythingElseIsRefused) {
    for (const char* text : {"", "[]", "{}", R"({"lanes": []})", R"({"lanes": {"../x": {}}})",
             R"({"lanes": {"a": 1}})"}) {
        const auto lanes = libraries_of_lanes(kPlaces, text);
        ASSERT_FALSE(lanes) << text;
        EXPECT_THAT(lanes.error().message(), HasSubstr("vod-split"));
    }
}

} // namespace
} // namespace plex_tuner::plex
