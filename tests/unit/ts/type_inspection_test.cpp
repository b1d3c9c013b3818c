// SPDX-License-Identifier: GPL-3.0-or-later
// Real media whose PMT says something else: what viewers' PMT says in its place.
#include "support/temporary_directory.hpp"
#include "support/ts_builder.hpp"
#include "unit/media/external_tool.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/packetizer.hpp>
#include <plex_tuner/ts/program_tracker.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

/// A second of a programme as ffmpeg encodes it.
std::string make(const std::string& video, const std::string& audio) {
    const TemporaryDirectory directory;
    const auto file = directory.path() / "clip.ts";
    const std::string command =
        "ffmpeg -v error -nostdin -f lavfi -i testsrc2=size=320x180:rate=25 "
        "-f lavfi -i sine=sample_rate=48000 -t 2 -c:v " +
        video + " -c:a " + audio + " -f mpegts " + file.string();
    const auto result = test::run_over("", "test -f FILE && " + command);
    EXPECT_EQ(result.status, 0) << result.output;
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// The stream with other stream types, and no descriptors.
ByteVector mislabelled(std::string_view media, std::uint8_t video_type, std::uint8_t audio_type) {
    ByteVector out;
    ProgramTracker tracker;
    SectionAssembler assembler;
    std::uint8_t counter = 0;
    for (std::size_t at = 0; at + kPacketSize <= media.size(); at += kPacketSize) {
        const PacketView packet(bytes_of(media).data() + at);
        static_cast<void>(tracker.feed(packet));
        if (packet.pid() != tracker.pmt_pid()) {
            out.insert(out.end(), packet.bytes().begin(), packet.bytes().end());
            continue;
        }
        assembler.feed(packet, [&](Bytes section) {
            Pmt pmt = parse_pmt(section).value();
            for (ElementaryStream& stream : pmt.streams) {
                stream.stream_type = is_video(stream.codec) ? video_type : audio_type;
                stream.descriptors.clear();
            }
            counter += append_section_packets(packet.pid(), write_pmt(pmt), counter & 0x0F, out);
        });
    }
    return out;
}

struct Output final : PacketSink {
    void packets(Bytes packets) override {
        for (std::size_t at = 0; at < packets.size(); at += kPacketSize) {
            if (tracker.feed(PacketView(packets.data() + at))) {
                ++tables;
            }
        }
        inspector.feed(packets);
    }

    [[nodiscard]] int type_of(const ElementaryStream* stream) const {
        return stream == nullptr ? -1 : stream->stream_type;
    }

    ProgramTracker tracker;
    Inspector inspector;
    int tables = 0;
};

struct Case {
    std::string name;
    std::string video, audio;
    std::uint8_t said_video = 0, said_audio = 0;
    std::uint8_t is_video = 0, is_audio = 0;
    std::uint64_t corrected = 2;

    friend void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }
};

constexpr const char* kH264 = "libx264 -preset ultrafast";
constexpr const char* kHevc = "libx265 -preset ultrafast -x265-params log-level=none";

class Mislabelled : public ::testing::TestWithParam<Case> {};

TEST_P(Mislabelled, IsAnnouncedAsWhatItIs) {
    const Case& one = GetParam();
    const std::string media = make(one.video, one.audio);
    ASSERT_FALSE(media.empty());
    const ByteVector bytes = mislabelled(media, one.said_video, one.said_audio);
    Output output;
    Splicer splicer(output);
    splicer.feed(bytes);
    splicer.finish_piece();
    ASSERT_NE(output.tracker.tables(), nullptr);
    EXPECT_EQ(output.type_of(output.tracker.tables()->video()), one.is_video);
    EXPECT_EQ(output.type_of(output.tracker.tables()->audio()), one.is_audio);
    EXPECT_EQ(output.tracker.tables()->pmt.streams.size(), 2U);
    EXPECT_EQ(splicer.counters().corrected_types, one.corrected);
    EXPECT_EQ(output.inspector.totals().continuity_errors, 0U);
    // Nothing of the media is lost on the way to the verdict.
    Inspector source;
    source.feed(bytes);
    for (const ElementaryStream& stream : output.tracker.tables()->pmt.streams) {
        EXPECT_EQ(output.inspector.pid(stream.pid)->packets, source.pid(stream.pid)->packets);
    }
}

