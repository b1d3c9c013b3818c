// SPDX-License-Identifier: GPL-3.0-or-later
// HLS over a line with faults: tokens that expire, variants that are too much for it.
#include "gateway_fixture.hpp"

#include <algorithm>

namespace plex_tuner::testing {
namespace {

const std::string kMaster = "http://origin/tv/master.m3u8";

FakeAnswer answer_with(std::string body, int status = 200) {
    FakeAnswer answer;
    answer.status = status;
    answer.body = std::make_shared<FakeBody>();
    answer.body->push(std::move(body));
    answer.body->finish();
    return answer;
}

std::string text(const ByteVector& bytes) {
    return {bytes.begin(), bytes.end()};
}

class GatewayHlsLineTest : public GatewayTest {
protected:
    Station station;
};

TEST_F(GatewayHlsLineTest, SegmentsWhoseTokenExpiredAreHadWithANewOne) {
    for (const int status : {401, 403, 404, 410}) {
        const std::string number = std::to_string(status);
        const std::string base = "http://origin/" + number + "/";
        add_channel(number, {base + "list.m3u8"});
        // Every answer of the playlist carries another token; the first one soon expires.
        auto loads = std::make_shared<std::atomic<int>>(0);
        origin.on(base + "list.m3u8", [loads](const fetch::Request&) {
            const std::string token = "?token=" + std::to_string(++*loads);
            return answer_with("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n1.ts" + token +
                               "\n#EXTINF:1,\n2.ts" + token + "\n#EXTINF:1,\n3.ts" + token +
                               "\n#EXT-X-ENDLIST\n");
        });
        origin.serve(base + "1.ts?token=1", station.group());
        origin.serve(base + "2.ts?token=1", "expired", status);
        origin.serve(base + "3.ts?token=1", "expired", status);
        origin.serve(base + "2.ts?token=2", station.group());
        origin.serve(base + "3.ts?token=2", station.group());
    }
    options.tuner_count = 4;
    for (const int status : {401, 403, 404, 410}) {
        auto viewer = watch(std::to_string(status));
        ASSERT_TRUE(viewer->wait_done());
        const auto bytes = (*viewer)->bytes();
        expect_clean(bytes);
        EXPECT_EQ(video_times(bytes).size(), 15U) << status;
        EXPECT_EQ(announced_discontinuities(bytes), 0U) << status;
    }
}

TEST_F(GatewayHlsLineTest, AnOriginWhoseSegmentsAreGoneIsAskedForAPlaylistOnce) {
    const std::string list = "http://origin/list.m3u8";
    add_channel("5", {list});
    origin.serve(list, std::string("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n1.ts\n"
                                   "#EXTINF:1,\n2.ts\n#EXTINF:1,\n3.ts\n#EXTINF:1,\n4.ts\n"
                                   "#EXT-X-ENDLIST\n"));
    origin.serve("http://origin/1.ts", station.group());
    for (const char* gone : {"2", "3"}) {
        origin.serve(std::string("http://origin/") + gone + ".ts", "gone", 404);
    }
    origin.serve("http://origin/4.ts", station.group());
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 10U);
    EXPECT_EQ(origin.count(list), 2U) << "once at the start, once for the first that is gone";
}

TEST_F(GatewayHlsLineTest, AVariantThatTheLineDoesNotCarryIsLeftForGood) {
    add_channel("5", {kMaster});
    origin.serve(kMaster, std::string("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=100\nlo.m3u8\n"
                                      "#EXT-X-STREAM-INF:BANDWIDTH=900\nhi.m3u8\n"));
    // Segments that claim to last no time at all: each takes longer than it plays.
    std::string segments = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n";
    for (int i = 0; i < 12; ++i) {
        const std::string name = std::to_string(i) + ".ts";
        segments += "#EXTINF:0.000000001,\n" + name + "\n";
        const std::string bytes = text(station.group());
        origin.serve("http://origin/tv/hi/" + name, bytes);
        origin.serve("http://origin/tv/lo/" + name, bytes);
    }
    segments += "#EXT-X-ENDLIST\n";
    for (const std::string name : {"hi", "lo"}) {
        origin.on("http://origin/tv/" + name + ".m3u8", [segments, name](const fetch::Request&) {
            FakeAnswer answer = answer_with(segments);
            answer.effective_url = "http://origin/tv/" + name + "/list.m3u8";
            return answer;
        });
    }
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    const auto bytes = (*viewer)->bytes();
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).size(), 60U) << "no segment is lost or played twice";
    EXPECT_EQ(announced_discontinuities(bytes) > 0, true) << "viewers are told of the change";
    for (int i = 0; i < 12; ++i) {
        const std::string name = std::to_string(i) + ".ts";
        EXPECT_EQ(origin.count("http://origin/tv/hi/" + name), i < 3 ? 1U : 0U) << name;
        EXPECT_EQ(origin.count("http://origin/tv/lo/" + name), i < 3 ? 0U : 1U) << name;
    }
    EXPECT_EQ(origin.count(kMaster), 2U);
}

} // namespace
} // namespace plex_tuner::testing
