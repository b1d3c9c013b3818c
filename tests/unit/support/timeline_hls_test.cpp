// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/raw_client.hpp"
#include "support/timeline_origin.hpp"
#include "timeline_facts.hpp"

#include <plex_tuner/hls/playlist.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using test::RawClient;
using test::RawResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class TimelineHlsTest : public ::testing::Test {
protected:
    void play(const std::string& script) { TimelineOrigin(provider_, "/a", script); }

    RawResponse get(const std::string& target, const std::string& fields = "") {
        RawClient client(provider_.port());
        client.get(target, fields);
        return client.read_response();
    }

    std::string list() { return get("/a/live.m3u8").body; }

    static hls::MediaPlaylist parsed(const std::string& text) {
        const auto playlist = hls::parse(text);
        EXPECT_TRUE(playlist) << text;
        return std::get<hls::MediaPlaylist>(*playlist);
    }

    std::string segment(int number) { return get("/a/seg/" + std::to_string(number) + ".ts").body; }

    ScriptedProvider provider_;
};

TEST_F(TimelineHlsTest, TheWindowIsFullAtOnceAndItsSegmentsJoinWithoutASeam) {
    play("window 4 segments; serve");
    const auto playlist = parsed(list());
    ASSERT_EQ(playlist.segments.size(), 4u);
    EXPECT_EQ(playlist.segments[0].sequence, 0u);
    std::string all;
    for (const auto& listed : playlist.segments) {
        const std::string bytes = get(listed.uri).body;
        const TimelineFacts facts(bytes);
        ASSERT_FALSE(facts.points.empty());
        EXPECT_EQ(facts.points.front().reason, ts::AccessReason::key_frame);
        all += bytes;
    }
    const TimelineFacts facts(all);
    EXPECT_EQ(facts.continuity_errors(), 0u);
    EXPECT_EQ(facts.video().pts.jumps, 0u);
    EXPECT_EQ(facts.video().pts.backwards, 0u);
}

TEST_F(TimelineHlsTest, TheWindowSlides) {
    play("pace 100x; window 3 segments; serve");
    std::size_t first = 0;
    while (first < 5) { // each request is answered at the latest when the next segment is due
        const auto playlist = parsed(list());
        ASSERT_EQ(playlist.segments.size(), 3u);
        ASSERT_GE(playlist.segments[0].sequence, first);
        first = playlist.segments[0].sequence;
    }
}

TEST_F(TimelineHlsTest, MarksAreOnTheNextSegment) {
    play("window 4 segments; serve 1s; discontinuity; serve 1s; gap; serve 1s; segment 410; serve");
    const auto playlist = parsed(list());
    ASSERT_EQ(playlist.segments.size(), 4u);
    std::vector<bool> discontinuities;
    std::vector<bool> gaps;
    std::vector<int> statuses;
    for (const auto& listed : playlist.segments) {
        discontinuities.push_back(listed.discontinuity);
        gaps.push_back(listed.gap);
        statuses.push_back(get(listed.uri).status);
    }
    EXPECT_THAT(discontinuities, ElementsAre(false, true, false, false));
    EXPECT_THAT(gaps, ElementsAre(false, false, true, false));
    EXPECT_THAT(statuses, ElementsAre(200, 200, 404, 410));
}

TEST_F(TimelineHlsTest, TheSequenceBeginsAnew) {
    play("pace 100x; window 3 segments; serve 3s; sequence reset; serve 1s; playlist stall 48h; "
         "serve");
    EXPECT_EQ(parsed(list()).segments.size(), 3u);
    hls::MediaPlaylist playlist;
    do {
        playlist = parsed(list());
    } while (playlist.segments.size() == 3);
    ASSERT_EQ(playlist.segments.size(), 1u);
    EXPECT_EQ(playlist.segments[0].sequence, 0u);
    EXPECT_EQ(playlist.segments[0].uri, "/a/seg/3.ts");
}

