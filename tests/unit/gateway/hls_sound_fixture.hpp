// SPDX-License-Identifier: GPL-3.0-or-later
// HLS whose sound is a rendition with a playlist of its own, made packet by packet.
#pragma once

#include "gateway_fixture.hpp"

#include <plex_tuner/ts/pes.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace plex_tuner::testing {

inline constexpr std::int64_t kSecond = 90'000;
inline constexpr std::int64_t kStart = 10 * kSecond;
inline constexpr std::int64_t kPicture = 3'600;
inline constexpr std::int64_t kFrame = 1'800; ///< of sound, so that segments end evenly
inline const std::string kBase = "http://origin/tv/";
inline const std::string kMaster = kBase + "master.m3u8";

inline FakeAnswer answer_with(std::string body, int status = 200) {
    FakeAnswer answer;
    answer.status = status;
    answer.body = std::make_shared<FakeBody>();
    answer.body->push(std::move(body));
    answer.body->finish();
    return answer;
}

inline std::string text(const ByteVector& bytes) {
    return {bytes.begin(), bytes.end()};
}

/// A segment of pictures only; its multiplexer begins anew with each.
inline ByteVector pictures(std::int64_t begin, std::int64_t length = kSecond) {
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
inline ByteVector sound(
    std::int64_t begin, std::int64_t length = kSecond, std::uint8_t type = 0x0F) {
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

inline std::string media_list(
    const std::string& entries, const std::string& end = "#EXT-X-ENDLIST\n") {
    return "#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + entries + end;
}

inline std::string entry(const std::string& name, const std::string& duration = "1") {
    return "#EXTINF:" + duration + ",\n" + name + "\n";
}

inline std::string master(const std::string& sound_uri = "sound.m3u8") {
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

} // namespace plex_tuner::testing
