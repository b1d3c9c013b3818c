// SPDX-License-Identifier: GPL-3.0-or-later
#include "schedule.hpp"

#include <chrono>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kMonday{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};

class Schedule : public ::testing::TestWithParam<Flavour> {};

TEST_P(Schedule, CoversTheWindowBackToBack) {
    const WallTime from = kMonday + 7h + 13min;
    const WallTime to = from + 54h;
    const auto programmes = schedule(GetParam(), from, to);
    ASSERT_FALSE(programmes.empty());
    EXPECT_LE(programmes.front().start, from);
    EXPECT_GT(programmes.front().stop, from);
    EXPECT_LT(programmes.back().start, to);
    EXPECT_GE(programmes.back().stop, to);
    for (std::size_t i = 1; i < programmes.size(); ++i) {
        EXPECT_EQ(programmes[i].start, programmes[i - 1].stop);
        EXPECT_FALSE(programmes[i].title == programmes[i - 1].title &&
                     programmes[i].subtitle == programmes[i - 1].subtitle);
    }
}

TEST_P(Schedule, HasTheSameProgrammeForTheSameTimeInEveryWindow) {
    std::map<WallTime, std::string> known;
    for (auto shift = 0h; shift < 30h; shift += 5h) {
        for (const Programme& programme :
            schedule(GetParam(), kMonday + shift, kMonday + shift + 24h)) {
            const std::string text = std::string(programme.title) + '|' +
                                     std::string(programme.subtitle) + '|' +
                                     std::to_string((programme.stop - programme.start).count());
            const auto [at, added] = known.emplace(programme.start, text);
            EXPECT_EQ(at->second, text);
        }
    }
}

TEST_P(Schedule, VariesLengthsAndKinds) {
    std::set<long> minutes;
    std::set<ProgrammeKind> kinds;
    for (const Programme& programme : schedule(GetParam(), kMonday, kMonday + 24h)) {
        minutes.insert(
            std::chrono::floor<std::chrono::minutes>(programme.stop - programme.start).count());
        kinds.insert(programme.kind);
        EXPECT_FALSE(programme.title.empty());
        EXPECT_FALSE(programme.description.empty());
        EXPECT_FALSE(programme.category.empty());
        EXPECT_EQ(programme.kind == ProgrammeKind::series, programme.episode > 0);
        EXPECT_EQ(programme.kind == ProgrammeKind::series, programme.season > 0);
        EXPECT_EQ(programme.kind == ProgrammeKind::series, !programme.subtitle.empty());
        EXPECT_EQ(programme.kind == ProgrammeKind::film, programme.year > 0);
    }
    EXPECT_EQ(minutes, (std::set<long>{30, 45, 60, 90}));
    EXPECT_EQ(kinds.size(), 3U);
}

TEST_P(Schedule, IsEmptyForAnEmptyWindow) {
    EXPECT_TRUE(schedule(GetParam(), kMonday + 2h, kMonday).empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, Schedule, ::testing::Values(Flavour::science, Flavour::cinema, Flavour::music));

} // namespace
} // namespace plex_tuner::demo
