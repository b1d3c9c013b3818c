// SPDX-License-Identifier: GPL-3.0-or-later
// HLS whose segments are no transport streams, with real media and the real worker process.
#include "gateway_fixture.hpp"
#include "support/aes_encrypt.hpp"
#include "support/media.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <algorithm>
#include <array>

#include <gmock/gmock.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

const std::string kPlaylist = "http://origin/tv/list.m3u8";
constexpr std::uint16_t kWorkerVideoPid = 0x100;
constexpr std::uint16_t kWorkerAudioPid = 0x101;

class SegmentRemux : public GatewayTest {
protected:
    SegmentRemux() { options.remuxing.command = {PT_TUNER_BINARY, "remux-worker"}; }

    void serve_files(const std::map<std::string, std::string>& files) {
        for (const auto& [name, body] : files) {
            origin.serve("http://origin/tv/" + name, body);
        }
    }

    static std::string playlist(const std::string& segments) {
        return "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:2\n" + segments +
               "#EXT-X-ENDLIST\n";
    }

    static std::string entry(const std::string& name) { return "#EXTINF:2,\n" + name + "\n"; }

    /// What a viewer gets who watches to the end.
    std::vector<std::uint8_t> watch_all() {
        add_channel("5", {kPlaylist});
        auto viewer = watch("5");
        EXPECT_TRUE(viewer->wait_done(std::chrono::seconds(60)));
        return (*viewer)->bytes();
    }

    static ts::Inspector inspect(const std::vector<std::uint8_t>& bytes) {
        ts::Inspector inspector;
        EXPECT_EQ(bytes.size() % ts::kPacketSize, 0U);
        inspector.feed(bytes);
        EXPECT_EQ(inspector.totals().continuity_errors, 0U);
        EXPECT_EQ(inspector.totals().invalid_packets, 0U);
        return inspector;
    }
};

const std::string kMap = "#EXT-X-MAP:URI=\"init.mp4\"\n";

TEST_F(SegmentRemux, FragmentedMp4PlaysWithoutASeam) {
    serve_files(fmp4_files());
    const auto inspector = inspect(watch_all());
    const ts::PidStats* video = inspector.pid(kWorkerVideoPid);
    const ts::PidStats* audio = inspector.pid(kWorkerAudioPid);
    ASSERT_TRUE(video != nullptr && audio != nullptr);
    EXPECT_EQ(video->pts.count, 200U) << "eight seconds of 25 pictures";
    EXPECT_EQ(video->dts.backwards + video->pcr.backwards + audio->pts.backwards, 0U);
    EXPECT_EQ(video->pcr.jumps + video->pts.jumps + audio->pts.jumps, 0U);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
    EXPECT_EQ(origin.count("http://origin/tv/init.mp4"), 1U);
}

TEST_F(SegmentRemux, RangesOfOneFileServeAsMapAndSegments) {
    const auto& files = fmp4_files();
    const std::string& init = files.at("init.mp4");
    const std::string& first = files.at("list0.m4s");
    const std::string& second = files.at("list1.m4s");
    // The fake origin sends the whole file whatever range it is asked for.
    const std::string ahead(1000, 'x');
    serve_files({{"all.mp4", ahead + init + first + second},
        {"list.m3u8",
            playlist("#EXT-X-MAP:URI=\"all.mp4\",BYTERANGE=\"" + std::to_string(init.size()) +
                     "@1000\"\n#EXTINF:2,\n#EXT-X-BYTERANGE:" + std::to_string(first.size()) + "@" +
                     std::to_string(1000 + init.size()) +
                     "\nall.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:" + std::to_string(second.size()) +
                     "\nall.mp4\n")}});
    const auto inspector = inspect(watch_all());
    ASSERT_NE(inspector.pid(kWorkerVideoPid), nullptr);
    EXPECT_EQ(inspector.pid(kWorkerVideoPid)->pts.count, 100U);
}

TEST_F(SegmentRemux, AnotherMapIsASpliceWithOtherTables) {
    serve_files(fmp4_files());
    const auto& other = hls_files("fmp4-ac3-v1", 4,
        {"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "ac3", "-hls_time", "2",
            "-hls_segment_type", "fmp4"});
    origin.serve("http://origin/tv/other.mp4", other.at("init.mp4"));
    origin.serve("http://origin/tv/other0.m4s", other.at("list0.m4s"));
    origin.serve(kPlaylist, playlist(kMap + entry("list0.m4s") + "#EXT-X-MAP:URI=\"other.mp4\"\n" +
                                     entry("other0.m4s")));
    const auto bytes = watch_all();
    const auto inspector = inspect(bytes);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
    EXPECT_GE(gateway().counters().splices, 1U);
    ts::ProgramTracker tracker;
    int changes = 0;
    for (std::size_t at = 0; at < bytes.size(); at += ts::kPacketSize) {
        changes += tracker.feed(ts::PacketView(bytes.data() + at)) ? 1 : 0;
    }
    EXPECT_GE(changes, 2);
    ASSERT_TRUE(tracker.tables() && tracker.tables()->audio() != nullptr);
    EXPECT_EQ(tracker.tables()->audio()->codec, ts::Codec::ac3);
}

