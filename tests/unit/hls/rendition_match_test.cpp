// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/hls/playlist.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

using std::chrono::milliseconds;

MediaPlaylist window(std::uint64_t first, std::size_t count, double duration = 6) {
    MediaPlaylist list;
    list.media_sequence = first;
    list.target_duration = Seconds(duration);
    for (std::size_t i = 0; i < count; ++i) {
        Segment& segment = list.segments.emplace_back();
        segment.sequence = first + i;
        segment.duration = Seconds(duration);
    }
    return list;
}

MediaPlaylist dated(MediaPlaylist list, std::size_t segment, int seconds) {
    list.segments[segment].program_date_time =
        std::chrono::sys_time<milliseconds>(std::chrono::seconds(seconds));
    return list;
}

MediaPlaylist ended(MediaPlaylist list) {
    list.endlist = true;
    return list;
}

TEST(MatchingSequence, DatesDecideWhateverTheNumbers) {
    // Pictures 100..104 from 1000 s on; sound 7..21 of two seconds from 998 s on.
    const MediaPlaylist pictures = dated(window(100, 5), 0, 1000);
    const MediaPlaylist sound = dated(window(7, 15, 2), 3, 1004);
    EXPECT_EQ(matching_sequence(sound, pictures, 100), 8U);
    EXPECT_EQ(matching_sequence(sound, pictures, 102), 14U);
    EXPECT_EQ(matching_sequence(sound, pictures, 104), 20U);
}

TEST(MatchingSequence, ALaterDateCountsForWhatFollowsIt) {
    const MediaPlaylist pictures = dated(dated(window(1, 4), 0, 1000), 2, 5000);
    const MediaPlaylist sound = dated(dated(window(1, 4), 0, 1000), 2, 5000);
    EXPECT_EQ(matching_sequence(sound, pictures, 2), 2U);
    EXPECT_EQ(matching_sequence(sound, pictures, 4), 4U);
}

TEST(MatchingSequence, FramesThatDoNotEndWithThePictureChangeNothing) {
    const MediaPlaylist pictures = dated(window(1, 4), 0, 1000);
    MediaPlaylist sound = window(1, 4, 6.02);
    sound.segments[0].program_date_time =
        std::chrono::sys_time<milliseconds>(milliseconds(1'000'020));
    for (std::uint64_t number = 1; number < 5; ++number) {
        EXPECT_EQ(matching_sequence(sound, pictures, number), number);
    }
}

TEST(MatchingSequence, WholeProgrammesAreMatchedFromTheirBegin) {
    EXPECT_EQ(matching_sequence(ended(window(0, 30, 2)), ended(window(1, 10)), 4), 9U);
    EXPECT_EQ(matching_sequence(ended(window(0, 2)), ended(window(0, 10)), 5), 2U) << "the end";
}

TEST(MatchingSequence, LiveWindowsByNumberWhenTheyCountAlike) {
    EXPECT_EQ(matching_sequence(window(501, 5), window(500, 5), 502), 502U);
    EXPECT_EQ(matching_sequence(window(500, 5), window(501, 5), 504), 504U);
}

TEST(MatchingSequence, LiveWindowsByTheirEndsWhenNumbersHaveNothingInCommon) {
    EXPECT_EQ(matching_sequence(window(9000, 6), window(500, 4), 501), 9003U);
    EXPECT_EQ(matching_sequence(window(500, 12, 2), window(508, 4), 509), 503U)
        << "shorter segments count otherwise, wherever they end";
}

TEST(MatchingSequence, NothingListedIsTheEnd) {
    EXPECT_EQ(matching_sequence(window(3, 0), window(500, 4), 501), 3U);
    EXPECT_EQ(matching_sequence(window(3, 2), window(500, 0), 501), 5U);
}

} // namespace
} // namespace plex_tuner::hls
