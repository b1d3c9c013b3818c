// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/format_scanner.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using plex_tuner::testing::ByteVector;
using plex_tuner::testing::joined;
using plex_tuner::testing::kAudioPid;
using plex_tuner::testing::kPmtPid;
using plex_tuner::testing::kVideoPid;

ElementaryStream stream(std::uint16_t pid, std::uint8_t type) {
    ElementaryStream made;
    made.pid = pid;
    made.stream_type = type;
    made.codec = codec_of(type, {});
    return made;
}

std::shared_ptr<const ProgramTables> tables_of(std::vector<ElementaryStream> streams) {
    auto tables = std::make_shared<ProgramTables>();
    tables->pmt_pid = kPmtPid;
    tables->pmt.streams = std::move(streams);
    return tables;
}

/// PES packets of one stream whose payload is cut into transport packets of so many bytes.
class PesStream {
public:
    PesStream(std::uint16_t pid, std::size_t cut) : pid_(pid), cut_(cut) {}

    PesStream& unit(const ByteVector& es, std::size_t header_stuffing = 0) {
        ByteVector pes{0, 0, 1, 0xE0, 0, 0, 0x80, 0, static_cast<std::uint8_t>(header_stuffing)};
        pes.insert(pes.end(), header_stuffing, 0xFF);
        pes.insert(pes.end(), es.begin(), es.end());
        bool start = true;
        for (std::size_t at = 0; at < pes.size(); at += cut_) {
            packet(start, Bytes(pes).subspan(at, std::min(cut_, pes.size() - at)));
            start = false;
        }
        return *this;
    }

    void packet(bool start, Bytes payload) {
        const Packet made = payload_packet(pid_, counter_, start, payload);
        counter_ = (counter_ + 1) & 0x0F;
        bytes_.insert(bytes_.end(), made.begin(), made.end());
    }

    void lose_one() { counter_ = (counter_ + 1) & 0x0F; }

    [[nodiscard]] const ByteVector& bytes() const noexcept { return bytes_; }

private:
    std::uint16_t pid_;
    std::size_t cut_;
    std::uint8_t counter_ = 0;
    ByteVector bytes_;
};

/// MPEG-2, `height` lines of 720, 25 frames a second.
ByteVector mpeg2_sequence(std::uint16_t height, bool progressive) {
    return {0, 0, 1, 0xB3, 0x2D, static_cast<std::uint8_t>(height >> 8),
        static_cast<std::uint8_t>(height & 0xFF), 0x23, 0xFF, 0xFF, 0xE0, 0x18, // header
        0, 0, 1, 0xB5, 0x14, static_cast<std::uint8_t>(progressive ? 0x8A : 0x82), 0x00, 0x01, 0x00,
        0x00,                                                                    // extension
        0, 0, 1, 0x00, 0x00, 0x0F, 0xFF, 0xF8, 0, 0, 1, 0x01, 0x13, 0x37, 0x42}; // picture, slice
}

/// Two ADTS frames of 16 bytes, 48 kHz, with this channel configuration.
ByteVector adts(std::uint8_t channels) {
    ByteVector frame{0xFF, 0xF1, static_cast<std::uint8_t>(0x4C | channels >> 2),
        static_cast<std::uint8_t>((channels & 3) << 6), 0x02, 0x1F, 0xFC};
    frame.resize(16, 0x55);
    return joined({frame, frame});
}

const auto kMpeg2Only = tables_of({stream(kVideoPid, 0x02)});

TEST(FormatScanner, HeadersMayBeCutAnywhere) {
    for (std::size_t cut = 1; cut <= 64; ++cut) {
        for (const std::size_t stuffing : {0UL, 5UL, 200UL}) {
            PesStream video(kVideoPid, cut);
            video.unit(mpeg2_sequence(576, false), stuffing);
            FormatScanner scanner;
            ASSERT_TRUE(scanner.feed(video.bytes(), kMpeg2Only)) << cut << " " << stuffing;
            const VideoFormat expected{.codec = Codec::mpeg2_video,
                .width = 720,
                .height = 576,
                .rate = {25, 1},
                .scan = ScanType::interlaced,
                .profile = "Main"};
            EXPECT_EQ(scanner.format().video, expected);
        }
    }
}

