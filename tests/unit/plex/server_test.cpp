// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_fixture.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using plex_tuner::testing::FakePms;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

auto present_of(PlexRun& run) {
    return run.run([](Server& server) { return server.present(); });
}

TEST(Server, ReadsWhatIsThereInEveryEncoding) {
    FakePms pms;
    const int device = pms.add_device("10439EFD", "http://10.0.0.5:5004", "Silicondust", "T");
    pms.add_dvr(device, "lineup://tv.plex.providers.epg.xmltv/http://10.0.0.5:5004/guide.xml#T");
    PlexRun run(pms);
    for (const auto encoding :
        {FakePms::Encoding::as_asked, FakePms::Encoding::xml, FakePms::Encoding::json}) {
        for (const bool odd : {false, true}) {
            pms.change([&](FakePms::Script& script) {
                script.encoding = encoding;
                script.json = {odd, odd, odd};
            });
            const auto present = present_of(run);
            ASSERT_TRUE(present) << present.error().message();
            ASSERT_EQ(present->devices.size(), 1U);
            EXPECT_EQ(present->devices[0].device_id, "10439EFD");
            ASSERT_EQ(present->dvrs.size(), 1U);
            EXPECT_EQ(present->dvrs[0].devices[0].uri, "http://10.0.0.5:5004");
        }
    }
}

TEST(Server, KeepsThePathPrefixOfTheAddress) {
    FakePms pms({.path_prefix = "/behind/proxy"});
    PlexRun run(pms);
    const auto identity = run.run([](Server& server) { return server.identity(); });
    ASSERT_TRUE(identity) << identity.error().message();
    EXPECT_THAT(identity->version, StartsWith("1.43"));
    run.options().url = *Url::parse(pms.url() + "/");
    EXPECT_TRUE(present_of(run));
}

TEST(Server, WaitsForAServerThatStarts) {
    FakePms pms;
    PlexRun run(pms);
    pms.answer_next({503, 503, 0, 404, 401, 502});
    EXPECT_TRUE(present_of(run));
    EXPECT_EQ(pms.requests().size(), 8U);
}

TEST(Server, AWrongTokenIsSaidAndNotShown) {
    FakePms pms;
    PlexRun run(pms);
    run.options().token = Secret("wr0ng-t0ken");
    const auto present = present_of(run);
    ASSERT_FALSE(present);
    EXPECT_EQ(present.error().http_status(), 401);
    EXPECT_THAT(present.error().message(), HasSubstr("does not take the token"));
    EXPECT_THAT(present.error().message(), Not(HasSubstr("wr0ng")));
    EXPECT_THAT(run.log(), Not(HasSubstr("wr0ng")));
    EXPECT_THAT(pms.requests(), Each(Not(HasSubstr("wr0ng"))));
}

TEST(Server, ARefusalWithStatus200IsAnError) {
    FakePms pms;
    PlexRun run(pms);
    const auto created = run.run([](Server& server) {
        return server.create_dvr("device://tv.plex.grabbers.hdhomerun/NONE", "lineup://x");
    });
    ASSERT_FALSE(created);
    EXPECT_THAT(created.error().message(), HasSubstr("The device does not exist"));
    EXPECT_FALSE(is_passing(created.error()));
}

TEST(Server, GivesUpOnAServerThatNeverStarts) {
    FakePms pms;
    PlexRun run(pms);
    run.options().patience = std::chrono::milliseconds(30);
    pms.answer_next(std::vector<int>(1'000, 503));
    const auto present = present_of(run);
    ASSERT_FALSE(present);
    EXPECT_TRUE(is_passing(present.error()));
    EXPECT_THAT(present.error().message(), HasSubstr("starting"));
}

TEST(Server, TheTokenDoesNotFollowARedirect) {
    FakePms pms;
    plex_tuner::testing::ScriptedProvider proxy;
    proxy.on("/media/grabbers/devices",
        plex_tuner::testing::behave::redirect(pms.url() + "/media/grabbers/devices"));
    PlexRun run(pms);
    run.options().url = *Url::parse(proxy.url(""));
    const auto present = present_of(run);
    ASSERT_FALSE(present);
    EXPECT_THAT(present.error().message(), HasSubstr("address of the server is another one"));
    EXPECT_TRUE(pms.requests().empty());
}

TEST(Server, AMapThatDoesNotFitARequestIsNotSentInParts) {
    FakePms pms;
    PlexRun run(pms);
    const std::vector<ChannelMapping> map(10'000,
        {.channel_key = "key", .device_identifier = "number", .lineup_identifier = "number"});
    const auto set = run.run([&](Server& server) { return server.set_channel_map("1", map); });
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().code(), ErrorCode::too_large);
    EXPECT_LT(set.error().message().size(), 400U);
    EXPECT_TRUE(pms.requests().empty());
}

TEST(Server, WhatIsGoneAlreadyIsRemoved) {
    FakePms pms;
    PlexRun run(pms);
    EXPECT_TRUE(run.run([](Server& server) { return server.remove_dvr("99"); }));
    EXPECT_TRUE(run.run([](Server& server) { return server.remove_device("99"); }));
}

} // namespace
} // namespace plex_tuner::plex
