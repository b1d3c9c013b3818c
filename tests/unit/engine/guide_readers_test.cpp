// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_readers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

WallTime at(int seconds) {
    return WallTime(std::chrono::seconds(seconds));
}

TEST(GuideReaders, TheLatestComesFirstAndTheOldestGoes) {
    GuideReaders readers;
    EXPECT_EQ(readers.to_json(), "[\n]\n");
    readers.note("10.0.0.2", "Plex \"1\"", at(10));
    readers.note("10.0.0.3", "", at(20));
    readers.note("10.0.0.2", "Plex \"1\"", at(30));
    EXPECT_EQ(readers.to_json(),
        "[\n{\"address\":\"10.0.0.2\",\"user_agent\":\"Plex \\\"1\\\"\",\"count\":2,\"last\":30},\n"
        "{\"address\":\"10.0.0.3\",\"user_agent\":\"\",\"count\":1,\"last\":20}\n]\n");
    for (std::size_t i = 0; i < GuideReaders::kMost; ++i) {
        readers.note("::1", std::string(1'000, 'a') + std::to_string(i), at(40));
        readers.note("h" + std::to_string(i), std::string(1'000, 'a'), at(40));
    }
    EXPECT_THAT(readers.to_json(), Not(HasSubstr("10.0.0.3")));
    EXPECT_LT(readers.to_json().size(), GuideReaders::kMost * 300);
}

} // namespace
} // namespace plex_tuner::engine
