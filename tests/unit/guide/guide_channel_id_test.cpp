// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/guide/guide_builder.hpp>

#include <set>

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

/// The pattern of XMLTV::ValidateFile: [-a-zA-Z0-9]+(\.[-a-zA-Z0-9]+)+
bool validator_accepts(std::string_view id) {
    return id.find_first_not_of(
               "-.0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") ==
               std::string_view::npos &&
           id.contains('.') && !id.contains("..") && !id.starts_with('.') && !id.ends_with('.');
}

TEST(GuideChannelId, NumbersStayReadable) {
    EXPECT_EQ(guide_channel_id("5"), "5.plextuner");
    EXPECT_EQ(guide_channel_id("5.1"), "5.1.plextuner");
    EXPECT_EQ(guide_channel_id("5.10"), "5.10.plextuner");
}

TEST(GuideChannelId, EveryTextGivesAValidIdOfItsOwn) {
    const std::string alphabet = "a0.-_2e \xC3";
    std::vector<std::string> numbers{""};
    for (std::size_t i = 0; numbers[i].size() < 4; ++i) {
        for (const char c : alphabet) {
            numbers.push_back(numbers[i] + c);
        }
    }
    std::set<std::string> ids;
    for (const std::string& number : numbers) {
        const std::string id = guide_channel_id(number);
        EXPECT_TRUE(validator_accepts(id)) << id;
        EXPECT_TRUE(ids.insert(id).second) << id;
    }
}

} // namespace
} // namespace plex_tuner::guide
