// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/segment_cursor.hpp>

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

using namespace std::chrono_literals;

const SteadyTime kStart = SteadyTime(1h);

/// `count` segments from number `first`, each `duration` long, target duration 6 s.
MediaPlaylist window(std::uint64_t first, std::size_t count, double duration = 6) {
    MediaPlaylist list;
    list.target_duration = Seconds(6);
    list.media_sequence = first;
    for (std::size_t i = 0; i < count; ++i) {
        Segment& segment = list.segments.emplace_back();
        segment.sequence = first + i;
        segment.duration = Seconds(duration);
        segment.uri = std::to_string(first + i) + ".ts";
    }
    return list;
}

MediaPlaylist ended(MediaPlaylist list) {
    list.endlist = true;
    return list;
}

/// Sequence numbers of all segments at hand, "!" behind those after a discontinuity.
std::string take(SegmentCursor& cursor) {
    std::string all;
    while (const auto next = cursor.next()) {
        all += (all.empty() ? "" : " ") + std::to_string(next->segment.sequence) +
               (next->discontinuity ? "!" : "");
    }
    return all;
}

TEST(SegmentCursor, StartsAtTheLiveEdge) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 10), kStart);
    EXPECT_EQ(take(cursor), "107 108 109");
    EXPECT_FALSE(cursor.ended());
}

TEST(SegmentCursor, KeepsThreeTargetDurationsFromTheEnd) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 10, 4), kStart); // 18 s need five segments of 4 s
    EXPECT_EQ(take(cursor), "105 106 107 108 109");
}

TEST(SegmentCursor, ShortWindowIsTakenWhole) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 2), kStart);
    EXPECT_EQ(take(cursor), "100 101");
}

TEST(SegmentCursor, CompleteListStartsAtItsBeginning) {
    SegmentCursor cursor;
    cursor.loaded(ended(window(0, 6)), kStart);
    EXPECT_FALSE(cursor.ended());
    EXPECT_EQ(take(cursor), "0 1 2 3 4 5");
    EXPECT_TRUE(cursor.ended());
    EXPECT_FALSE(cursor.stale(kStart + 24h));
}

TEST(SegmentCursor, StartOffsetIsHonoured) {
    MediaPlaylist list = window(100, 10);
    list.start = StartOffset{.offset = Seconds(-9)};
    SegmentCursor from_end;
    from_end.loaded(list, kStart);
    EXPECT_EQ(take(from_end), "108 109");
    list.start->offset = Seconds(13);
    SegmentCursor from_begin;
    from_begin.loaded(list, kStart);
    EXPECT_EQ(take(from_begin), "102 103 104 105 106 107 108 109");
    list.start->offset = Seconds(1e6);
    SegmentCursor beyond;
    beyond.loaded(list, kStart);
    EXPECT_EQ(take(beyond), "109");
    list.start->offset = Seconds(-1e6);
    SegmentCursor before;
    before.loaded(ended(list), kStart);
    EXPECT_EQ(take(before), "100 101 102 103 104 105 106 107 108 109");
}

TEST(SegmentCursor, GivesEachSegmentOnceAndWithTheNewestUri) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 4), kStart);
    ASSERT_EQ(cursor.next()->segment.sequence, 101U);
    MediaPlaylist renewed = window(101, 4);
    for (Segment& segment : renewed.segments) {
        segment.uri += "?token=2";
    }
    cursor.loaded(renewed, kStart + 6s);
    const auto next = cursor.next();
    ASSERT_TRUE(next);
    EXPECT_EQ(next->segment.uri, "102.ts?token=2");
    EXPECT_FALSE(next->discontinuity);
    EXPECT_EQ(take(cursor), "103 104");
    cursor.loaded(window(101, 4), kStart + 9s);
    EXPECT_EQ(take(cursor), "");
}

