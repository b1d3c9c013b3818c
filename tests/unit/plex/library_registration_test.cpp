// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/plex/library_registration.hpp>

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using plex_tuner::testing::FakePms;
using plex_tuner::testing::PmsLibrary;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class LibraryRegistration : public ::testing::Test {
protected:
    LibraryRegistration() {
        for (const char* name : {"vod/TV/Show/Season 01", "vod/Movies/Zulu (1964)"}) {
            std::filesystem::create_directories(root_.path() / name);
        }
        std::ofstream(root_.path() / "vod/Movies/Zulu (1964)/Zulu (1964).mkv") << "x";
    }

    FakePms::Script script() const { return {.file_root = root_.path().string()}; }

    static WantedLibrary films() {
        return {.title = "VOD-Movies", .kind = LibraryKind::films, .path = "/vod/Movies"};
    }

    static WantedLibrary series() {
        return {.title = "VOD", .kind = LibraryKind::series, .path = "/vod/TV"};
    }

    static std::vector<LibraryResult> run(const FakePms& pms, LibraryOptions options = {},
        std::vector<WantedLibrary> wanted = {series(), films()}) {
        PlexRun plex(pms);
        const auto results = plex.run([&](Server& server) {
            return register_libraries(server, wanted, options, log::Logger());
        });
        EXPECT_TRUE(results) << results.error().message();
        return results.value_or(std::vector<LibraryResult>());
    }

    static std::vector<LibraryAction> actions(const std::vector<LibraryResult>& results) {
        std::vector<LibraryAction> actions;
        for (const LibraryResult& result : results) {
            EXPECT_EQ(result.error, "") << result.title;
            actions.push_back(result.action);
        }
        return actions;
    }

    static void expect_safe(const FakePms& pms) {
        for (const PmsLibrary& library : pms.libraries()) {
            for (const auto& [id, value] : library.preferences) {
                EXPECT_TRUE(value == "0" || value == "false") << library.title << " " << id;
            }
        }
    }

    plex_tuner::testing::TemporaryDirectory root_;
};

TEST_F(LibraryRegistration, MakesThemOnceAndThenChangesNothing) {
    FakePms pms(script());
    const auto first = run(pms);
    EXPECT_THAT(actions(first), ElementsAre(LibraryAction::created, LibraryAction::created));
    EXPECT_THAT(
        first[1].switched_off, ElementsAre("enableBIFGeneration", "enableCreditsMarkerGeneration",
                                   "enableIntroMarkerGeneration"));
    expect_safe(pms);
    ASSERT_EQ(pms.libraries().size(), 2U);
    EXPECT_EQ(pms.libraries()[0].type, "show");
    EXPECT_EQ(pms.libraries()[1].files, 1); // it was scanned

    pms.forget_requests();
    EXPECT_THAT(actions(run(pms)), ElementsAre(LibraryAction::skipped, LibraryAction::skipped));
    EXPECT_THAT(pms.changes(), IsEmpty());
}

TEST_F(LibraryRegistration, EveryEncodingAndEveryWayOfSettingPreferences) {
    for (const bool odd : {false, true}) {
        for (const auto encoding : {FakePms::Encoding::xml, FakePms::Encoding::json}) {
            FakePms::Script strange = script();
            strange.encoding = encoding;
            strange.json = {odd, odd, odd};
            strange.puts_preferences = odd;
            FakePms pms(strange);
            EXPECT_THAT(
                actions(run(pms)), ElementsAre(LibraryAction::created, LibraryAction::created));
            expect_safe(pms);
            EXPECT_THAT(
                actions(run(pms)), ElementsAre(LibraryAction::skipped, LibraryAction::skipped));
        }
    }
}

TEST_F(LibraryRegistration, AServerThatRestartsInTheMiddleGetsEachLibraryOnce) {
    for (const bool done : {false, true}) {
        FakePms pms(script());
        pms.restart_at({.request = "POST /library/sections?", .done = done});
        EXPECT_THAT(actions(run(pms)), ElementsAre(LibraryAction::created, LibraryAction::created));
        EXPECT_EQ(pms.libraries().size(), 2U);
        expect_safe(pms);
    }
}

