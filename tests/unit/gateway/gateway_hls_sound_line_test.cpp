// SPDX-License-Identifier: GPL-3.0-or-later
// The same over a line with faults: what is lost, late, refused, or too much.
#include "hls_sound_fixture.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include <gmock/gmock.h>

namespace plex_tuner::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

TEST_F(GatewayHlsSoundTest, ALostSegmentOfSoundCostsSoundAlone) {
    serve_both(5);
    origin.serve(kBase + "s2", "gone", 500);
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 125U);
    EXPECT_EQ(origin.count(kBase + "s2"), 2U);
    const auto times = sound_times(bytes);
    EXPECT_NEAR(static_cast<double>(times.size()), 4 * kSecond / kFrame, 2);
    EXPECT_EQ(times.back() - video_times(bytes).front(), 5 * kSecond - kFrame);
    EXPECT_EQ(gateway().counters().splices, 0U);
    EXPECT_EQ(gateway().counters().sound_lost, 1U);
}

TEST_F(GatewayHlsSoundTest, APlaylistOfSoundThatCannotBeHadLeavesThePictures) {
    serve_both(3);
    origin.serve(kBase + "sound.m3u8", "gone", 500);
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 75U);
    EXPECT_EQ(tables(bytes)->audio(), nullptr);
}

TEST_F(GatewayHlsSoundTest, ANewTokenIsForBoth) {
    serve_both(4);
    std::atomic<int> loads{0};
    origin.on(kMaster, [&](const fetch::Request&) {
        FakeAnswer answer = answer_with(master());
        answer.effective_url = "http://edge/" + std::to_string(++loads) + "/master.m3u8";
        return answer;
    });
    for (const std::string token : {"1", "2"}) {
        for (const std::string kind : {"p", "s"}) {
            std::string entries;
            for (int i = 0; i < 4; ++i) {
                entries += entry("/" + token + "/" + kind + std::to_string(i));
                const std::int64_t begin = kStart + i * kSecond;
                const bool expired = token == "1" && i >= 2;
                origin.serve("http://edge/" + token + "/" + kind + std::to_string(i),
                    expired ? "expired" : text(kind == "p" ? pictures(begin) : sound(begin)),
                    expired ? 403 : 200);
            }
            origin.serve("http://edge/" + token + (kind == "p" ? "/pictures.m3u8" : "/sound.m3u8"),
                media_list(entries));
        }
    }
    const auto bytes = watch_all();
    EXPECT_EQ(video_times(bytes).size(), 100U);
    expect_sound_throughout(bytes, 4);
    EXPECT_EQ(loads, 2) << "asked for once";
}

TEST_F(GatewayHlsSoundTest, SoundThatIsListedLateIsWaitedForALittle) {
    serve_both(3);
    origin.serve(kBase + "pictures.m3u8", media_list(entry("p0") + entry("p1") + entry("p2"), ""));
    std::atomic<int> loads{0};
    origin.on(kBase + "sound.m3u8", [&](const fetch::Request&) {
        return answer_with(
            media_list(entry("s0") + entry("s1") + (loads++ == 0 ? "" : entry("s2")), ""));
    });
    add_channel("5", {kMaster});
    auto viewer = watch("5");
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 74; }, "three segments");
    EXPECT_GE(sound_times((*viewer)->bytes()).size(), 3 * kSecond / kFrame - 4);
    EXPECT_GE(loads, 2);
}

TEST_F(GatewayHlsSoundTest, TheSoundFollowsTheVariant) {
    constexpr int kSegments = 8;
    constexpr std::int64_t kLength = kSecond / 5;
    const std::string media = "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=";
    origin.serve(kMaster, "#EXTM3U\n" + media + "\"rich\",NAME=\"x\",URI=\"rich.m3u8\"\n" + media +
                              "\"poor\",NAME=\"x\",URI=\"poor.m3u8\"\n"
                              "#EXT-X-STREAM-INF:BANDWIDTH=900,AUDIO=\"rich\"\nslow.m3u8\n"
                              "#EXT-X-STREAM-INF:BANDWIDTH=100,AUDIO=\"poor\"\nquick.m3u8\n");
    std::map<std::string, std::string> entries;
    for (int i = 0; i < kSegments; ++i) {
        const std::string number = std::to_string(i);
        const std::int64_t begin = kStart + i * kLength;
        origin.serve(kBase + "rich" + number, sound(begin, kLength, 0x81));
        origin.serve(kBase + "poor" + number, sound(begin, kLength));
        origin.serve(kBase + "quick" + number, pictures(begin, kLength));
        origin.on(kBase + "slow" + number, [begin](const fetch::Request&) {
            std::this_thread::sleep_for(std::chrono::milliseconds(300)); // the line
            return answer_with(text(pictures(begin, kLength)));
        });
        for (const std::string name : {"rich", "poor", "quick", "slow"}) {
            entries[name] += entry(name + number, "0.2");
        }
    }
    for (const auto& [name, list] : entries) {
        origin.serve(kBase + name + ".m3u8", media_list(list));
    }
    const auto bytes = watch_all();
    EXPECT_THAT(origin.requested(), Contains(kBase + "slow2"));
    EXPECT_THAT(origin.requested(), Contains(kBase + "quick7"));
    EXPECT_THAT(origin.requested(), Contains(kBase + "poor7"));
    EXPECT_THAT(origin.requested(), Not(Contains(kBase + "rich7")));
    EXPECT_EQ(tables(bytes)->audio()->codec, ts::Codec::aac_adts);
    const auto times = sound_times(bytes);
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_EQ(std::ranges::adjacent_find(times), times.end());
    EXPECT_GE(times.size(), kSegments * kLength / kFrame - 6);
}

TEST_F(GatewayHlsSoundTest, ASourceWithItsSoundInsideTakesOverUnseen) {
    serve_both(3);
    origin.serve(kBase + "pictures.m3u8",
        media_list(
            entry("p0") + entry("p1") + "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n" + entry("p2")));
    add_channel("5", {kMaster, "http://backup/live.ts"});
    Station station;
    const auto backup = origin.open("http://backup/live.ts");
    auto viewer = watch("5");
    origin.wait_requested("http://backup/live.ts");
    for (int i = 0; i < 4; ++i) {
        backup->push(station.group());
    }
    eventually([&] { return video_times((*viewer)->bytes()).size() >= 60; }, "the backup plays");
    const auto bytes = (*viewer)->bytes();
    expect_seamless(bytes);
    EXPECT_EQ(tables(bytes)->pmt.streams.size(), 2U);
    const auto times = sound_times(bytes);
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_GT(times.size(), 105U) << "of both";
}

TEST_F(GatewayHlsSoundTest, SoundThatCannotBeDecryptedIsRefusedByName) {
    serve_both(2);
    origin.serve(kBase + "sound.m3u8",
        media_list("#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n" + entry("s0") + entry("s1")));
    add_channel("5", {kMaster});
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    EXPECT_NE(text((*viewer)->bytes()).find("SAMPLE-AES"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::testing
