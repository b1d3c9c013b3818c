// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/wanted_tuners.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(WantedTuners, ListsGoTogetherByPlace) {
    const auto wanted =
        wanted_from_lists("http://a:5004/, http://b:5004", "12345678,ABCDEF01", "Sports");
    ASSERT_TRUE(wanted) << wanted.error().message();
    ASSERT_EQ(wanted->tuners.size(), 2U);
    EXPECT_EQ(wanted->tuners[0].name, "Sports");
    EXPECT_EQ(wanted->tuners[0].base_url, "http://a:5004");
    EXPECT_EQ(wanted->tuners[0].device_id, "12345678");
    EXPECT_EQ(wanted->tuners[1].name, "instance-2");
    EXPECT_EQ(wanted->tuners[1].lineup_id(),
        "lineup://tv.plex.providers.epg.xmltv/http://b:5004/guide.xml#instance-2");
}

TEST(WantedTuners, ListsThatDoNotGoTogetherAreErrors) {
    const std::tuple<const char*, const char*, const char*, const char*> cases[] = {
        {"", "", "", "one entry for each"},
        {"http://a", "", "", "one entry for each"},
        {"http://a,http://b", "1", "", "one entry for each"},
        {"http://a", "1", "x,y", "more -names"},
        {"http://a,http://b", "1,", "", "device id of instance-2 is empty"},
        {"a:5004", "1", "", "no http://"},
        {"http://a/?x=1", "1", "", "no http://"},
        {"http://a,http://b", "abc1,ABC1", "", "same device id"},
        {"http://a,http://A/", "1,2", "", "same device id or base URL"},
    };
    for (const auto& [urls, ids, names, message] : cases) {
        const auto wanted = wanted_from_lists(urls, ids, names);
        ASSERT_FALSE(wanted) << urls << " " << ids;
        EXPECT_THAT(wanted.error().message(), HasSubstr(message));
    }
}

TEST(WantedTuners, InstancesOfASupervisorAreTunersWhereTheySaySo) {
    const auto wanted = wanted_from_instances({
        {.name = "hdhr-main",
            .base_url = "http://m:5004",
            .device_id = "wizard",
            .is_left_alone = true},
        {.name = "sports",
            .base_url = "http://s:5101/",
            .device_id = "sports01",
            .friendly_name = "Sports TV"},
        {.name = "resting",
            .base_url = "http://r:5102",
            .device_id = "resting1",
            .is_left_alone = true},
        {.name = "older", .other_device_id = "older1"},
        {.name = "nameless", .base_url = "http://n:5103"},
        {.name = "bare"},
    });
    ASSERT_TRUE(wanted) << wanted.error().message();
    ASSERT_EQ(wanted->tuners.size(), 1U);
    EXPECT_EQ(wanted->tuners[0].name, "sports");
    EXPECT_EQ(wanted->tuners[0].base_url, "http://s:5101");
    EXPECT_EQ(wanted->tuners[0].device_id, "sports01");
    EXPECT_EQ(wanted->tuners[0].guide_title, "Sports TV");
    EXPECT_THAT(wanted->known_ids, ElementsAre("wizard", "resting1", "older1"));
}

} // namespace
} // namespace plex_tuner::plex
