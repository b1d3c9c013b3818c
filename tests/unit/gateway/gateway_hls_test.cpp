// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway_fixture.hpp"

#include <algorithm>

namespace plex_tuner::testing {
namespace {

using std::chrono::milliseconds;

const std::string kMaster = "http://origin/tv/master.m3u8?token=1";
const std::string kMedia = "http://origin/tv/hd/list.m3u8";

std::string segment_url(int number) {
    return "http://cdn/seg/" + std::to_string(number) + ".ts";
}

/// A media playlist of short segments, so that reloads come soon.
std::string media_playlist(int first, int count, const std::string& tags = "") {
    std::string text =
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:" + std::to_string(first) + "\n";
    for (int i = first; i < first + count; ++i) {
        text += "#EXTINF:1,\nhttp://cdn/seg/" + std::to_string(i) + ".ts\n";
    }
    return text + tags;
}

bool shows(TestViewer& viewer, std::int64_t time) {
    const auto times = video_times(viewer->bytes());
    return std::ranges::find(times, time) != times.end();
}

class GatewayHlsTest : public GatewayTest {
protected:
    /// Puts segments on the origin; returns the time of each one's first picture.
    std::vector<std::int64_t> make_segments(int first, int count) {
        std::vector<std::int64_t> times;
        for (int i = first; i < first + count; ++i) {
            const ByteVector bytes = station_.group();
            origin.serve(segment_url(i), bytes);
            times.push_back(video_times(bytes).front());
        }
        return times;
    }

    Station station_;
};

TEST_F(GatewayHlsTest, ALowerVariantIsPlayedWhenTheBestCannotBeHad) {
    add_channel("5", {kMaster});
    origin.serve(kMaster, std::string("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlow.m3u8\n"
                                      "#EXT-X-STREAM-INF:BANDWIDTH=900000\ngone.m3u8\n"));
    origin.serve("http://origin/tv/low.m3u8", media_playlist(0, 3, "#EXT-X-ENDLIST\n"));
    make_segments(0, 3);
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 15U);
}

TEST_F(GatewayHlsTest, ALowerVariantIsPlayedWhenTheBestHasNoSegments) {
    add_channel("5", {kMaster});
    origin.serve(kMaster, std::string("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlow.m3u8\n"
                                      "#EXT-X-STREAM-INF:BANDWIDTH=900000\nbest.m3u8\n"));
    origin.serve("http://origin/tv/low.m3u8", media_playlist(0, 3, "#EXT-X-ENDLIST\n"));
    origin.serve("http://origin/tv/best.m3u8", media_playlist(70, 3, "#EXT-X-ENDLIST\n"));
    make_segments(0, 3);
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 15U);
}

TEST_F(GatewayHlsTest, PlaysTheBestVariantWithRelativeAddressesAfterARedirect) {
    add_channel("5", {kMaster});
    origin.on(kMaster, [](const fetch::Request&) {
        FakeAnswer answer;
        answer.effective_url = "http://edge/path/x/master.m3u8";
        answer.body = std::make_shared<FakeBody>();
        answer.body->push(std::string("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100000\nlow.m3u8\n"
                                      "#EXT-X-STREAM-INF:BANDWIDTH=900000\n../hd/list.m3u8?a=1\n"));
        answer.body->finish();
        return answer;
    });
    origin.serve("http://edge/path/hd/list.m3u8?a=1",
        std::string("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\none.ts\n#EXTINF:1,\n/two.ts\n"
                    "#EXTINF:1,\n//cdn/three.ts\n#EXT-X-ENDLIST\n"));
    const ByteVector first = station_.group();
    const ByteVector second = station_.group();
    const ByteVector third = station_.group();
    origin.serve("http://edge/path/hd/one.ts", first);
    origin.serve("http://edge/two.ts", second);
    origin.serve("http://cdn/three.ts", third);
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done()) << "the playlist has an end";
    const auto bytes = (*viewer)->bytes();
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).size(), 15U);
    EXPECT_EQ(announced_discontinuities(bytes), 0U);
    EXPECT_EQ((*viewer)->status(), 200);
}

TEST_F(GatewayHlsTest, FollowsTheLiveWindowWithoutLossOrRepetition) {
    add_channel("5", {kMedia});
    const auto times = make_segments(10, 8);
    std::atomic<int> loads{0};
    origin.on(kMedia, [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = std::make_shared<FakeBody>();
        answer.body->push(media_playlist(10 + std::min<int>(loads++, 4), 4));
        answer.body->finish();
        return answer;
    });
    auto viewer = watch("5");
    eventually([&] { return shows(*viewer, times[7]); }, "the last segment is played");
    const auto bytes = (*viewer)->bytes();
    expect_clean(bytes);
    const auto seen = video_times(bytes);
    EXPECT_TRUE(std::ranges::is_sorted(seen));
    EXPECT_EQ(std::ranges::adjacent_find(seen), seen.end());
    for (int i = 10; i < 18; ++i) {
        EXPECT_LE(origin.count(segment_url(i)), 1U);
    }
    EXPECT_EQ(announced_discontinuities(bytes), 0U);
}