TEST_F(TimelineHlsTest, AListThatGoesBackShowsWhatItShowedBefore) {
    play("pace 0.01x; window 2 segments; serve 2s; sequence back 1; serve");
    const auto before = parsed(list());
    EXPECT_EQ(before.segments.size(), 2u);
    play("pace 0.01x; window 3 segments; serve 2s; sequence back 1; serve");
    const auto after = parsed(list());
    ASSERT_EQ(after.segments.size(), 1u);
    EXPECT_EQ(after.segments[0].sequence, 0u);
}

TEST_F(TimelineHlsTest, AnswersGoToTheListAndThenItGoesOn) {
    play("window 2 segments; status 503 x2; html; serve");
    EXPECT_EQ(get("/a/live.m3u8").status, 503);
    EXPECT_EQ(get("/a/live.m3u8").status, 503);
    EXPECT_THAT(list(), HasSubstr("<html>"));
    EXPECT_EQ(parsed(list()).segments.size(), 2u);
}

TEST_F(TimelineHlsTest, ATransferBreaksOffOnce) {
    play("window 3 segments; serve 1s; cut in packet; serve 1s; reset; serve");
    ASSERT_EQ(parsed(list()).segments.size(), 3u);
    EXPECT_FALSE(segment(0).empty());
    EXPECT_THROW(segment(1), std::runtime_error);
    EXPECT_FALSE(segment(1).empty());
    EXPECT_THROW(segment(2), RawClient::ConnectionReset);
    EXPECT_FALSE(segment(2).empty());
}

TEST_F(TimelineHlsTest, AnExpiredTokenWantsTheEntryAskedAgain) {
    play("pace 100x; window 2 segments; serve 3s; token expires; serve");
    const RawResponse entry = get("/a/live.m3u8");
    ASSERT_EQ(entry.status, 302);
    const std::string first = *entry.field("location");
    EXPECT_EQ(first, "/a/list.m3u8?token=1");
    RawResponse answer = get(first);
    EXPECT_EQ(answer.status, 200);
    while (answer.status == 200) {
        answer = get(first);
    }
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(get(*get("/a/live.m3u8").field("location")).status, 200);
}

TEST_F(TimelineHlsTest, SegmentsAsRangesOfOneResource) {
    play("window 3 segments; byte ranges; serve");
    const auto playlist = parsed(list());
    ASSERT_EQ(playlist.segments.size(), 3u);
    std::string all;
    for (const auto& listed : playlist.segments) {
        ASSERT_TRUE(listed.range);
        EXPECT_EQ(listed.range->offset, all.size());
        const RawResponse part = get(listed.uri,
            "Range: bytes=" + std::to_string(listed.range->offset) + "-" +
                std::to_string(listed.range->offset + listed.range->length - 1) + "\r\n");
        EXPECT_EQ(part.status, 206);
        all += part.body;
    }
    EXPECT_EQ(TimelineFacts(all).continuity_errors(), 0u);
    EXPECT_EQ(get("/a/all.ts", "Range: bytes=1-\r\n").status, 404);
}

TEST_F(TimelineHlsTest, AListEnds) {
    play("window 9 segments; serve 2s; endlist");
    const auto playlist = parsed(list());
    EXPECT_EQ(playlist.segments.size(), 2u);
    EXPECT_TRUE(playlist.endlist);
    play("window 9 segments; serve 2s; close");
    EXPECT_THAT(list(), Not(HasSubstr("ENDLIST")));
}

TEST_F(TimelineHlsTest, AListStalls) {
    play("pace 1000x; window 2 segments; serve 2s; playlist stall 48h; serve");
    const std::string before = list();
    EXPECT_EQ(parsed(before).segments.size(), 2u);
    EXPECT_EQ(list(), before);
    EXPECT_EQ(list(), before);
}

TEST_F(TimelineHlsTest, DamageLiesInsideASegment) {
    play("window 2 segments; serve 500ms; garbage 500 bytes; serve");
    ASSERT_EQ(parsed(list()).segments.size(), 2u);
    EXPECT_EQ(TimelineFacts(segment(0)).packetizer.counters().sync_losses, 1u);
    EXPECT_EQ(TimelineFacts(segment(1)).packetizer.counters().sync_losses, 0u);
}

} // namespace
} // namespace plex_tuner::testing
