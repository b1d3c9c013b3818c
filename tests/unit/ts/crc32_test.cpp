// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/ts/crc32.hpp>

#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

TEST(Crc32, CheckValueOfMpeg2) {
    EXPECT_EQ(crc32_mpeg(bytes_of("123456789")), 0x0376E6E7U);
}

TEST(Crc32, PatVector) {
    const std::vector<std::uint8_t> section{
        0x00, 0xB0, 0x0D, 0x00, 0x01, 0xC1, 0x00, 0x00, 0x00, 0x01, 0xF0, 0x00};
    EXPECT_EQ(crc32_mpeg(section), 0x2AB104B2U);
}

TEST(Crc32, IsZeroOverSectionWithItsCrc) {
    const std::vector<std::uint8_t> section{0x00, 0xB0, 0x0D, 0x00, 0x01, 0xC1, 0x00, 0x00, 0x00,
        0x01, 0xF0, 0x00, 0x2A, 0xB1, 0x04, 0xB2};
    EXPECT_EQ(crc32_mpeg(section), 0U);
}

} // namespace
} // namespace plex_tuner::ts
