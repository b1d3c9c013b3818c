// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/media.hpp"
#include "support/raw_client.hpp"
#include "support/timeline_origin.hpp"
#include "timeline_facts.hpp"

#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using test::RawClient;
using test::RawResponse;
using ::testing::HasSubstr;

constexpr std::int64_t kSecond = 90'000;

class TimelineTsTest : public ::testing::Test {
protected:
    void play(const std::string& script) {
        TimelineOrigin origin(provider_, "/a", script);
        path_ = origin.ts_path();
    }

    RawResponse get() {
        RawClient client(provider_.port());
        client.get(path_);
        return client.read_response();
    }

    /// The stream of one request, up to its end.
    TimelineFacts stream() { return TimelineFacts(get().body); }

    ScriptedProvider provider_;
    std::string path_;
};

TEST_F(TimelineTsTest, MediaGoesOnOverTheEndOfTheClipAsIfThereWereNone) {
    play("burst; serve 50s; close");
    const TimelineFacts facts = stream();
    EXPECT_EQ(facts.packetizer.counters().sync_losses, 0u);
    EXPECT_EQ(facts.continuity_errors(), 0u);
    for (const ts::PidStats* pid : {&facts.video(), &facts.audio()}) {
        EXPECT_EQ(pid->pts.jumps, 0u);
        EXPECT_EQ(pid->pts.backwards, 0u);
        EXPECT_NEAR(static_cast<double>(*pid->pts.last - *pid->pts.first), 50 * kSecond, kSecond);
    }
    EXPECT_EQ(facts.video().pcr.jumps, 0u);
    EXPECT_EQ(facts.video().pcr.backwards, 0u);
}

TEST_F(TimelineTsTest, ARequestGoesOnWhereTheOneBeforeItEnded) {
    play("burst; serve 2s; close; status 403 x2; status 503 retry-after 7; html; json; empty;"
         "redirect /b/live.ts; serve 2s; close");
    // The origin may see the end of a request after its client has.
    const auto next = [this] {
        RawResponse answer = get();
        EXPECT_TRUE(provider_.wait_until_idle(path_));
        return answer;
    };
    const RawResponse first = next();
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(next().status, 403);
    EXPECT_EQ(next().status, 403);
    const RawResponse later = next();
    EXPECT_EQ(later.status, 503);
    EXPECT_EQ(later.field("retry-after"), "7");
    EXPECT_THAT(next().body, HasSubstr("<html>"));
    EXPECT_EQ(next().field("content-type"), "application/json");
    const RawResponse empty = next();
    EXPECT_EQ(empty.status, 200);
    EXPECT_EQ(empty.body, "");
    const RawResponse elsewhere = next();
    EXPECT_EQ(elsewhere.status, 302);
    EXPECT_EQ(elsewhere.field("location"), "/b/live.ts");
    const TimelineFacts both(first.body + next().body);
    EXPECT_EQ(both.continuity_errors(), 0u);
    EXPECT_EQ(both.video().pts.jumps, 0u);
    EXPECT_EQ(provider_.count(path_), 9u);
    EXPECT_EQ(provider_.most_open(path_), 1u);
    EXPECT_LT(provider_.requests(path_).front().at, provider_.requests(path_).back().at);
}

TEST_F(TimelineTsTest, TheLastStatementIsRepeatedAndLoopBeginsAgain) {
    play("status 404; status 458");
    EXPECT_EQ(get().status, 404);
    EXPECT_EQ(get().status, 458);
    EXPECT_EQ(get().status, 458);
    play("status 404; status 458; loop");
    EXPECT_EQ(get().status, 404);
    EXPECT_EQ(get().status, 458);
    EXPECT_EQ(get().status, 404);
}

TEST_F(TimelineTsTest, AnAnswerInMidStreamClosesItAndIsGivenToTheNextRequest) {
    play("burst; serve 100 packets; status 403");
    EXPECT_EQ(get().body.size(), 100u * 188);
    EXPECT_EQ(get().status, 403);
}

TEST_F(TimelineTsTest, ConnectionsEndAsAsked) {
    play("close; reset; cut in packet; burst; serve 10 packets; reset; serve 5 packets; close");
    const auto ended = [&] {
        RawClient client(provider_.port());
        client.get(path_);
        return client.wait_for_end();
    };
    EXPECT_EQ(ended(), RawClient::End::fin);
    EXPECT_EQ(ended(), RawClient::End::rst);
    EXPECT_EQ(get().body.size(), 94u);
    EXPECT_EQ(ended(), RawClient::End::rst);
    EXPECT_EQ(get().body.size(), 5u * 188);
}

TEST_F(TimelineTsTest, AStallIsOverWhenTheClientLeaves) {
    play("burst; head; stall; serve 10 packets; stall; serve 20 packets; close");
    {
        RawClient client(provider_.port());
        client.get(path_);
        EXPECT_EQ(client.read_head().status, 200);
    }
    {
        RawClient client(provider_.port());
        client.get(path_);
        client.read_head();
        client.read_exactly(std::size_t{10} * 188);
    }
    EXPECT_EQ(get().body.size(), 20u * 188);
}

