// SPDX-License-Identifier: GPL-3.0-or-later
// Who is taken for gone, and who is not. One second of the stories is one look.
#include <plex_tuner/plex/session_judge.hpp>

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

/// One client in front of Live TV, looked at every second.
class SessionJudgeTest : public ::testing::Test {
protected:
    SessionJudgeTest() {
        session_.key = "/livetv/sessions/a";
        session_.session_key = "12";
        session_.session_id = "sess-a";
        session_.title = "News";
        session_.channel = "5.1";
        session_.player = {.address = "10.0.0.9",
            .machine_id = "client-a",
            .product = "Plex Web",
            .state = "playing"};
        session_.transcode = Transcode{.id = "trans-a", .time_stamp = "1", .max_offset = 1};
    }

    void use(JudgeOptions options) { judge_ = SessionJudge(std::move(options)); }

    void listen() { judge_.listening(true, now_); }

    void report(const std::string& state = "playing") {
        judge_.note({.session_key = "12", .state = state, .transcode_id = "trans-a"}, now_);
    }

    /// The verdict on the session after `seconds` more looks; the first that would end it counts.
    std::optional<SessionVerdict> look(int seconds = 1) {
        std::optional<SessionVerdict> last;
        for (int i = 0; i < seconds; ++i) {
            now_ += 1s;
            if (session_.transcode) { // it goes on by itself, always
                session_.transcode->max_offset += 1;
                session_.transcode->time_stamp += "1";
            }
            const std::vector<PlaySession> sessions{session_};
            auto verdicts =
                judge_.look(sessions, [this](const PlaySession&) { return feed_; }, now_);
            last = verdicts.empty() ? std::nullopt : std::optional(std::move(verdicts.front()));
            if (last && last->stop) {
                return last;
            }
        }
        return last;
    }

    /// As clients do it: every ten seconds, and a little late.
    std::optional<SessionVerdict> watch(int reports, const std::string& state = "playing") {
        std::optional<SessionVerdict> last;
        for (int i = 0; i < reports; ++i) {
            last = look(10);
            if (last && last->stop) {
                return last;
            }
            report(state);
        }
        return last;
    }

    /// Seconds until it is ended; nullopt: not within that many.
    std::optional<int> seconds_to_end(int most) {
        for (int i = 1; i <= most; ++i) {
            const auto verdict = look();
            if (verdict && verdict->stop) {
                reason_ = *verdict->stop;
                return i;
            }
        }
        return std::nullopt;
    }

    SteadyTime now_{std::chrono::hours(1)};
    SessionJudge judge_{JudgeOptions{}};
    PlaySession session_;
    Feed feed_ = Feed::flowing;
    StopReason reason_{};
};

TEST_F(SessionJudgeTest, AWatchingClientIsLeftAloneForHours) {
    use({.hard = 30min});
    listen();
    const auto verdict = watch(6 * 60 * 2 + 1);
    ASSERT_TRUE(verdict);
    EXPECT_FALSE(verdict->stop);
    EXPECT_GE(verdict->age, 2h);
}

TEST_F(SessionJudgeTest, AClosedTabIsEndedThoughTheTranscoderRunsAndTheTunerSends) {
    listen();
    watch(6);
    EXPECT_EQ(seconds_to_end(100), 30); // three reports late, and no sooner
    EXPECT_EQ(reason_, StopReason::renew);
}

TEST_F(SessionJudgeTest, AClosedTabIsEndedSoonerWhenNoTunerSends) {
    listen();
    watch(6);
    look(2);
    feed_ = Feed::dry;
    EXPECT_EQ(seconds_to_end(100), 16); // 15 s after the first look that saw it dry
    EXPECT_EQ(reason_, StopReason::idle);
}

TEST_F(SessionJudgeTest, AClientThatReportsIsLeftAloneThoughNoTunerSends) {
    listen();
    feed_ = Feed::dry;
    use({.idle = 15s});
    listen();
    for (int i = 0; i < 30; ++i) {
        report();
        EXPECT_FALSE(look(10)->stop);
    }
}

