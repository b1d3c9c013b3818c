// SPDX-License-Identifier: GPL-3.0-or-later
// HLS whose sound is a rendition with a playlist of its own.
#include "hls_sound_fixture.hpp"
#include "support/aes_encrypt.hpp"

#include <algorithm>
#include <array>

#include <gmock/gmock.h>

namespace plex_tuner::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST_F(GatewayHlsSoundTest, PicturesAndSoundBecomeOneProgram) {
    serve_both(4);
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 100U);
    expect_sound_throughout(bytes, 4);
    EXPECT_EQ(tables(bytes)->pmt.streams.size(), 2U);
    EXPECT_EQ(announced_discontinuities(bytes), 0U);
    const auto requested = origin.requested();
    const auto place = [&](const std::string& name) {
        return std::ranges::find(requested, kBase + name) - requested.begin();
    };
    EXPECT_LT(place("s0"), place("p0")) << "sound goes first";
    EXPECT_LT(place("p0"), place("s1")) << "and not far ahead";
}

TEST_F(GatewayHlsSoundTest, TheDefaultRenditionOfTheGroupIsHeard) {
    serve_both(2);
    const std::string media = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=";
    origin.serve(kMaster, "#EXTM3U\n" + media + "\"b\",NAME=\"x\",DEFAULT=YES,URI=\"b.m3u8\"\n" +
                              media + "\"a\",NAME=\"x\",AUTOSELECT=YES,URI=\"a.m3u8\"\n" + media +
                              "\"a\",NAME=\"y\",DEFAULT=YES,URI=\"sound.m3u8\"\n"
                              "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\npictures.m3u8\n");
    expect_sound_throughout(watch_all(), 2);
    EXPECT_EQ(origin.count(kBase + "a.m3u8") + origin.count(kBase + "b.m3u8"), 0U);
}

TEST_F(GatewayHlsSoundTest, SegmentsOfOtherLengthsMeetByTheirTimes) {
    serve_both(6);
    std::string entries;
    for (int i = 0; i < 4; ++i) { // 1.5 s each
        origin.serve(kBase + "long" + std::to_string(i),
            sound(kStart + i * kSecond * 3 / 2, kSecond * 3 / 2));
        entries += entry("long" + std::to_string(i), "1.5");
    }
    origin.serve(kBase + "sound.m3u8", media_list(entries));
    expect_sound_throughout(watch_all(), 6);
}

TEST_F(GatewayHlsSoundTest, EachPlaylistHasItsOwnKey) {
    serve_both(2);
    const std::string iv = ",IV=0x00000000000000000000000000000009\n";
    for (const std::string kind : {"p", "s"}) {
        std::array<std::uint8_t, 16> key{};
        key.fill(kind == "p" ? 1 : 2);
        std::array<std::uint8_t, 16> vector{};
        vector.back() = 9;
        origin.serve(kBase + kind + ".key", std::string(key.begin(), key.end()));
        std::string entries = "#EXT-X-KEY:METHOD=AES-128,URI=\"" + kind + ".key\"" + iv;
        for (int i = 0; i < 2; ++i) {
            const std::int64_t begin = kStart + i * kSecond;
            origin.serve(kBase + kind + std::to_string(i),
                encrypt(text(kind == "p" ? pictures(begin) : sound(begin)), key, vector));
            entries += entry(kind + std::to_string(i));
        }
        origin.serve(kBase + (kind == "p" ? "pictures.m3u8" : "sound.m3u8"), media_list(entries));
    }
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 50U);
    expect_sound_throughout(bytes, 2);
}

TEST_F(GatewayHlsSoundTest, DiscontinuitiesOfBothAreOneSeam) {
    serve_both(2);
    for (int i = 2; i < 4; ++i) {
        origin.serve(kBase + "p" + std::to_string(i), pictures(kSecond * 500 + i * kSecond));
        origin.serve(kBase + "s" + std::to_string(i), sound(kSecond * 500 + i * kSecond));
    }
    const std::string seam = "#EXT-X-DISCONTINUITY\n";
    for (const std::string kind : {"p", "s"}) {
        origin.serve(kBase + (kind == "p" ? "pictures.m3u8" : "sound.m3u8"),
            media_list(entry(kind + "0") + entry(kind + "1") + seam + entry(kind + "2") +
                       entry(kind + "3")));
    }
    const auto bytes = watch_all();
    expect_seamless(bytes);
    EXPECT_EQ(video_times(bytes).size(), 100U);
    const auto times = sound_times(bytes);
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_GE(times.size(), 4 * kSecond / kFrame - 4);
    EXPECT_EQ(gateway().counters().splices, 1U);
}

TEST_F(GatewayHlsSoundTest, GapsOfTheSoundAreItsOwn) {
    serve_both(4);
    origin.serve(kBase + "sound.m3u8",
        media_list(entry("s0") + "#EXT-X-GAP\n" + entry("s1") + entry("s2") + entry("s3")));
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 100U);
    EXPECT_EQ(origin.count(kBase + "s1"), 0U);
    EXPECT_NEAR(static_cast<double>(sound_times(bytes).size()), 3 * kSecond / kFrame, 2);
}

TEST_F(GatewayHlsSoundTest, ALiveWindowIsEnteredAtTheSamePlace) {
    serve_both(0);
    // Numbers have nothing in common; dates have.
    std::string picture_entries = "#EXT-X-MEDIA-SEQUENCE:700\n";
    std::string sound_entries = "#EXT-X-MEDIA-SEQUENCE:3\n";
    for (int i = 0; i < 8; ++i) {
        const std::string date =
            "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:0" + std::to_string(i) + "Z\n";
        origin.serve(kBase + "p" + std::to_string(i), pictures(kStart + i * kSecond));
        origin.serve(kBase + "s" + std::to_string(i), sound(kStart + i * kSecond));
        picture_entries += date + entry("p" + std::to_string(i));
        sound_entries += date + entry("s" + std::to_string(i));
    }
    origin.serve(kBase + "pictures.m3u8", media_list(picture_entries, ""));
    origin.serve(kBase + "sound.m3u8", media_list(sound_entries, ""));
    add_channel("5", {kMaster});
    auto viewer = watch("5");
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 75; }, "three segments");
    eventually([&] { return sound_times((*viewer)->bytes()).size() >= 3 * kSecond / kFrame - 4; },
        "sound");
    EXPECT_EQ(sound_times((*viewer)->bytes()).front(), kStart + 5 * kSecond);
    EXPECT_THAT(origin.requested(), Contains(kBase + "s5"));
    EXPECT_THAT(origin.requested(), Not(Contains(kBase + "s4")));
}

TEST_F(GatewayHlsSoundTest, RenditionsWithoutAnAddressAreInTheVariant) {
    Station station;
    origin.serve(kMaster, "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"x\",DEFAULT=YES\n"
                          "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"y\",URI=\"sound.m3u8\"\n"
                          "#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\npictures.m3u8\n");
    origin.serve(kBase + "pictures.m3u8", media_list(entry("0") + entry("1")));
    origin.serve(kBase + "0", station.group());
    origin.serve(kBase + "1", station.group());
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 10U);
    EXPECT_EQ(sound_times(bytes).size(), 10U);
    EXPECT_EQ(origin.count(kBase + "sound.m3u8"), 0U);
}

} // namespace
} // namespace plex_tuner::testing
