// SPDX-License-Identifier: GPL-3.0-or-later
// Connections of an account, counted over processes.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class Slots : public ::testing::Test {
protected:
    Slots() {
        provider_.on("/list.m3u",
            behave::content(playlist_of({{"one", provider_.url("/live/joe/hunter2/1.ts")},
                {"two", provider_.url("/live/joe/hunter2/2.ts")}})));
        for (const char* path : {"/live/joe/hunter2/1.ts", "/live/joe/hunter2/2.ts"}) {
            provider_.on(path, behave::endless(h264_clip(), 600'000));
        }
    }

    void start(Tuner& tuner, const std::string& allowed) {
        tuner.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"LIVE_ONLY", "1"},
                         {"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "joe"},
                         {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", allowed},
                         {"SHARED_DIR", (shared_.path() / "shared").string()}, {"LINGER", "0"}}});
        ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    }

    TemporaryDirectory shared_;
    ScriptedProvider provider_;
    Tuner one_;
    Tuner other_;
};

TEST_F(Slots, AnotherProcessDoesNotOpenMoreThanTheAccountAllows) {
    start(one_, "1");
    start(other_, "1");
    StreamClient viewer(one_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000));
    const HttpReply refused = other_.get("/auto/v2");
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.body, HasSubstr("the one connection of the account is in use"));
    EXPECT_EQ(provider_.count("/live/joe/hunter2/2.ts"), 0U);
    // Both processes know whose it is.
    EXPECT_THAT(other_.get("/metrics").body,
        ContainsRegex("plex_tuner_account_viewer_connections\\{account=\"[0-9a-f]+\"\\} 1\n"));
    EXPECT_THAT(other_.get("/").body, HasSubstr("1 in use on account"));
}

TEST_F(Slots, TheSlotOfAKilledProcessIsFree) {
    start(one_, "1");
    start(other_, "1");
    StreamClient viewer(one_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000));
    one_.kill();
    StreamClient next(other_.port(), "/auto/v2");
    EXPECT_TRUE(next.read(10'000));
}

TEST_F(Slots, AViewerWhoChangesTheChannelNeedNotWait) {
    start(one_, "1");
    {
        StreamClient viewer(one_.port(), "/auto/v1");
        ASSERT_TRUE(viewer.read(10'000));
    }
    StreamClient next(one_.port(), "/auto/v2");
    EXPECT_TRUE(next.read(10'000));
}

TEST_F(Slots, ARefusalOfTheProviderIsRememberedByAll) {
    start(one_, "0");
    start(other_, "0");
    StreamClient viewer(one_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000));
    provider_.on("/live/joe/hunter2/2.ts", behave::status(458));
    EXPECT_EQ(other_.get("/auto/v2").status, 503);
    const std::size_t asked = provider_.count("/live/joe/hunter2/2.ts");
    EXPECT_EQ(asked, 1U);
    EXPECT_THAT(other_.get("/auto/v2").body, HasSubstr("in use"));
    EXPECT_EQ(provider_.count("/live/joe/hunter2/2.ts"), asked) << "it has learnt";
}

} // namespace
} // namespace plex_tuner::testing