INSTANTIATE_TEST_SUITE_P(Types, Mislabelled,
    ::testing::Values(Case{"PrivateData", kH264, "aac", 0x06, 0x06, 0x1B, 0x0F},
        Case{"NoType", kHevc, "ac3", 0x00, 0x00, 0x24, 0x81},
        Case{"HevcAsH264", kHevc, "ac3", 0x1B, 0x0F, 0x24, 0x81},
        Case{"H264AsHevc", kH264, "mp2", 0x24, 0x0F, 0x1B, 0x03},
        Case{"Mpeg2AsH264", "mpeg2video", "aac", 0x1B, 0x81, 0x02, 0x0F},
        Case{"AacAsMpeg", kH264, "aac", 0x1B, 0x03, 0x1B, 0x0F, 1},
        Case{"Eac3AsAc3", kH264, "eac3", 0x1B, 0x81, 0x1B, 0x87, 1},
        Case{"LatmAsPrivate", kH264, "aac -mpegts_flags latm", 0x1B, 0x06, 0x1B, 0x11, 1},
        Case{"Confirmed", kH264, "aac", 0x1B, 0x0F, 0x1B, 0x0F, 0},
        Case{"ConfirmedMp3", "mpeg2video", "libmp3lame", 0x02, 0x04, 0x02, 0x04, 0},
        Case{"ConfirmedHevc", kHevc, "eac3", 0x24, 0x87, 0x24, 0x87, 0}),
    [](const auto& info) { return info.param.name; });

/// A language is not a codec: it stays, and what named another codec goes.
TEST(TypeCorrection, KeepsTheDescriptorsThatAreStillTrue) {
    ElementaryStream sound = TsBuilder::stream(kAudioPid, 0x81);
    sound.descriptors = {0x05, 4, 'A', 'C', '-', '3', 0x0A, 4, 'd', 'e', 'u', 0};
    TsBuilder builder;
    builder.pat().pmt({sound});
    ByteVector frames;
    for (int i = 0; i < 4; ++i) { // 48 kHz, stereo, 107 bytes
        const ByteVector header{0xFF, 0xF1, 0x4C, 0x80, 0x0D, 0x7F, 0xFC};
        frames = joined({frames, header, ByteVector(100, 0x21)});
    }
    builder.pes(kAudioPid, frames, {.stream_id = 0xC0, .pts = 0});
    Output output;
    Splicer splicer(output);
    splicer.feed(builder.bytes());
    splicer.finish_piece();
    ASSERT_NE(output.tracker.tables(), nullptr);
    const ElementaryStream& told = output.tracker.tables()->pmt.streams.at(0);
    EXPECT_EQ(told.stream_type, 0x0F);
    EXPECT_EQ(told.language, "deu");
    EXPECT_EQ(told.descriptors, (ByteVector{0x0A, 4, 'd', 'e', 'u', 0}));
}

/// One sync word, or two, may be chance.
TEST(TypeCorrection, NeedsMoreThanASyncWord) {
    TsBuilder builder;
    builder.pat().pmt({TsBuilder::stream(kAudioPid, 0x06)});
    const ByteVector header{0xFF, 0xF1, 0x4C, 0x80, 0x0D, 0x7F, 0xFC};
    const ByteVector frames = joined({header, ByteVector(100, 0x21), header, ByteVector(90, 0)});
    builder.pes(kAudioPid, frames, {.stream_id = 0xBD, .pts = 0});
    Output output;
    Splicer splicer(output);
    splicer.feed(builder.bytes());
    splicer.finish_piece();
    EXPECT_EQ(splicer.counters().corrected_types, 0U);
    EXPECT_EQ(output.tracker.tables()->pmt.streams.at(0).stream_type, 0x06);
    EXPECT_GT(output.inspector.totals().packets, 2U); // the data itself
}

/// FFmpeg writes a program_config_element, and says 0 in the headers.
TEST(AacChannels, AreWrittenIntoTheHeadersOfRealMedia) {
    const std::string media = make(kH264, "aac -aac_pce 1 -ac 2");
    Output output;
    Splicer splicer(output);
    splicer.feed(bytes_of(media));
    splicer.finish_piece();
    EXPECT_EQ(splicer.counters().repaired_aac, 1U);
    EXPECT_EQ(splicer.counters().unrepaired_aac, 0U);
}

/// Its six channels with the pair before the centre are in no configuration.
TEST(AacChannels, ThatHaveNoNumberAreLeftAlone) {
    const std::string media = make(kH264, "aac -aac_pce 1 -ac 6");
    Output output;
    Splicer splicer(output);
    splicer.feed(bytes_of(media));
    splicer.finish_piece();
    EXPECT_EQ(splicer.counters().repaired_aac, 0U);
    EXPECT_EQ(splicer.counters().unrepaired_aac, 1U);
}

} // namespace
} // namespace plex_tuner::ts
