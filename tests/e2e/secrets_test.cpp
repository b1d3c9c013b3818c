// SPDX-License-Identifier: GPL-3.0-or-later
// Planted credentials must not come out anywhere but at the provider.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Secrets, StayOutOfLogsPagesMetricsAndDumps) {
    ScriptedProvider provider;
    provider.on("/get.php",
        behave::content(playlist_of({{"one", provider.url("/live/plantuser/plantpass/1.ts")},
            {"two", provider.url("/live/plantuser/plantpass/2.ts")},
            {"three", provider.url("/3.ts?token=planttoken")}})));
    provider.on("/live/plantuser/plantpass/1.ts", behave::endless(h264_clip(), 400'000));
    Tuner tuner;
    const std::map<std::string, std::string> settings = {{"PROVIDER_URL", provider.url("")},
        {"PROVIDER_USER", "plantuser"}, {"PROVIDER_PASS", "plantpass"}, {"LOG_LEVEL", "debug"}};
    tuner.start({.settings = settings});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    {
        StreamClient viewer(tuner.port(), "/auto/v1");
        ASSERT_TRUE(viewer.read(100'000));
    }
    EXPECT_EQ(tuner.get("/auto/v2").status, 503);
    EXPECT_EQ(tuner.get("/auto/v3").status, 503);
    std::string seen = tuner.get("/").body + tuner.get("/metrics").body +
                       tuner.get("/lineup.json").body + tuner.get("/live.m3u").body +
                       tuner.get("/discover.json").body + tuner.get("/healthz").body;
    EXPECT_EQ(tuner.stop(), 0);
    seen += tuner.process().stderr_text() + tuner.process().stdout_text();

    tuner.launch({.subcommand = "config", .settings = settings});
    EXPECT_EQ(tuner.process().wait(), 0);
    EXPECT_THAT(tuner.process().stdout_text(), HasSubstr("PROVIDER_PASS"));
    seen += tuner.process().stderr_text() + tuner.process().stdout_text();

    EXPECT_THAT(seen, Not(HasSubstr("plantpass")));
    EXPECT_THAT(seen, Not(HasSubstr("planttoken")));
    EXPECT_THAT(seen, Not(HasSubstr("/plantuser/")));
}

TEST(Secrets, CatalogIsReadableByItsOwnerOnly) {
    ScriptedProvider provider;
    provider.on(
        "/list.m3u", behave::content(playlist_of({{"one", provider.url("/live/u/p/1.ts")}})));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.wait_until_ready());
    using std::filesystem::perms;
    EXPECT_EQ(std::filesystem::status(tuner.file("catalog.json")).permissions(),
        perms::owner_read | perms::owner_write);
}

TEST(Secrets, CredentialsInAUrlGoToThatHostOnly) {
    ScriptedProvider provider;
    ScriptedProvider elsewhere;
    elsewhere.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    provider.on("/list.m3u", behave::redirect(elsewhere.url("/list.m3u")));
    Tuner tuner;
    const std::string with_user =
        "http://plantuser:plantpass@127.0.0.1:" + std::to_string(provider.port()) + "/list.m3u";
    tuner.start({.settings = {{"M3U_URL", with_user}}});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    EXPECT_THAT(provider.requests("/list.m3u")[0].header("authorization"), HasSubstr("Basic "));
    EXPECT_EQ(elsewhere.requests("/list.m3u")[0].header("authorization"), "");
    EXPECT_THAT(tuner.process().stderr_text(), Not(HasSubstr("plantpass")));
}

} // namespace
} // namespace plex_tuner::testing
