// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_output.hpp"
#include "support/ts_builder.hpp"

#include <array>
#include <functional>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using namespace plex_tuner::testing;

constexpr std::size_t kRing = std::size_t{4} << 20;
constexpr std::size_t kBlocks = 40;

/// Half a megabyte of pictures of 8 KB with sound, with `nulls` null packets behind each 16.
std::string stream(std::size_t nulls) {
    TsBuilder builder;
    for (int i = 0; i < 64; ++i) {
        if (i % 16 == 0) {
            builder.tables();
        }
        ByteVector frame = i % 16 == 0 ? h264::key_frame() : h264::p_frame();
        frame.resize(8'000, 0x77);
        builder.video(frame, i * 3'600).audio(i * 3'600);
    }
    const ts::Packet null = ts::null_packet();
    std::string bytes;
    for (std::size_t at = 0; at < builder.size(); at += ts::kPacketSize) {
        const auto* packet = reinterpret_cast<const char*>(builder.bytes().data()) + at;
        bytes.append(packet, ts::kPacketSize);
        const bool is_pause = at / ts::kPacketSize % 16 == 15;
        for (std::size_t i = 0; is_pause && i < nulls; ++i) {
            bytes.append(reinterpret_cast<const char*>(null.data()), null.size());
        }
    }
    return bytes;
}

/// Where a block was, while nobody else can have got its memory.
struct Place {
    const std::uint8_t* begin = nullptr;
    const std::uint8_t* end = nullptr;
};

/// Feeds all of it in blocks; the bytes of the ring that lie in the block that brought them.
std::size_t bytes_in_place(ChannelOutput& output, const std::string& bytes) {
    std::size_t in_place = 0;
    const std::size_t size = bytes.size() / kBlocks;
    for (std::size_t at = 0; at + size <= bytes.size(); at += size) {
        std::string block = bytes.substr(at, size);
        const auto* begin = reinterpret_cast<const std::uint8_t*>(block.data());
        const Place place{begin, begin + block.size()};
        const StreamPosition before = output.ring().end();
        output.feed(std::move(block), SteadyTime{});
        std::array<SlabPtr, 256> slabs;
        const std::size_t count = output.ring().slabs_from(before, slabs);
        for (const SlabPtr& slab : std::span(slabs).first(count)) {
            const bool lies_there = !std::less<>()(slab->bytes().data(), place.begin) &&
                                    std::less<>()(slab->bytes().data(), place.end);
            in_place += lies_there ? slab->size() : 0;
        }
    }
    output.finish_piece();
    return in_place;
}

std::vector<std::uint8_t> all_of(const Ring& ring) {
    std::vector<std::uint8_t> all;
    std::array<SlabPtr, 1> slab;
    for (StreamPosition at = ring.begin(); ring.slabs_from(at, slab) > 0; at = slab[0]->end()) {
        all.insert(all.end(), slab[0]->bytes().begin(), slab[0]->bytes().end());
    }
    return all;
}

TEST(ChannelOutput, PicturesAreNotCopied) {
    const std::string bytes = stream(0);
    ChannelOutput output(kRing, {});
    const std::size_t in_place = bytes_in_place(output, bytes);
    EXPECT_GT(in_place, output.ring().bytes() / 3); // pictures across two blocks are not counted
}

/// A multiplex of four programs, and one in which ours has most of it.
TEST(ChannelOutput, BlocksOfWhichLittleIsPlayedAreNotKept) {
    ChannelOutput output(kRing, {});
    EXPECT_EQ(bytes_in_place(output, stream(48)), 0U);
    EXPECT_GT(output.ring().bytes(), 0U);
    ChannelOutput other(kRing, {});
    EXPECT_GT(bytes_in_place(other, stream(4)), 0U);
}

/// What viewers get is the same, whatever the blocks were like.
TEST(ChannelOutput, BlocksOfAnySizeGiveTheSameBytes) {
    const std::string bytes = stream(0);
    ChannelOutput in_blocks(kRing, {});
    (void)bytes_in_place(in_blocks, bytes);
    const std::size_t fed = bytes.size() / kBlocks * kBlocks;
    for (const std::size_t size : {std::size_t{188}, std::size_t{1'000}, std::size_t{200'000}}) {
        ChannelOutput other(kRing, {});
        for (std::size_t at = 0; at < fed; at += size) {
            other.feed(bytes.substr(at, std::min(size, fed - at)), SteadyTime{});
        }
        other.finish_piece();
        EXPECT_EQ(all_of(other.ring()), all_of(in_blocks.ring())) << "in blocks of " << size;
        ASSERT_NE(other.ring().access_point(), nullptr);
        EXPECT_EQ(other.ring().access_point()->offset, in_blocks.ring().access_point()->offset);
    }
}

} // namespace
} // namespace plex_tuner::gateway
