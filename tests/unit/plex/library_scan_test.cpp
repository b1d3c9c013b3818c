// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/library_scan.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<LibraryScan> plan(
    std::vector<std::string> changed, std::vector<std::string> locations) {
    const std::vector<Library> libraries{{.key = "7", .locations = std::move(locations)}};
    return plan_scans(changed, libraries);
}

TEST(PlanScans, NamesWhatLiesInTheLibrary) {
    EXPECT_THAT(plan({"/vod/Movies/Zulu", "/vod/TV/Show", "/vod/Movies2/X"}, {"/vod/Movies/"}),
        ElementsAre(LibraryScan{"7", "/vod/Movies/Zulu"}));
}

TEST(PlanScans, ALibraryThatShowsThatOrLessLooksAtEverything) {
    EXPECT_THAT(plan({"/vod/Movies/Zulu", "/vod/Movies"}, {"/vod/Movies"}),
        ElementsAre(LibraryScan{"7", ""}));
    EXPECT_THAT(plan({"/vod/Movies"}, {"/elsewhere", "/vod/Movies/Zulu"}),
        ElementsAre(LibraryScan{"7", ""}));
}

TEST(PlanScans, ALibraryThatShowsMoreLooksAtThatAlone) {
    EXPECT_THAT(plan({"/vod/Movies"}, {"/vod"}), ElementsAre(LibraryScan{"7", "/vod/Movies"}));
}

TEST(PlanScans, OthersAreLeftAlone) {
    EXPECT_THAT(plan({"/vod/Movies"}, {"/srv/films", "/vod/TV"}), IsEmpty());
    EXPECT_THAT(plan({"/vod/Movies"}, {}), IsEmpty());
}

} // namespace
} // namespace plex_tuner::plex