TEST(SegmentCursor, FallingBehindJumpsAndMarks) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 4), kStart);
    EXPECT_EQ(take(cursor), "101 102 103");
    cursor.loaded(window(110, 3), kStart + 60s);
    EXPECT_EQ(take(cursor), "110! 111 112");
    EXPECT_EQ(cursor.segments_missed(), 6U);
    EXPECT_EQ(cursor.restarts(), 0U);
}

TEST(SegmentCursor, RestartedOriginIsFollowedAtOnce) {
    SegmentCursor cursor;
    cursor.loaded(window(5'000, 5), kStart);
    EXPECT_EQ(take(cursor), "5002 5003 5004");
    cursor.loaded(window(0, 4), kStart + 6s);
    EXPECT_EQ(take(cursor), "1! 2 3");
    EXPECT_EQ(cursor.restarts(), 1U);
    cursor.loaded(window(1, 4), kStart + 12s);
    EXPECT_EQ(take(cursor), "4");
}

TEST(SegmentCursor, OlderCopyOfALaggingCacheIsIgnored) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 5), kStart);
    EXPECT_EQ(take(cursor), "102 103 104");
    cursor.loaded(window(99, 5), kStart + 6s);
    EXPECT_EQ(take(cursor), "");
    cursor.loaded(window(101, 5), kStart + 9s);
    EXPECT_EQ(take(cursor), "105");
    EXPECT_EQ(cursor.restarts(), 0U);
}

TEST(SegmentCursor, PersistentlyOlderListIsARestart) {
    SegmentCursor cursor;
    cursor.loaded(window(0, 8), kStart);
    take(cursor);
    std::string taken;
    for (int i = 0; i < 4; ++i) {
        cursor.loaded(window(0, 3), kStart + (i + 1) * 6s);
        taken += take(cursor);
    }
    EXPECT_EQ(taken, "0! 1 2");
    EXPECT_EQ(cursor.restarts(), 1U);
}

TEST(SegmentCursor, DiscontinuityOfThePlaylistIsPassedOnButNotAtTheStart) {
    MediaPlaylist list = window(100, 5);
    list.segments[2].discontinuity = true;
    list.segments[4].discontinuity = true;
    SegmentCursor cursor;
    cursor.loaded(list, kStart);
    EXPECT_EQ(take(cursor), "102 103 104!");
}

TEST(SegmentCursor, GapsAreSkippedAndMarked) {
    MediaPlaylist list = window(100, 5);
    list.segments[3].gap = true;
    SegmentCursor cursor;
    cursor.loaded(list, kStart);
    EXPECT_EQ(take(cursor), "102 104!");
}

TEST(SegmentCursor, LostSegmentMarksTheFollowing) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 3), kStart);
    ASSERT_TRUE(cursor.next());
    cursor.segment_lost();
    EXPECT_EQ(take(cursor), "101! 102");
}

TEST(SegmentCursor, ReloadsAfterTargetDurationOrHalfOfIt) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 5), kStart);
    EXPECT_EQ(cursor.reload_at(), kStart + 6s);
    cursor.loaded(window(100, 5), kStart + 6s);
    EXPECT_EQ(cursor.reload_at(), kStart + 9s);
    cursor.load_failed(kStart + 9s);
    EXPECT_EQ(cursor.reload_at(), kStart + 12s);
    cursor.loaded(window(101, 5), kStart + 12s);
    EXPECT_EQ(cursor.reload_at(), kStart + 18s);
}

TEST(SegmentCursor, ReloadDelayIsBounded) {
    MediaPlaylist quick = window(1, 5, 0.1);
    quick.target_duration = Seconds(0.1);
    SegmentCursor cursor;
    cursor.loaded(quick, kStart);
    EXPECT_EQ(cursor.reload_at(), kStart + 500ms);
    MediaPlaylist slow = window(1, 5, 600);
    slow.target_duration = Seconds(600);
    SegmentCursor other;
    other.loaded(slow, kStart);
    EXPECT_EQ(other.reload_at(), kStart + 30s);
}