TEST(FormatScanner, AHeaderOfTwoPesPacketsIsOne) {
    const ByteVector whole = mpeg2_sequence(480, true);
    for (std::size_t at = 1; at < 20; ++at) {
        PesStream video(kVideoPid, 184);
        video.unit(ByteVector(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(at)));
        video.unit(ByteVector(whole.begin() + static_cast<std::ptrdiff_t>(at), whole.end()));
        FormatScanner scanner;
        ASSERT_TRUE(scanner.feed(video.bytes(), kMpeg2Only)) << at;
        EXPECT_EQ(scanner.format().video->height, 480U);
        EXPECT_EQ(scanner.format().video->scan, ScanType::progressive);
    }
}

TEST(FormatScanner, NothingIsPutTogetherAcrossALostPacket) {
    PesStream video(kVideoPid, 13);
    const ByteVector small = mpeg2_sequence(240, true);
    // The first 13 bytes end within the header, whose last byte and a half are lost.
    video.packet(true, ByteVector{0, 0, 1, 0xE0, 0, 0, 0x80, 0, 0, 0, 0, 1, 0xB3});
    video.lose_one();
    video.packet(false, Bytes(small).subspan(4));
    video.unit(mpeg2_sequence(576, true));
    FormatScanner scanner;
    ASSERT_TRUE(scanner.feed(video.bytes(), kMpeg2Only));
    EXPECT_EQ(scanner.format().video->height, 576U);
}

TEST(FormatScanner, NewTablesAreLookedIntoAndTheOldFormatStaysMeanwhile) {
    PesStream video(kVideoPid, 184);
    video.unit(mpeg2_sequence(576, false));
    FormatScanner scanner;
    ASSERT_TRUE(scanner.feed(video.bytes(), kMpeg2Only));
    PesStream large(kVideoPid, 184);
    large.unit(mpeg2_sequence(1080, false));
    EXPECT_FALSE(scanner.feed(large.bytes(), kMpeg2Only)) << "the tables are the same";
    EXPECT_EQ(scanner.format().video->height, 576U);
    const auto others = tables_of({stream(kVideoPid, 0x02), stream(kAudioPid, 0x0F)});
    EXPECT_FALSE(scanner.feed(large.bytes(), others)) << "the audio is not found yet";
    EXPECT_EQ(scanner.format().video->height, 576U);
    PesStream audio(kAudioPid, 184);
    audio.unit(adts(2));
    EXPECT_TRUE(scanner.feed(audio.bytes(), others));
    EXPECT_EQ(scanner.format().video->height, 1080U);
    ASSERT_EQ(scanner.format().audio.size(), 1U);
    EXPECT_EQ(scanner.format().audio[0].channels, 2);
}

TEST(FormatScanner, LooksAgainBehindTheSameTablesWhenToldTo) {
    PesStream video(kVideoPid, 184);
    video.unit(mpeg2_sequence(576, false));
    FormatScanner scanner;
    ASSERT_TRUE(scanner.feed(video.bytes(), kMpeg2Only));
    scanner.look_again();
    EXPECT_FALSE(scanner.feed(video.bytes(), kMpeg2Only)) << "it is the same";
    scanner.look_again();
    PesStream large(kVideoPid, 184);
    large.unit(mpeg2_sequence(1080, false));
    EXPECT_TRUE(scanner.feed(large.bytes(), kMpeg2Only));
    EXPECT_EQ(scanner.format().video->height, 1080U);
}

