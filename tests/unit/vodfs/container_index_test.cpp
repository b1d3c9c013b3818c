// SPDX-License-Identifier: GPL-3.0-or-later
#include "container_index.hpp"

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::vodfs {
namespace {

std::string be32(std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) {
        bytes += static_cast<char>(value >> shift);
    }
    return bytes;
}

std::string box(const std::string& name, std::uint32_t size, const std::string& content = "") {
    return be32(size) + name + content;
}

TEST(ContainerIndex, OfAnMp4IsBehindItsMediaUnlessItComesFirst) {
    const std::string ftyp = box("ftyp", 24, std::string(16, 'x'));
    EXPECT_EQ(index_offset(ftyp + box("free", 8) + box("mdat", 1'000'000)), 1'000'032U);
    EXPECT_EQ(
        index_offset(ftyp + box("mdat", 1, be32(1) + be32(0)) + "media"), 0x1'0000'0000U + 24);
    EXPECT_EQ(index_offset(ftyp + box("moov", 500'000)), std::nullopt);
    EXPECT_EQ(index_offset(ftyp + box("mdat", 0)), std::nullopt);
    EXPECT_EQ(index_offset(ftyp), std::nullopt);
    EXPECT_EQ(index_offset(""), std::nullopt);
    EXPECT_EQ(index_offset(std::string(100, '\0')), std::nullopt);
}

TEST(ContainerIndex, OfMatroskaIsWhereTheSeekHeadSays) {
    const std::string ebml = "\x1a\x45\xdf\xa3\x84"
                             "abcd";
    const std::string seek = std::string("\x4d\xbb\x8f", 3) + "\x53\xab\x84\x1c\x53\xbb\x6b" +
                             "\x53\xac\x85" + std::string("\x00\x01\x00\x00\x10", 5);
    const std::string head =
        std::string("\x11\x4d\x9b\x74") + static_cast<char>(0x80 + seek.size()) + seek;
    const std::string segment = std::string("\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff", 12);
    EXPECT_EQ(index_offset(ebml + segment + head + std::string(100, '\0')),
        ebml.size() + segment.size() + 0x1'0000'10U);
    EXPECT_EQ(index_offset(ebml + segment +
                           "\xec\x82"
                           "ab"),
        std::nullopt);
    EXPECT_EQ(index_offset(ebml), std::nullopt);
    for (std::size_t cut = 0; cut < ebml.size() + segment.size() + head.size(); ++cut) {
        (void)index_offset((ebml + segment + head).substr(0, cut));
    }
}

} // namespace
} // namespace plex_tuner::vodfs
