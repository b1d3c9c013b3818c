// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/secret.hpp>

#include <string_view>
#include <type_traits>

#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);

TEST(Secret, ShowsOnlyThatThereIsOne) {
    EXPECT_EQ(Secret("hunter2").masked(), "***");
    EXPECT_EQ(Secret().masked(), "");
    EXPECT_TRUE(Secret().empty());
    EXPECT_EQ(Secret("hunter2").reveal(), "hunter2");
    EXPECT_EQ(Secret("a"), Secret("a"));
    EXPECT_NE(Secret("a"), Secret("b"));
}

} // namespace
} // namespace plex_tuner