TEST(SegmentCursor, StaleAfterFourTargetDurationsWithoutNews) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 5), kStart);
    cursor.loaded(window(100, 5), kStart + 20s);
    EXPECT_FALSE(cursor.stale(kStart + 24s));
    EXPECT_TRUE(cursor.stale(kStart + 25s));
    cursor.loaded(window(101, 5), kStart + 25s);
    EXPECT_FALSE(cursor.stale(kStart + 26s));
}

TEST(SegmentCursor, EmptyListWaitsForTheFirstSegment) {
    SegmentCursor cursor;
    cursor.loaded(window(7, 0), kStart);
    EXPECT_FALSE(cursor.next());
    EXPECT_FALSE(cursor.ended());
    EXPECT_EQ(cursor.reload_at(), kStart + 3s);
    EXPECT_TRUE(cursor.stale(kStart + 30s));
    cursor.loaded(window(7, 1), kStart + 31s);
    EXPECT_FALSE(cursor.stale(kStart + 31s));
    EXPECT_EQ(take(cursor), "7");
}

TEST(SegmentCursor, NothingIsStaleOrEndedBeforeTheFirstLoad) {
    const SegmentCursor cursor;
    EXPECT_FALSE(cursor.ended());
    EXPECT_FALSE(cursor.stale(kStart));
}

TEST(SegmentCursor, DiscontinuityWhoseTagHasLeftThePlaylistIsKnownByItsNumber) {
    SegmentCursor cursor;
    cursor.loaded(window(100, 3), kStart);
    EXPECT_EQ(take(cursor), "100 101 102");
    MediaPlaylist later = window(103, 3); // its first segment had the tag, the list says no more
    later.discontinuity_sequence = 1;
    cursor.loaded(std::move(later), kStart + 6s);
    EXPECT_EQ(take(cursor), "103! 104 105");
}

TEST(SegmentCursor, ServersThatDoNotCountDiscontinuitiesMakeNone) {
    SegmentCursor cursor;
    MediaPlaylist first = window(100, 3);
    first.segments[1].discontinuity = true;
    cursor.loaded(std::move(first), kStart);
    EXPECT_EQ(take(cursor), "100 101! 102");
    cursor.loaded(window(102, 3), kStart + 6s); // the tag is gone and was not counted
    EXPECT_EQ(take(cursor), "103 104");
}

TEST(SegmentCursor, CountsTheTimeBasesThatBegan) {
    SegmentCursor cursor;
    MediaPlaylist list = window(101, 8);
    list.discontinuity_sequence = 40;
    list.segments[1].gap = true;
    list.segments[3].discontinuity = true;
    list.segments[4].gap = true;
    list.segments[4].discontinuity = true;
    list.segments[5].discontinuity = true;
    cursor.loaded(ended(std::move(list)), kStart);
    cursor.start_at(101);
    std::string bases;
    while (const auto next = cursor.next()) {
        bases += std::to_string(next->segment.sequence) + ":" + std::to_string(next->time_bases) +
                 (next->discontinuity ? "! " : " ");
    }
    EXPECT_EQ(bases, "101:0 103:0! 104:1! 106:2! 107:0 108:0 ");
    cursor.loaded(window(1, 3), kStart);
    const auto restarted = cursor.next();
    ASSERT_TRUE(restarted);
    EXPECT_EQ(restarted->time_bases, 1U);
}

TEST(SegmentCursor, StartsWhereItIsTold) {
    SegmentCursor cursor;
    cursor.start_at(7);
    cursor.loaded(window(1, 10), kStart);
    cursor.start_at(4);
    EXPECT_EQ(cursor.next()->segment.sequence, 4U);
    cursor.start_at(0);
    EXPECT_EQ(cursor.next()->segment.sequence, 1U);
    cursor.start_at(50);
    EXPECT_FALSE(cursor.has_next());
}

} // namespace
} // namespace plex_tuner::hls
