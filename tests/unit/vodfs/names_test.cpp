// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.hpp"

#include <plex_tuner/base/utf8.hpp>

#include <gmock/gmock.h>

namespace plex_tuner::vodfs {
namespace {

using ::testing::EndsWith;
using ::testing::StartsWith;

TEST(Names, WhatSharesDoNotTakeIsReplaced) {
    EXPECT_EQ(safe_title("Face/Off"), "Face - Off");
    EXPECT_EQ(safe_title("Mission: Impossible"), "Mission - Impossible");
    EXPECT_EQ(safe_title("a\\b|c"), "a - b - c");
    EXPECT_EQ(safe_title("Who? <What> *Where*"), "Who What Where");
    EXPECT_EQ(safe_title("The \"Big\" One"), "The 'Big' One");
    EXPECT_EQ(safe_title(std::string_view("a\0b\tc\nd\x7f", 8)), "a b c d");
    EXPECT_EQ(safe_title("  ..hidden.. "), "hidden");
    EXPECT_EQ(safe_title("..."), "_");
    EXPECT_EQ(safe_title(""), "_");
    EXPECT_EQ(safe_title("NUL"), "NUL_");
    EXPECT_EQ(safe_title("com1"), "com1_");
    EXPECT_EQ(safe_title("\xc3\x89t\xc3\xa9"), "\xc3\x89t\xc3\xa9");
    EXPECT_EQ(safe_title("\xc9t\xe9"), "\xc3\x89t\xc3\xa9") << "Latin-1 is made UTF-8";
}

TEST(Names, AreComposedHoweverTheTitleIsSpelt) {
    constexpr const char* kComposed = "Am\xc3\xa9lie";    // é
    constexpr const char* kDecomposed = "Ame\xcc\x81lie"; // e and an accent
    EXPECT_EQ(dated_name("", kDecomposed, 2001), std::string(kComposed) + " (2001)");
    EXPECT_EQ(safe_title(kComposed), kComposed);
    EXPECT_EQ(episode_name("Show", 1, 2, kDecomposed, "", ".mkv"),
        "Show - s01e02 - " + std::string(kComposed) + ".mkv");
    // Hangul from its parts; an accent that joins nothing stays, as does what is compatible only.
    EXPECT_EQ(safe_title("\xe1\x84\x92\xe1\x85\xa1\xe1\x86\xab"), "\xed\x95\x9c");
    EXPECT_EQ(safe_title("x\xcc\x81 \xef\xac\x81"), "x\xcc\x81 \xef\xac\x81");
    // What is composed and cut is still composed.
    std::string title;
    for (int i = 0; i < 200; ++i) {
        title += "e\xcc\x81";
    }
    const std::string cut = dated_name("", title, 2001);
    EXPECT_LE(cut.size(), kMaxNameBytes);
    EXPECT_EQ(safe_title(cut), cut);
}

TEST(Names, YearAndPrefixStandOnce) {
    EXPECT_EQ(dated_name("Live: ", "Zulu", 1964), "Live: Zulu (1964)");
    EXPECT_EQ(dated_name("Live: ", "Live: Zulu", 1964), "Live: Zulu (1964)");
    EXPECT_EQ(dated_name("", "Zulu (1964)", 1964), "Zulu (1964)");
    EXPECT_EQ(dated_name("", "Zulu", 0), "Zulu");
    EXPECT_EQ(dated_name("", "", 1964), "_ (1964)");
}

TEST(Names, LongOnesAreCutBetweenLettersAndKeepWhatTellsThemApart) {
    std::string title;
    for (int i = 0; i < 200; ++i) {
        title += "\xe6\x98\xa0"; // three bytes
    }
    const std::string name = dated_name("Live: ", title, 2001);
    EXPECT_LE(name.size() + 5, kMaxNameBytes);
    EXPECT_GT(name.size() + 9, kMaxNameBytes);
    EXPECT_TRUE(utf8::is_valid(name));
    EXPECT_THAT(name, EndsWith(" (2001)"));

    const std::string marked = marked_name(name, mark_of("12345"));
    EXPECT_LE(marked.size() + 5, kMaxNameBytes);
    EXPECT_TRUE(utf8::is_valid(marked));
    EXPECT_THAT(marked, EndsWith(" (2001) [12345]"));

    const std::string episode = episode_name(name, 1, 2, title, " [7]", ".mkv");
    EXPECT_LE(episode.size(), kMaxNameBytes);
    EXPECT_TRUE(utf8::is_valid(episode));
    EXPECT_THAT(episode, StartsWith("Live: \xe6\x98\xa0"));
    EXPECT_THAT(episode, EndsWith(" [7].mkv"));
    EXPECT_NE(episode.find(" - s01e02"), std::string::npos);
    const std::string short_show = episode_name("Show", 1, 2, title, "", ".mkv");
    EXPECT_LE(short_show.size(), kMaxNameBytes);
    EXPECT_GT(short_show.size(), kMaxNameBytes - 4);
    EXPECT_THAT(short_show, StartsWith("Show - s01e02 - \xe6\x98\xa0"));
}

TEST(Names, EpisodesAreNamedForPlex) {
    EXPECT_EQ(
        episode_name("Show (2001)", 1, 2, "Pilot", "", ".mkv"), "Show (2001) - s01e02 - Pilot.mkv");
    EXPECT_EQ(episode_name("Show", 12, 345, "", "", ".mp4"), "Show - s12e345.mp4");
    EXPECT_EQ(season_name(0), "Season 00");
    EXPECT_EQ(season_name(2019), "Season 2019");
}

TEST(Names, ExtensionsAreThoseOfVideoFiles) {
    EXPECT_EQ(extension_of("http://h/movie/u/p/1.MKV"), ".mkv");
    EXPECT_EQ(extension_of("http://h/movie/u/p/1.mkv?token=a.avi"), ".mkv");
    EXPECT_EQ(extension_of("http://h/movie/u/p/1.ts"), ".ts");
    EXPECT_EQ(extension_of("http://h/movie/u/p/1"), ".mp4");
    EXPECT_EQ(extension_of("http://h.tv/play.php?id=1"), ".mp4");
    EXPECT_TRUE(is_file("http://h/1.mp4"));
    EXPECT_TRUE(is_file("http://h/1.m3u8?x"));
    EXPECT_EQ(extension_of("http://h/1.m3u8?x"), ".ts") << "made of its segments";
    EXPECT_TRUE(is_hls("http://h/1.M3U8?x=1.ts"));
    EXPECT_FALSE(is_hls("http://h/1.ts?x=1.m3u8"));
    EXPECT_FALSE(is_file("http://h/1.mpd")) << "DASH";
    EXPECT_FALSE(is_file(""));
}

} // namespace
} // namespace plex_tuner::vodfs