TEST(FormatScanner, AnotherVersionOfTheSameIsNoNews) {
    PesStream video(kVideoPid, 184);
    video.unit(mpeg2_sequence(576, false));
    FormatScanner scanner;
    EXPECT_TRUE(scanner.feed(video.bytes(), kMpeg2Only));
    EXPECT_FALSE(scanner.feed(video.bytes(), tables_of({stream(kVideoPid, 0x02)})));
    EXPECT_FALSE(scanner.feed(video.bytes(), nullptr));
}

TEST(FormatScanner, AdtsWithoutAConfigurationHasUnknownChannels) {
    for (std::size_t cut = 1; cut <= 40; ++cut) {
        PesStream audio(kAudioPid, cut);
        audio.unit(joined({{0xFF, 0xF1, 0x3C, 0x12}, adts(0)}));
        FormatScanner scanner;
        ASSERT_TRUE(scanner.feed(audio.bytes(), tables_of({stream(kAudioPid, 0x0F)})));
        EXPECT_FALSE(scanner.format().video);
        ASSERT_EQ(scanner.format().audio.size(), 1U);
        EXPECT_EQ(scanner.format().audio[0].codec, Codec::aac_adts);
        EXPECT_EQ(scanner.format().audio[0].channels, 0);
        EXPECT_EQ(scanner.format().audio[0].sample_rate, 48'000U);
    }
}

TEST(FormatScanner, SevenPointOneIsConfigurationSeven) {
    PesStream audio(kAudioPid, 184);
    audio.unit(adts(7));
    FormatScanner scanner;
    ASSERT_TRUE(scanner.feed(audio.bytes(), tables_of({stream(kAudioPid, 0x0F)})));
    EXPECT_EQ(scanner.format().audio[0].channels, 8);
}

TEST(FormatScanner, CodecsItDoesNotReadAreKnownByTheTablesAlone) {
    FormatScanner scanner;
    ElementaryStream dts = stream(kAudioPid, 0x06);
    dts.codec = Codec::dts;
    const auto tables = tables_of({stream(kVideoPid, 0xEA), dts});
    const Packet any = null_packet();
    EXPECT_TRUE(scanner.feed(any, tables));
    EXPECT_EQ(scanner.format().video, (VideoFormat{.codec = Codec::vc1}));
    EXPECT_EQ(scanner.format().audio[0].codec, Codec::dts);
}

/// Bits of a header, the highest of each byte first.
class Bits {
public:
    Bits& put(std::uint32_t value, unsigned count) {
        for (; count > 0; --count) {
            if (used_++ % 8 == 0) {
                bytes_.push_back(0);
            }
            bytes_.back() |=
                static_cast<std::uint8_t>((value >> (count - 1) & 1U) << (7 - (used_ - 1) % 8));
        }
        return *this;
    }

    [[nodiscard]] const ByteVector& bytes() const noexcept { return bytes_; }

private:
    ByteVector bytes_;
    std::size_t used_ = 0;
};

/// Two frames of LATM of 64 bytes each, of which only the first names its format.
ByteVector latm(const Bits& format) {
    ByteVector first{0x56, 0xE0, 61};
    first.insert(first.end(), format.bytes().begin(), format.bytes().end());
    first.resize(64, 0x55);
    ByteVector second{0x56, 0xE0, 61, 0x80};
    second.resize(64, 0x55);
    return joined({first, second});
}

/// As HE-AAC is signalled in LATM: the core, then the rate of the extension (1.6.2.1 of 14496-3).
TEST(FormatScanner, LatmNamesHeAac) {
    struct Case {
        Bits format;
        std::string_view profile;
        std::uint32_t rate;
        int channels;
    };

    const auto version0 = [] {
        return Bits().put(0, 2).put(1, 1).put(0, 6 + 4 + 3);
    };
    for (const Case& one :
        {Case{version0().put(5, 5).put(6, 4).put(2, 4).put(3, 4).put(2, 5), "HE-AAC", 24'000, 2},
            Case{version0().put(29, 5).put(6, 4).put(1, 4).put(3, 4).put(2, 5), "HE-AACv2", 24'000,
                1},
            Case{version0().put(2, 5).put(15, 4).put(48'000, 24).put(6, 4), "LC", 48'000, 6},
            // Version 1: buffer fullness in one byte, the length of the format in two.
            Case{Bits()
                     .put(1, 2)
                     .put(0, 1)
                     .put(0, 2)
                     .put(7, 8)
                     .put(1, 1)
                     .put(0, 6 + 4 + 3)
                     .put(1, 2)
                     .put(99, 16)
                     .put(5, 5)
                     .put(7, 4)
                     .put(2, 4)
                     .put(4, 4)
                     .put(2, 5),
                "HE-AAC", 22'050, 2}}) {
        for (const std::size_t cut : {std::size_t{1}, std::size_t{10}, std::size_t{184}}) {
            PesStream audio(kAudioPid, cut);
            audio.unit(latm(one.format));
            FormatScanner scanner;
            ASSERT_TRUE(scanner.feed(audio.bytes(), tables_of({stream(kAudioPid, 0x11)})));
            const AudioFormat& found = scanner.format().audio.at(0);
            EXPECT_EQ(found.codec, Codec::aac_latm);
            EXPECT_EQ(found.profile, one.profile);
            EXPECT_EQ(found.sample_rate, one.rate);
            EXPECT_EQ(found.channels, one.channels);
        }
    }
}

TEST(FormatScanner, ADescriptorTellsHeAacOfWhichAdtsSaysNothing) {
    for (const auto& [descriptor, profile] :
        {std::pair(ByteVector{0x52, 1, 7, 0x7C, 2, 0x2C, 0}, std::string_view("HE-AAC")),
            {ByteVector{0x1C, 1, 0x30}, "HE-AACv2"}, {ByteVector{0x7C, 1, 0x29}, "LC"},
            {ByteVector{0x7C, 1, 0xFF}, "LC"}, {ByteVector{0x7C, 9, 0x2C}, "LC"}}) {
        ElementaryStream announced = stream(kAudioPid, 0x0F);
        announced.descriptors = descriptor;
        PesStream audio(kAudioPid, 184);
        audio.unit(adts(2));
        FormatScanner scanner;
        ASSERT_TRUE(scanner.feed(audio.bytes(), tables_of({announced})));
        EXPECT_EQ(scanner.format().audio.at(0).profile, profile);
    }
}

TEST(FormatScanner, AScrambledStreamIsGivenUpAfterAWhile) {
    PesStream video(kVideoPid, 184);
    video.unit(mpeg2_sequence(576, true));
    ByteVector packets = video.bytes();
    packets[3] |= 0x80;
    const Packet filler = null_packet();
    ByteVector megabyte;
    while (megabyte.size() < (1U << 20)) {
        megabyte.insert(megabyte.end(), filler.begin(), filler.end());
    }
    FormatScanner scanner;
    EXPECT_FALSE(scanner.feed(packets, kMpeg2Only));
    int told = 0;
    for (std::uint64_t fed = 0; fed < FormatScanner::kPatience; fed += megabyte.size()) {
        told += scanner.feed(megabyte, kMpeg2Only) ? 1 : 0;
    }
    EXPECT_EQ(told, 1);
    EXPECT_EQ(scanner.format().video, (VideoFormat{.codec = Codec::mpeg2_video}));
}

TEST(Codec, IsFoundByItsName) {
    EXPECT_EQ(codec_named("h264"), Codec::h264);
    EXPECT_EQ(codec_named("eac3"), Codec::eac3);
    EXPECT_EQ(codec_named("sample_encrypted"), Codec::sample_encrypted);
    EXPECT_EQ(codec_named("nonsense"), Codec::unknown);
}

} // namespace
} // namespace plex_tuner::ts
