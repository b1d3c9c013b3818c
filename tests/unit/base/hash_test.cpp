// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/hash.hpp>

#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

// Vectors of the FNV reference (isthe.com/chongo/tech/comp/fnv).
TEST(Fnv1a, MatchesThePublishedVectors) {
    EXPECT_EQ(Fnv1a().value(), 0xcbf29ce484222325ULL);
    EXPECT_EQ(Fnv1a().add("a").value(), 0xaf63dc4c8601ec8cULL);
    EXPECT_EQ(Fnv1a().add("foobar").value(), 0x85944171f73967e8ULL);
}

TEST(Fnv1a, PiecesEqualTheWhole) {
    EXPECT_EQ(Fnv1a().add("foo").add("").add("bar").value(), Fnv1a().add("foobar").value());
}

TEST(Fnv1a, HexHasSixteenDigits) {
    EXPECT_EQ(Fnv1a().hex(), "cbf29ce484222325");
    EXPECT_EQ(Fnv1a().add("foobar").hex(), "85944171f73967e8");
    EXPECT_EQ(Fnv1a().add("\xFF").hex().size(), 16U);
    EXPECT_EQ(hash_digits(0xFF), "00000000000000ff");
}

} // namespace
} // namespace plex_tuner