TEST_F(TimelineTsTest, DroppedPacketsAreMissedAndDuplicatesAreAllowedOnes) {
    play("burst; serve 1s; drop 5 packets; serve 1s; duplicate 3 packets; serve 1s; close");
    const TimelineFacts facts = stream();
    EXPECT_GE(facts.continuity_errors(), 1u);
    EXPECT_LE(facts.continuity_errors(), 5u);
    EXPECT_EQ(facts.inspector.totals().duplicates, 3u);
    EXPECT_EQ(facts.packetizer.counters().sync_losses, 0u);
}

TEST_F(TimelineTsTest, GarbageLosesSyncAndCorruptPacketsDoNot) {
    play("burst; serve 1s; garbage 500 bytes; serve 1s; close");
    EXPECT_EQ(stream().packetizer.counters().sync_losses, 1u);
    play("burst; serve 1s; close");
    const std::string clean = get().body;
    play("burst; serve 500ms; corrupt 10 packets; serve 500ms; close");
    const std::string damaged = get().body;
    ASSERT_EQ(damaged.size(), clean.size());
    std::size_t different = 0;
    for (std::size_t at = 0; at < clean.size(); at += 188) {
        EXPECT_EQ(damaged.compare(at, 4, clean, at, 4), 0);
        different += damaged.compare(at, 188, clean, at, 188) != 0 ? 1 : 0;
    }
    EXPECT_EQ(different, 10u);
}

TEST_F(TimelineTsTest, ClocksJumpTogether) {
    play("burst; serve 1s; jump pts +1h; serve 1s; jump pts -10s; serve 1s; close");
    const TimelineFacts facts = stream();
    EXPECT_EQ(facts.continuity_errors(), 0u);
    for (const ts::ClockStats* clock :
        {&facts.video().pts, &facts.audio().pts, &facts.video().pcr}) {
        EXPECT_EQ(clock->jumps, 2u);
    }
    EXPECT_NEAR(static_cast<double>(
                    ts::timestamp_difference(*facts.video().pts.last, *facts.video().pts.first)),
        (3600 - 10 + 3) * kSecond, kSecond);
}

TEST_F(TimelineTsTest, ClocksWrapWithoutAJump) {
    play("wrap pts in 2s; burst; serve 4s; close");
    const TimelineFacts facts = stream();
    EXPECT_GT(*facts.video().pts.first, ts::kTimestampWrap - 3 * kSecond);
    EXPECT_LT(*facts.video().pts.last, 5 * kSecond);
    EXPECT_EQ(facts.video().pts.jumps, 0u);
    EXPECT_EQ(facts.video().pcr.jumps, 0u);
}

TEST_F(TimelineTsTest, AnotherClipBringsOtherCodecsAndANewTableVersion) {
    play("burst; serve 1s; switch clip B; serve 1s; close");
    const TimelineFacts facts = stream();
    EXPECT_EQ(facts.tables().video()->codec, ts::Codec::mpeg2_video);
    EXPECT_EQ(facts.tables().pmt.version, 1);
    EXPECT_EQ(facts.continuity_errors(), 0u);
    EXPECT_EQ(facts.video().pts.jumps, 0u);
    EXPECT_EQ(facts.video().pts.backwards, 0u);
}

TEST_F(TimelineTsTest, ShiftedPidsAreListedAndUsed) {
    play("burst; serve 1s; pids shift; serve 1s; close");
    const TimelineFacts facts = stream();
    EXPECT_EQ(facts.tables().video()->pid, 0x110);
    EXPECT_EQ(facts.tables().pmt.pcr_pid, 0x110);
    EXPECT_GT(facts.video().packets, 100u);
    EXPECT_EQ(facts.video().pcr.jumps, 0u);
    EXPECT_EQ(facts.continuity_errors(), 0u);
}

TEST_F(TimelineTsTest, WhatIsLeftOutIsReplacedByNullPackets) {
    play("no video; no audio; burst; serve 2s; close");
    const TimelineFacts facts = stream();
    EXPECT_EQ(facts.inspector.pid(facts.tables().video()->pid), nullptr);
    EXPECT_EQ(facts.inspector.pid(facts.tables().audio()->pid), nullptr);
    EXPECT_GT(facts.inspector.totals().null_packets, 1000u);
    play("psi silence 2s; burst; serve 2s; close");
    EXPECT_EQ(stream().scanner.tables(), nullptr);
    play("no pcr 2s; burst; serve 2s; close; serve 2s; close");
    EXPECT_EQ(stream().video().pcr.count, 0u);
    EXPECT_GT(stream().video().pcr.count, 20u);
}

TEST_F(TimelineTsTest, ARequestWaitsForTheOneBeforeIt) {
    play("burst; serve 10 packets; stall; serve 20 packets; close");
    RawClient first(provider_.port());
    first.get(path_);
    first.read_head();
    first.read_exactly(std::size_t{10} * 188);
    RawClient second(provider_.port());
    second.get(path_);
    ASSERT_TRUE(provider_.wait_for_requests(path_, 2));
    first.close();
    EXPECT_EQ(second.read_response().body.size(), 20u * 188);
    EXPECT_EQ(provider_.most_open(path_), 2u);
}

TEST_F(TimelineTsTest, WrongScriptsAndUnknownClipsAreRefused) {
    EXPECT_THROW(play("serve; dance"), std::invalid_argument);
    EXPECT_THROW(play("switch clip Z; serve"), std::invalid_argument);
}

} // namespace
} // namespace plex_tuner::testing