TEST_F(SegmentRemux, EncryptedMapAndSegmentsAreDecryptedFirst) {
    std::array<std::uint8_t, 16> key{};
    std::array<std::uint8_t, 16> vector{};
    key.fill(7);
    vector.fill(9);
    origin.serve("http://origin/tv/key", std::string(key.begin(), key.end()));
    for (const char* name : {"init.mp4", "list0.m4s", "list1.m4s"}) {
        origin.serve(
            "http://origin/tv/" + std::string(name), encrypt(fmp4_files().at(name), key, vector));
    }
    origin.serve(kPlaylist,
        playlist("#EXT-X-KEY:METHOD=AES-128,URI=\"key\",IV=0x09090909090909090909090909090909\n" +
                 kMap + entry("list0.m4s") + entry("list1.m4s")));
    const auto inspector = inspect(watch_all());
    ASSERT_NE(inspector.pid(kWorkerVideoPid), nullptr);
    EXPECT_EQ(inspector.pid(kWorkerVideoPid)->pts.count, 100U);
}

TEST_F(SegmentRemux, TheSameMapUnderAnotherAddressIsNone) {
    serve_files(fmp4_files());
    origin.serve("http://origin/tv/init.mp4?token=2", fmp4_files().at("init.mp4"));
    origin.serve(kPlaylist, playlist(kMap + entry("list0.m4s") +
                                     "#EXT-X-MAP:URI=\"init.mp4?token=2\"\n" + entry("list1.m4s")));
    EXPECT_EQ(inspect(watch_all()).totals().discontinuities, 0U);
}

TEST_F(SegmentRemux, PackedAudioPlaysAtTheTimesOfItsTags) {
    const auto segments = packed_aac_segments(900'000);
    std::string list;
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string name = std::to_string(i) + ".aac";
        origin.serve("http://origin/tv/" + name, segments[i]);
        list += entry(name);
    }
    origin.serve(kPlaylist, playlist(list));
    const auto inspector = inspect(watch_all());
    const ts::PidStats* audio = inspector.pid(kWorkerAudioPid);
    ASSERT_NE(audio, nullptr);
    EXPECT_EQ(audio->pts.first, 900'000);
    EXPECT_EQ(audio->pts.jumps + audio->pts.backwards, 0U);
    EXPECT_NEAR(static_cast<double>(*audio->pts.last), 900'000 + 8 * 90'000, 45'000);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
}

TEST_F(SegmentRemux, TablesInTheMapStandBeforeTransportStreams) {
    Station station;
    const ByteVector whole = station.group();
    const ByteVector next = station.group();
    const auto tables = whole.begin() + 2 * ts::kPacketSize;
    origin.serve("http://origin/tv/tables.ts", ByteVector(whole.begin(), tables));
    origin.serve("http://origin/tv/1.ts", ByteVector(tables, whole.end()));
    origin.serve("http://origin/tv/2.ts", next);
    origin.serve(
        kPlaylist, playlist("#EXT-X-MAP:URI=\"tables.ts\"\n" + entry("1.ts") + entry("2.ts")));
    const auto bytes = watch_all();
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).size(), 10U);
}

TEST_F(SegmentRemux, ASegmentThatBreaksOffIsTriedAgainWithoutRepetition) {
    serve_files(fmp4_files());
    const std::string whole = fmp4_files().at("list1.m4s");
    std::atomic<int> tries{0};
    origin.on("http://origin/tv/list1.m4s", [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = std::make_shared<FakeBody>();
        if (tries++ == 0) {
            answer.body->push(whole.substr(0, whole.size() / 2));
            answer.body->cut();
        } else {
            answer.body->push(whole);
            answer.body->finish();
        }
        return answer;
    });
    const auto inspector = inspect(watch_all());
    EXPECT_EQ(tries, 2);
    EXPECT_EQ(inspector.pid(kWorkerVideoPid)->pts.count, 200U);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
}

TEST_F(SegmentRemux, DamagedSegmentsAreSkippedAndTheNextPlays) {
    serve_files(fmp4_files());
    origin.serve("http://origin/tv/list1.m4s",
        fmp4_files().at("list1.m4s").substr(0, 8) + std::string(50'000, '\xee'));
    const auto inspector = inspect(watch_all());
    EXPECT_EQ(inspector.pid(kWorkerVideoPid)->pts.count, 150U);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
    EXPECT_GE(gateway().counters().splices, 1U);
}

TEST_F(SegmentRemux, AWorkerThatIsNoGoodFailsTheSourceByName) {
    options.remuxing.command = {"/bin/false"};
    options.start_timeout = std::chrono::seconds(3);
    serve_files(fmp4_files());
    add_channel("5", {kPlaylist});
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
}

TEST_F(SegmentRemux, AMapThatIsGoneLosesItsSegments) {
    serve_files(fmp4_files());
    origin.serve("http://origin/tv/init.mp4", "gone", 404);
    options.start_timeout = std::chrono::seconds(3);
    add_channel("5", {kPlaylist});
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    EXPECT_EQ(origin.count("http://origin/tv/list0.m4s"), 0U);
}

TEST_F(SegmentRemux, StoppingInTheMiddleOfASegmentLeavesNothing) {
    serve_files(fmp4_files());
    const std::string whole = fmp4_files().at("list3.m4s");
    const auto body = origin.open("http://origin/tv/list3.m4s");
    body->push(whole.substr(0, whole.size() / 2));
    add_channel("5", {kPlaylist});
    auto viewer = watch("5");
    origin.wait_requested("http://origin/tv/list3.m4s");
    (void)(*viewer)->wait_bytes(100 * ts::kPacketSize);
    stop(); // and the fixture looks that nothing was left open
}

} // namespace
} // namespace plex_tuner::testing
