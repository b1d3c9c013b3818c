// SPDX-License-Identifier: GPL-3.0-or-later
// HLS whose sound is a rendition with a playlist of its own.
#include "gateway_fixture.hpp"
#include "support/aes_encrypt.hpp"

#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <algorithm>
#include <array>

#include <gmock/gmock.h>

namespace plex_tuner::testing {
namespace {

using ::testing::Contains;
using ::testing::Not;

constexpr std::int64_t kSecond = 90'000;
constexpr std::int64_t kStart = 10 * kSecond;
constexpr std::int64_t kPicture = 3'600;
constexpr std::int64_t kFrame = 1'800; ///< of sound, so that segments end evenly
const std::string kBase = "http://origin/tv/";
const std::string kMaster = kBase + "master.m3u8";

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

/// A segment of pictures only; its multiplexer begins anew with each.
ByteVector pictures(std::int64_t begin, std::int64_t length = kSecond) {
    TsBuilder builder;
    builder.pat().pmt({TsBuilder::stream(kVideoPid, 0x1B)});
    for (std::int64_t at = 0; at < length; at += kPicture) {
        ByteVector frame = at == 0 ? h264::key_frame() : h264::p_frame();
        frame.insert(frame.end(), 700, 0x77);
        builder.video(frame, begin + at, at == 0);
    }
    return builder.bytes();
}

/// A segment of sound only, on the PID that the pictures have too.
ByteVector sound(std::int64_t begin, std::int64_t length = kSecond, std::uint8_t type = 0x0F) {
    TsBuilder builder;
    builder.pat().pmt({TsBuilder::stream(kVideoPid, type)});
    for (std::int64_t at = 0; at < length; at += kFrame) {
        PesOptions options;
        options.stream_id = 0xC0;
        options.pts = begin + at;
        builder.pes(kVideoPid, ByteVector(200, 0x55), options);
    }
    return builder.bytes();
}

std::string media_list(const std::string& entries, const std::string& end = "#EXT-X-ENDLIST\n") {
    return "#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + entries + end;
}

std::string entry(const std::string& name, const std::string& duration = "1") {
    return "#EXTINF:" + duration + ",\n" + name + "\n";
}

std::string master(const std::string& sound_uri = "sound.m3u8") {
    return "#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"one\",DEFAULT=YES,URI=\"" +
           sound_uri +
           "\"\n#EXT-X-STREAM-INF:BANDWIDTH=100000,AUDIO=\"a\",RESOLUTION=320x180\n"
           "pictures.m3u8\n";
}

class GatewayHlsSoundTest : public GatewayTest {
protected:
    /// So many seconds of both, a segment each.
    void serve_both(int count) {
        std::string picture_entries;
        std::string sound_entries;
        for (int i = 0; i < count; ++i) {
            const std::string number = std::to_string(i);
            origin.serve(kBase + "p" + number, pictures(kStart + i * kSecond));
            origin.serve(kBase + "s" + number, sound(kStart + i * kSecond));
            picture_entries += entry("p" + number);
            sound_entries += entry("s" + number);
        }
        origin.serve(kMaster, master());
        origin.serve(kBase + "pictures.m3u8", media_list(picture_entries));
        origin.serve(kBase + "sound.m3u8", media_list(sound_entries));
    }

    /// What a viewer gets who watches to the end.
    ByteVector watch_all() {
        add_channel("5", {kMaster});
        auto viewer = watch("5");
        EXPECT_TRUE(viewer->wait_done());
        ByteVector bytes = (*viewer)->bytes();
        expect_clean(bytes);
        return bytes;
    }

    static std::shared_ptr<const ts::ProgramTables> tables(const ByteVector& bytes) {
        ts::ProgramTracker tracker;
        for (std::size_t at = 0; at + ts::kPacketSize <= bytes.size(); at += ts::kPacketSize) {
            static_cast<void>(tracker.feed(ts::PacketView(bytes.data() + at)));
        }
        return tracker.tables();
    }

    /// Presentation times of the sound.
    static std::vector<std::int64_t> sound_times(const ByteVector& bytes) {
        std::vector<std::int64_t> times;
        const auto program = tables(bytes);
        if (!program || program->audio() == nullptr) {
            return times;
        }
        for (std::size_t at = 0; at + ts::kPacketSize <= bytes.size(); at += ts::kPacketSize) {
            const ts::PacketView packet(bytes.data() + at);
            if (packet.pid() == program->audio()->pid && packet.unit_start()) {
                times.push_back(ts::parse_pes_header(packet.payload())->pts.value_or(-1));
            }
        }
        return times;
    }

    /// Sound all the way, in even steps.
    static void expect_sound_throughout(const ByteVector& bytes, int seconds) {
        const auto times = sound_times(bytes);
        ASSERT_FALSE(times.empty());
        for (std::size_t i = 1; i < times.size(); ++i) {
            ASSERT_EQ(times[i] - times[i - 1], kFrame) << "frame " << i;
        }
        EXPECT_NEAR(static_cast<double>(times.size()), seconds * kSecond / kFrame, 2);
        EXPECT_NEAR(static_cast<double>(times.front() - video_times(bytes).front()), 0, kPicture);
    }
};

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