TEST_F(LibraryRegistration, ALibraryThatIsThereIsRepairedAndOthersAreLeftAlone) {
    FakePms pms(script());
    pms.add_library("movie", "Cinema", "/vod/Movies/");
    pms.add_library("movie", "Mine", "/disk/films");
    const auto results = run(pms);
    EXPECT_THAT(actions(results), ElementsAre(LibraryAction::created, LibraryAction::repaired));
    EXPECT_EQ(results[1].title, "Cinema");
    EXPECT_EQ(pms.libraries().at(1).preferences.at("enableBIFGeneration"), "1");
    EXPECT_THAT(pms.libraries().at(1).scans, IsEmpty());
    EXPECT_EQ(pms.libraries().size(), 3U);
}

TEST_F(LibraryRegistration, ALibraryOfThatNameForSomethingElseIsAnErrorAndTheOthersAreMade) {
    FakePms pms(script());
    pms.add_library("movie", "VOD-Movies", "/disk/films");
    const auto results = run(pms);
    EXPECT_EQ(results[0].action, LibraryAction::created);
    EXPECT_EQ(results[1].action, LibraryAction::error);
    EXPECT_THAT(results[1].error, HasSubstr("another directory"));
    EXPECT_EQ(pms.libraries().at(0).preferences.at("enableBIFGeneration"), "1");
}

TEST_F(LibraryRegistration, APathThatPlexDoesNotSeeIsExplained) {
    FakePms pms(script());
    const auto results =
        run(pms, {}, {{.title = "X", .kind = LibraryKind::films, .path = "/media/vod/Movies"}});
    EXPECT_EQ(results[0].action, LibraryAction::error);
    EXPECT_THAT(results[0].error, HasSubstr("-plex-path"));
    EXPECT_THAT(pms.libraries(), IsEmpty());
}

TEST_F(LibraryRegistration, ASettingThatStaysOnIsAnError) {
    FakePms::Script stubborn = script();
    stubborn.stubborn_preference = "enableBIFGeneration";
    FakePms pms(stubborn);
    const auto results = run(pms);
    EXPECT_EQ(results[1].action, LibraryAction::error);
    EXPECT_THAT(results[1].error, HasSubstr("enableBIFGeneration"));
    // Asked not to, it is left as it is.
    EXPECT_EQ(run(pms, {.safe_preset = false})[1].action, LibraryAction::skipped);
}

TEST_F(LibraryRegistration, OnlyTheNewDirectoriesAreScanned) {
    FakePms pms(script());
    (void)run(pms, {.scan = false});
    EXPECT_THAT(pms.libraries().at(1).scans, IsEmpty());
    const auto results = run(pms, {.scan_paths = {"/vod/Movies/Zulu (1964)"}});
    EXPECT_THAT(pms.libraries().at(0).scans, IsEmpty());
    EXPECT_THAT(pms.libraries().at(1).scans, ElementsAre("/vod/Movies/Zulu (1964)"));
    EXPECT_THAT(results[0].scanned, IsEmpty());
    EXPECT_THAT(results[1].scanned, ElementsAre("/vod/Movies/Zulu (1964)"));
}

TEST_F(LibraryRegistration, ADryRunChangesNothing) {
    FakePms pms(script());
    pms.add_library("movie", "Cinema", "/vod/Movies");
    const auto results = run(pms, {.dry_run = true});
    EXPECT_THAT(actions(results), ElementsAre(LibraryAction::created, LibraryAction::repaired));
    EXPECT_THAT(results[1].switched_off, Contains("enableBIFGeneration"));
    EXPECT_THAT(pms.changes(), IsEmpty());
    EXPECT_THAT(pms.libraries().at(0).scans, IsEmpty());
}

} // namespace
} // namespace plex_tuner::plex
