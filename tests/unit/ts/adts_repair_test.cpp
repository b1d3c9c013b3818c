// SPDX-License-Identifier: GPL-3.0-or-later
#include "adts_repair.hpp"
#include "support/ts_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Optional;

/// Bits of a value, the highest first.
class BitWriter {
public:
    BitWriter& put(unsigned value, unsigned count) {
        for (; count > 0; --count) {
            if (used_ % 8 == 0) {
                bytes_.push_back(0);
            }
            bytes_.back() |=
                static_cast<std::uint8_t>((value >> (count - 1) & 1) << (7 - used_ % 8));
            ++used_;
        }
        return *this;
    }

    [[nodiscard]] ByteVector bytes() const { return bytes_; }

private:
    ByteVector bytes_;
    std::size_t used_ = 0;
};

/// 's' and 'p' per element.
ByteVector element(std::string_view front, std::string_view side, std::string_view back,
    unsigned low, unsigned couplings = 0) {
    BitWriter out;
    out.put(5, 3).put(0, 4).put(1, 2).put(3, 4);
    for (const std::string_view elements : {front, side, back}) {
        out.put(static_cast<unsigned>(elements.size()), 4);
    }
    out.put(low, 2).put(0, 3).put(couplings, 4).put(0, 3);
    for (const std::string_view elements : {front, side, back}) {
        for (const char kind : elements) {
            out.put(kind == 'p' ? 1 : 0, 1).put(0, 4);
        }
    }
    return out.put(0, 4 * low).put(0, 5 * couplings).put(0, 16).bytes();
}

ByteVector frame(const ByteVector& block, bool checksum = false, unsigned configuration = 0) {
    const auto size = static_cast<unsigned>(7 + block.size() + 40);
    BitWriter out;
    out.put(0xFFF, 12).put(0, 3).put(checksum ? 0 : 1, 1).put(1, 2).put(3, 4).put(0, 1);
    out.put(configuration, 3).put(0, 4).put(size, 13).put(0x7FF, 11).put(0, 2);
    return joined({out.bytes(), block, ByteVector(40, 0x21)});
}

class AdtsStream : public ::testing::Test {
protected:
    /// Sends the stream in PES packets that end at `cuts`, and returns what it is then.
    ByteVector repaired(const ByteVector& stream, const std::vector<std::size_t>& cuts = {}) {
        ByteVector out;
        std::size_t begin = 0;
        std::vector<std::size_t> ends = cuts;
        ends.push_back(stream.size());
        for (const std::size_t end : ends) {
            TsBuilder builder;
            builder.pes(kAudioPid,
                ByteVector(stream.begin() + static_cast<std::ptrdiff_t>(begin),
                    stream.begin() + static_cast<std::ptrdiff_t>(end)),
                {.stream_id = 0xC0, .pts = 0});
            const PacketRun run = copy_packets(builder.bytes());
            const Bytes packets = run.packets;
            const auto header = parse_pes_header(PacketView(packets.data()).payload());
            repair.apply(StreamUnit(std::span(&run, 1), header));
            std::size_t skip = header->payload_offset;
            for (std::size_t at = 0; at < packets.size(); at += kPacketSize) {
                const Bytes payload = PacketView(packets.data() + at).payload().subspan(skip);
                out.insert(out.end(), payload.begin(), payload.end());
                skip = 0;
            }
            begin = end;
        }
        return out;
    }

    AdtsRepair repair;
};

TEST(ProgramConfigElement, NamesTheConfigurationOfItsLayout) {
    EXPECT_THAT(configuration_of_block(element("s", "", "", 0)), Optional(1));
    EXPECT_THAT(configuration_of_block(element("p", "", "", 0)), Optional(2));
    EXPECT_THAT(configuration_of_block(element("sp", "", "", 0)), Optional(3));
    EXPECT_THAT(configuration_of_block(element("sp", "", "s", 0)), Optional(4));
    EXPECT_THAT(configuration_of_block(element("sp", "", "p", 0)), Optional(5));
    EXPECT_THAT(configuration_of_block(element("sp", "", "p", 1)), Optional(6));
    EXPECT_THAT(configuration_of_block(element("sp", "p", "", 1)), Optional(6));
    EXPECT_THAT(configuration_of_block(element("spp", "", "p", 1)), Optional(7));
}

TEST(ProgramConfigElement, HasNoConfigurationForOtherLayouts) {
    EXPECT_THAT(configuration_of_block(element("ss", "", "", 0)), Optional(0)); // dual mono
    EXPECT_THAT(configuration_of_block(element("p", "", "", 1)), Optional(0));
    EXPECT_THAT(configuration_of_block(element("sp", "p", "p", 1)), Optional(0));
    EXPECT_THAT(configuration_of_block(element("p", "", "", 0, 1)), Optional(0));
}

TEST(ProgramConfigElement, IsNotReadBeyondItsEnd) {
    ByteVector cut = element("sp", "", "p", 1);
    cut.resize(6);
    EXPECT_EQ(configuration_of_block(cut), std::nullopt);
    EXPECT_EQ(configuration_of_block(ByteVector{0x21, 0, 0, 0, 0, 0, 0, 0}), std::nullopt);
}

TEST_F(AdtsStream, GetsItsConfigurationInEachHeader) {
    const ByteVector sound(300, 0x21);
    const ByteVector stream =
        joined({frame(element("sp", "", "p", 1)), frame(sound), frame(sound), frame(sound)});
    EXPECT_EQ(repaired(stream),
        joined({frame(element("sp", "", "p", 1), false, 6), frame(sound, false, 6),
            frame(sound, false, 6), frame(sound, false, 6)}));
    EXPECT_TRUE(repair.has_repaired());
    EXPECT_FALSE(repair.has_left_alone());
}

TEST_F(AdtsStream, GetsItWhereverPesPacketsAreCut) {
    const ByteVector sound(300, 0x21);
    const ByteVector first = frame(element("p", "", "", 0));
    const ByteVector stream = joined({first, frame(sound), frame(sound), frame(sound)});
    const ByteVector wanted = joined({frame(element("p", "", "", 0), false, 2),
        frame(sound, false, 2), frame(sound, false, 2), frame(sound, false, 2)});
    const std::size_t second = first.size() + frame(sound).size();
    for (const std::size_t cut : {second - 1, second, second + 1, second + 2, second + 4,
             second + 6, second + 7, second + 200}) {
        repair.restart();
        EXPECT_EQ(repaired(stream, {cut}), wanted) << cut - second;
    }
}

TEST_F(AdtsStream, IsLeftAloneWithChecksums) {
    const ByteVector stream =
        joined({frame(element("p", "", "", 0), true), frame(ByteVector(300, 0x21), true)});
    EXPECT_EQ(repaired(stream), stream);
    EXPECT_TRUE(repair.has_left_alone());
}

TEST_F(AdtsStream, IsLeftAloneWhenNoConfigurationSaysIt) {
    const ByteVector stream =
        joined({frame(element("ss", "", "", 0)), frame(ByteVector(300, 0x21))});
    EXPECT_EQ(repaired(stream), stream);
    EXPECT_TRUE(repair.has_left_alone());
    EXPECT_FALSE(repair.has_repaired());
}

TEST_F(AdtsStream, IsLeftAloneWhenItHasAConfiguration) {
    const ByteVector stream =
        joined({frame(element("p", "", "", 0), false, 6), frame(ByteVector(300, 0x21), false, 6)});
    EXPECT_EQ(repaired(stream), stream);
    EXPECT_FALSE(repair.has_left_alone());
    EXPECT_FALSE(repair.has_repaired());
}

} // namespace
} // namespace plex_tuner::ts