TEST_F(SessionJudgeTest, AGoodbyeShortensTheWait) {
    listen();
    watch(6);
    report("stopped");
    EXPECT_EQ(seconds_to_end(100), 20);
}

TEST_F(SessionJudgeTest, APausedClientThatReportsIsLeftAlone) {
    listen();
    watch(3);
    report("paused");
    session_.player.state = "paused";
    EXPECT_FALSE(watch(6 * 60, "paused")->stop);
}

TEST_F(SessionJudgeTest, APausedClientThatFallsSilentIsGivenItsPause) {
    listen();
    watch(3);
    report("paused");
    session_.player.state = "paused";
    feed_ = Feed::dry; // not even then
    EXPECT_EQ(seconds_to_end(1'000), 600);
}

TEST_F(SessionJudgeTest, APausedClientThatPlaysOnStartsAnew) {
    listen();
    watch(3);
    session_.player.state = "paused";
    EXPECT_FALSE(look(500)->stop);
    session_.player.state = "playing";
    EXPECT_FALSE(look(19)->stop);
    report();
    EXPECT_FALSE(look(19)->stop);
}

// A television whose input is switched says that it paused, or nothing at all, and lives on.
TEST_F(SessionJudgeTest, ATelevisionWhoseInputIsSwitchedIsEndedInTheEnd) {
    listen();
    watch(6);
    EXPECT_TRUE(seconds_to_end(31));
}

TEST_F(SessionJudgeTest, ThePlaceInTheProgrammeIsASignWithoutEvents) {
    session_.view_offset = 0;
    for (int i = 0; i < 100; ++i) {
        session_.view_offset = *session_.view_offset + 10'000;
        ASSERT_FALSE(look(10)->stop);
    }
    EXPECT_EQ(seconds_to_end(100), 21); // it stands still since the look before
}

TEST_F(SessionJudgeTest, WithoutEventsAndPlaceNobodyIsJudgedBySilence) {
    EXPECT_FALSE(look(10'000)->stop);
    EXPECT_FALSE(look()->silent);
}

TEST_F(SessionJudgeTest, WithoutEventsAndPlaceADryTunerIsEnoughAfterAMinute) {
    feed_ = Feed::dry;
    EXPECT_EQ(seconds_to_end(100), 61);
}

TEST_F(SessionJudgeTest, SilenceCountsFromWhenEventsAreHeard) {
    listen();
    watch(6);
    judge_.listening(false, now_);
    EXPECT_FALSE(look(1'000)->stop);
    listen();
    EXPECT_EQ(seconds_to_end(100), 30);
}

// Ours restarted: the session may be watched, or a year old.
TEST_F(SessionJudgeTest, AStrangerIsGivenAMinute) {
    listen();
    EXPECT_EQ(seconds_to_end(100), 61);
}

TEST_F(SessionJudgeTest, ASlowStartIsGivenAMinute) {
    listen();
    feed_ = Feed::dry;
    session_.player.state = "buffering";
    EXPECT_FALSE(look(45)->stop);
    report("playing");
    feed_ = Feed::flowing;
    EXPECT_FALSE(look(10)->stop);
}

TEST_F(SessionJudgeTest, AShortLeaseDoesNotEndClientsBetweenTwoReports) {
    use({.renew = 3s});
    listen();
    EXPECT_FALSE(watch(100)->stop);
}

// The server restarts or cannot be reached: what was said meanwhile nobody heard.
TEST_F(SessionJudgeTest, MomentsWithoutAnswersCountForNobody) {
    listen();
    watch(6);
    look(25);
    judge_.missed();
    EXPECT_FALSE(look(29)->stop);
    EXPECT_TRUE(look(2)->stop);
}

TEST_F(SessionJudgeTest, AGapBetweenLooksCountsForNobody) {
    listen();
    watch(6);
    now_ += 10min; // we, or the machine, slept
    EXPECT_FALSE(look(29)->stop);
}

// What it said meanwhile lies in a buffer, unread.
TEST_F(SessionJudgeTest, ASlowLookIsNoSilence) {
    listen();
    watch(6);
    now_ += 29s;
    EXPECT_FALSE(look()->stop);
    report();
    now_ += 29s;
    EXPECT_FALSE(look()->stop);
}

TEST_F(SessionJudgeTest, AClientThatReportsRarelyIsKnownForIt) {
    listen();
    for (int i = 0; i < 20; ++i) {
        EXPECT_FALSE(look(45)->stop);
        report();
    }
    EXPECT_EQ(seconds_to_end(1'000), 135);
}

TEST_F(SessionJudgeTest, ASessionThatWasGoneIsANewOne) {
    listen();
    watch(6);
    look(25);
    now_ += 1s;
    EXPECT_THAT(judge_.look({}, [](const PlaySession&) { return Feed::dry; }, now_), IsEmpty());
    EXPECT_EQ(seconds_to_end(100), 61);
}

TEST_F(SessionJudgeTest, TheHardLeaseIsOffUnlessAskedForAndSparesWhoPlays) {
    use({.idle = 0s, .renew = 0s});
    listen();
    session_.player.state = "paused";
    EXPECT_FALSE(watch(6 * 60, "paused")->stop);
    use({.idle = 0s, .renew = 0s, .hard = 30min});
    listen();
    session_.player.state = "playing";
    EXPECT_FALSE(watch(6 * 60)->stop);
    report("paused");
    session_.player.state = "paused";
    const auto verdict = look();
    ASSERT_TRUE(verdict->stop);
    EXPECT_EQ(*verdict->stop, StopReason::hard);
}

TEST_F(SessionJudgeTest, ATunerOfSomebodyElseIsNoConcern) {
    listen();
    watch(6);
    feed_ = Feed::foreign;
    EXPECT_FALSE(look(1'000)->stop);
}

TEST_F(SessionJudgeTest, OnlyLiveTvOfClientsCounts) {
    listen();
    session_.player.platform = "Plex Media Server"; // fetches for a recording
    EXPECT_FALSE(look(100));
    session_.player.platform = "Chrome";
    session_.player.product = "Lavf";
    EXPECT_FALSE(look(100));
    session_.player.product = "Plex Web";
    session_.key = "/library/metadata/7";
    EXPECT_FALSE(look(100));
    session_.key = "/livetv/sessions/a";
    EXPECT_TRUE(look());
}

TEST_F(SessionJudgeTest, FiltersAreExact) {
    use({.machine_id = "client-b"});
    EXPECT_FALSE(look());
    use({.machine_id = "client-a", .player_ip = "10.0.0.9"});
    EXPECT_TRUE(look());
    use({.player_ip = "10.0.0.90"});
    EXPECT_FALSE(look());
}

TEST_F(SessionJudgeTest, WhatStaysIsTriedOtherwiseAndEverMoreRarely) {
    listen();
    watch(6);
    ASSERT_TRUE(seconds_to_end(100));
    const auto first = look();
    ASSERT_TRUE(first->stop);
    EXPECT_EQ(first->means, StopMeans::transcode);
    judge_.tried(first->id, now_);
    EXPECT_EQ(seconds_to_end(100), 10);
    const auto second = look();
    EXPECT_EQ(second->means, StopMeans::session);
    judge_.tried(second->id, now_);
    EXPECT_EQ(seconds_to_end(100), 20);
}

TEST_F(SessionJudgeTest, ADirectStreamIsEndedAsASession) {
    session_.transcode.reset();
    listen();
    watch(6);
    ASSERT_TRUE(seconds_to_end(100));
    EXPECT_EQ(look()->means, StopMeans::session);
}

TEST_F(SessionJudgeTest, EventsAreNewsWhenSomethingChanged) {
    listen();
    look();
    const PlayNotice playing{.session_key = "12", .state = "playing"};
    EXPECT_FALSE(judge_.note(playing, now_));
    EXPECT_TRUE(judge_.note({.session_key = "12", .state = "stopped"}, now_));
    EXPECT_TRUE(judge_.note({.session_key = "99", .state = "playing"}, now_));
}

} // namespace
} // namespace plex_tuner::plex