TEST_F(GatewayHlsTest, AReconnectionGoesOnBehindWhatWasPlayed) {
    add_channel("5", {kMaster});
    (void)make_segments(10, 6);
    std::atomic<int> masters{0};
    origin.on(kMaster, [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.effective_url = kMedia;
        answer.body = std::make_shared<FakeBody>();
        answer.body->push(media_playlist(10, masters++ == 0 ? 4 : 6));
        answer.body->finish();
        return answer;
    });
    origin.serve(kMedia, "<html><body>expired</body></html>"); // ends the first run
    options.recovery_timeout = milliseconds(2'500);
    auto viewer = watch("5");
    eventually([&] { return origin.count(segment_url(15)) > 0; }, "the second run goes on");
    for (int i = 10; i < 16; ++i) {
        EXPECT_LE(origin.count(segment_url(i)), 1U) << i;
    }
    EXPECT_GE(masters, 2);
    expect_seamless((*viewer)->bytes());
}

TEST_F(GatewayHlsTest, APlaylistThatIsRefusedInTheMiddleIsLeftForTheNextSource) {
    const std::string backup = "http://backup/live.ts";
    for (const int status : {403, 200}) {
        SCOPED_TRACE(status);
        add_channel(std::to_string(status), {kMaster + std::to_string(status), backup});
    }
    (void)make_segments(10, 4);
    for (const int status : {403, 200}) {
        std::atomic<int> loads{0};
        origin.on(kMaster + std::to_string(status), [&](const fetch::Request&) {
            FakeAnswer answer;
            answer.body = std::make_shared<FakeBody>();
            const bool first = loads++ == 0;
            answer.status = first ? 200 : status;
            answer.body->push(first ? media_playlist(10, 4) : "<html><body>expired</body></html>");
            answer.body->finish();
            return answer;
        });
        auto body = origin.open(backup);
        body->push(Station().group(7, 3'000));
        auto viewer = watch(std::to_string(status));
        const auto reason = status == 403 ? gateway::FailoverReason::refused
                                          : gateway::FailoverReason::wrong_content;
        eventually(
            [&] { return gateway().counters().failovers[static_cast<std::size_t>(reason)] == 1; },
            "it is left by the right name");
        eventually([&] { return origin.running() == 1; }, "the backup plays");
        EXPECT_LE(loads, 4);
        viewer.reset();
        eventually([&] { return origin.running() == 0; }, "closed");
    }
}

TEST_F(GatewayHlsTest, SequenceThatStartsAnewIsFollowed) {
    add_channel("5", {kMedia});
    (void)make_segments(100, 3);
    const auto later = make_segments(1, 3);
    std::atomic<int> loads{0};
    origin.on(kMedia, [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = std::make_shared<FakeBody>();
        answer.body->push(loads++ == 0 ? media_playlist(100, 3) : media_playlist(1, 3));
        answer.body->finish();
        return answer;
    });
    auto viewer = watch("5");
    eventually([&] { return shows(*viewer, later[2]); }, "it goes on with the new numbers");
    expect_seamless((*viewer)->bytes());
}

TEST_F(GatewayHlsTest, MissingSegmentIsTriedTwiceThenSkipped) {
    add_channel("5", {kMedia});
    (void)make_segments(1, 3);
    origin.serve(segment_url(2), "gone", 404);
    origin.serve(kMedia, media_playlist(1, 3, "#EXT-X-ENDLIST\n"));
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    const auto bytes = (*viewer)->bytes();
    expect_seamless(bytes);
    EXPECT_EQ(video_times(bytes).size(), 10U);
    EXPECT_EQ(origin.count(segment_url(2)), 2U);
}

TEST_F(GatewayHlsTest, SegmentThatBreaksOffIsContinuedByTheSecondTry) {
    add_channel("5", {kMedia});
    (void)make_segments(1, 1);
    const ByteVector cut = station_.group(5, 5'000);
    (void)make_segments(3, 1);
    std::atomic<int> tries{0};
    origin.on(segment_url(2), [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = std::make_shared<FakeBody>();
        const bool first = tries++ == 0;
        answer.body->push(std::string(cut.begin(), first ? cut.begin() + 10'001 : cut.end()));
        if (first) {
            answer.body->cut();
        } else {
            answer.body->finish();
        }
        return answer;
    });
    origin.serve(kMedia, media_playlist(1, 3, "#EXT-X-ENDLIST\n"));
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    const auto bytes = (*viewer)->bytes();
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).size(), 15U);
    EXPECT_EQ(announced_discontinuities(bytes), 0U) << "nothing was lost";
    EXPECT_EQ(tries, 2);
}

TEST_F(GatewayHlsTest, AnnouncedDiscontinuityIsHidden) {
    add_channel("5", {kMedia});
    (void)make_segments(1, 1);
    station_.restart();
    (void)make_segments(2, 1);
    origin.serve(kMedia, std::string("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:1\n"
                                     "#EXTINF:1,\n") +
                             segment_url(1) + "\n#EXT-X-DISCONTINUITY\n#EXTINF:1,\n" +
                             segment_url(2) + "\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    expect_seamless((*viewer)->bytes());
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 10U);
    EXPECT_EQ(gateway().counters().splices, 1U);
}

TEST_F(GatewayHlsTest, RefusedReloadGoesBackToTheOriginalAddress) {
    add_channel("5", {kMaster});
    const auto times = make_segments(1, 5);
    std::atomic<int> masters{0};
    std::atomic<int> loads{0};
    origin.on(kMaster, [&](const fetch::Request&) {
        FakeAnswer answer;
        const std::string token = std::to_string(++masters);
        answer.effective_url = "http://edge/" + token + "/list.m3u8";
        answer.body = std::make_shared<FakeBody>();
        answer.body->push(media_playlist(token == "1" ? 1 : 3, 3));
        answer.body->finish();
        return answer;
    });
    origin.on("http://edge/1/list.m3u8", [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.status = 403;
        ++loads;
        answer.body = std::make_shared<FakeBody>();
        answer.body->finish();
        return answer;
    });
    auto viewer = watch("5");
    eventually([&] { return shows(*viewer, times[4]); }, "it plays on with the new address");
    EXPECT_GE(loads, 1);
    expect_clean((*viewer)->bytes());
}

TEST_F(GatewayHlsTest, ByteRangesAreCutOutOfServersWithoutRanges) {
    add_channel("5", {kMedia});
    const ByteVector first = station_.group();
    const ByteVector second = station_.group();
    ByteVector file = first;
    file.insert(file.end(), second.begin(), second.end());
    origin.serve("http://origin/tv/hd/all.ts", file);
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n#EXT-X-BYTERANGE:" +
                             std::to_string(first.size()) +
                             "@0\nall.ts\n#EXTINF:1,\n#EXT-X-BYTERANGE:" +
                             std::to_string(second.size()) + "\nall.ts\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    const auto bytes = (*viewer)->bytes();
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).size(), 10U);
    const auto request = origin.last("http://origin/tv/hd/all.ts");
    ASSERT_TRUE(request && request->range);
    EXPECT_EQ(request->range->first, first.size());
    EXPECT_EQ(request->range->second, file.size() - 1);
}

TEST_F(GatewayHlsTest, ForeignFormsAreRefusedByName) {
    const std::pair<std::string, std::string> cases[] = {
        {"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXTINF:1,\n" +
                segment_url(1) + "\n",
            "SAMPLE-AES"},
        {"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT="
         "\"com.microsoft.playready\"\n#EXTINF:1,\n" +
                segment_url(1) + "\n",
            "com.microsoft.playready"},
    };
    int number = 1;
    for (const auto& [text, name] : cases) {
        const std::string url = "http://origin/" + std::to_string(number) + ".m3u8";
        origin.serve(url, text);
        add_channel(std::to_string(number++), {url});
    }
    (void)make_segments(1, 1);
    number = 1;
    for (const auto& [text, name] : cases) {
        auto viewer = watch(std::to_string(number++));
        EXPECT_EQ(viewer->refusal(), "807 No Video Data");
        const auto body = (*viewer)->bytes();
        EXPECT_NE(std::string(body.begin(), body.end()).find(name), std::string::npos) << name;
    }
}

TEST_F(GatewayHlsTest, WebPagesInsteadOfSegmentsAreNotShown) {
    add_channel("5", {kMedia, "http://backup/live.ts"});
    for (int i = 1; i < 4; ++i) {
        origin.serve(segment_url(i), "<html>quota exceeded</html>");
    }
    origin.serve(kMedia, media_playlist(1, 3, "#EXT-X-ENDLIST\n"));
    origin.open("http://backup/live.ts")->push(station_.group());
    auto viewer = watch("5");
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
}

} // namespace
} // namespace plex_tuner::testing
