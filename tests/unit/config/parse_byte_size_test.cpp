// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_byte_size.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

TEST(ParseByteSize, KnowsItsUnits) {
    EXPECT_EQ(parse_byte_size("0"), 0U);
    EXPECT_EQ(parse_byte_size("1048576"), 1048576U);
    EXPECT_EQ(parse_byte_size("7B"), 7U);
    EXPECT_EQ(parse_byte_size("64k"), 65536U);
    EXPECT_EQ(parse_byte_size("64K"), 65536U);
    EXPECT_EQ(parse_byte_size("64KiB"), 65536U);
    EXPECT_EQ(parse_byte_size("64kB"), 64000U);
    EXPECT_EQ(parse_byte_size("16MiB"), 16U << 20U);
    EXPECT_EQ(parse_byte_size("16m"), 16U << 20U);
    EXPECT_EQ(parse_byte_size("2MB"), 2'000'000U);
    EXPECT_EQ(parse_byte_size(" 1 GiB "), 1U << 30U);
    EXPECT_EQ(parse_byte_size("1gb"), 1'000'000'000U);
}

TEST(ParseByteSize, RefusesEverythingElse) {
    for (const std::string_view text : {"", "k", "MiB", "-1", "+1", "1.5M", "1T", "1 k b", "16 Mi",
             "0x10", "18446744073709551616", "18446744073709551615k"}) {
        EXPECT_EQ(parse_byte_size(text), std::nullopt) << text;
    }
}

TEST(FormatByteSize, UsesTheLargestExactUnit) {
    EXPECT_EQ(format_byte_size(0), "0B");
    EXPECT_EQ(format_byte_size(1500), "1500B");
    EXPECT_EQ(format_byte_size(65536), "64KiB");
    EXPECT_EQ(format_byte_size(16U << 20U), "16MiB");
    EXPECT_EQ(format_byte_size(1U << 30U), "1GiB");
    EXPECT_EQ(format_byte_size((1U << 30U) + 1024), "1048577KiB");
}

} // namespace
} // namespace plex_tuner::config
