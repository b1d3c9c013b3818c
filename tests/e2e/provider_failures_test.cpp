// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever the provider answers, the log names it and the last good lineup stays.
#include "playlists.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

struct Failure {
    std::string name;
    Behaviour behaviour;
    std::string named_in_log; ///< a word of the error line
};

std::string gzip_of(const std::string& text) {
    const TemporaryDirectory scratch;
    const std::string file = (scratch.path() / "list").string();
    std::ofstream(file, std::ios::binary) << text;
    return run_command({"gzip", "-c", file}).output;
}

void PrintTo(const Failure& failure, std::ostream* out) {
    *out << failure.name;
}

class ProviderFailure : public ::testing::TestWithParam<Failure> {};

TEST_P(ProviderFailure, IsNamedAndTheLastGoodLineupStays) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")},
                                 {"two", provider.url("/2.ts")}})));
    Tuner tuner;
    const TunerOptions options{
        .settings = {{"M3U_URL", provider.url("/list.m3u")}, {"FIRST_BYTE_TIMEOUT", "2s"},
            {"STALL_TIMEOUT", "2s"}, {"CONNECT_TIMEOUT", "2s"}}};
    tuner.start(options);
    ASSERT_TRUE(tuner.wait_until_ready());

    provider.on("/list.m3u", GetParam().behaviour);
    const std::size_t before = tuner.process().lines();
    tuner.process().signal(SIGHUP);
    const auto line = tuner.process().wait_for_line(
        {"error", "the last good lineup stays"}, std::chrono::seconds(90), before);
    ASSERT_TRUE(line) << tuner.process().stderr_text();
    EXPECT_THAT(*line, HasSubstr(GetParam().named_in_log));
    EXPECT_THAT(*line, HasSubstr(provider.url("/list.m3u")));
    EXPECT_EQ(nlohmann::json::parse(tuner.get("/lineup.json").body).size(), 2u);

    // Neither is it lost for the next start, with the provider still failing.
    ASSERT_EQ(tuner.stop(), 0);
    tuner.start(options);
    EXPECT_EQ(nlohmann::json::parse(tuner.get("/lineup.json").body).size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(All, ProviderFailure,
    ::testing::Values(Failure{"Unavailable", behave::status(503, {"Retry-After: 0"}), "503"},
        Failure{"Forbidden", behave::status(403, {"Retry-After: 0"}), "403"},
        Failure{"TooManyRequests", behave::status(429, {"Retry-After: 0"}), "429"},
        Failure{"NotFound", behave::status(404), "404"},
        Failure{"HtmlWith200",
            behave::content("<!doctype html><html><body>Blocked</body></html>", "text/html"),
            "HTML"},
        Failure{"JsonWith200", behave::content("{\"user_info\":{\"auth\":0}}", "application/json"),
            "JSON"},
        Failure{"Empty", behave::content(""), "empty"},
        Failure{"HeaderOnly", behave::content("#EXTM3U\n"), "no live channel"},
        Failure{"HalfAGzip",
            behave::content(gzip_of("#EXTM3U\n#EXTINF:-1,a\nhttp://h/1.ts\n").substr(0, 30)),
            "gzip"},
        Failure{"EndlessHeader", behave::endless_header(), "header"},
        Failure{"CutBody", behave::cut("#EXTM3U\n#EXTINF:-1,a\nhttp://h/1.ts\n", 20), "list.m3u"},
        Failure{"Stall", behave::stall("#EXTM3U\n#EXTINF:-1,a\nhttp://h/1.ts\n", 20), "no data"},
        Failure{"Silence", behave::silent(), "no answer"},
        Failure{"HlsInsteadOfAList",
            behave::content("#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\n1.ts\n"), "HLS"}),
    [](const auto& info) { return info.param.name; });

TEST(ProviderDown, AtTheFirstStartIsWaitedFor) {
    ScriptedProvider provider;
    provider.on("/list.m3u", behave::status(503, {"Retry-After: 0"}));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.process().wait_for_line({"will be tried again"}, std::chrono::seconds(60)));
    EXPECT_EQ(tuner.get("/healthz").status, 200);
    EXPECT_EQ(tuner.get("/readyz").status, 503);
    EXPECT_EQ(nlohmann::json::parse(tuner.get("/lineup.json").body).size(), 0u);

    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    tuner.process().signal(SIGHUP);
    EXPECT_TRUE(tuner.wait_until_ready());
}

TEST(ProviderUrls, TheNextPlaylistIsTriedWhenOneFails) {
    ScriptedProvider provider;
    provider.on("/b/get.php", behave::content(playlist_of({{"one", provider.url("/1.ts")}})));
    Tuner tuner;
    tuner.start({.settings = {{"PROVIDER_URLS", provider.url("/a") + "," + provider.url("/b")},
                     {"PROVIDER_USER", "u"}, {"PROVIDER_PASS", "planted-secret"}}});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    EXPECT_GE(provider.count("/a/get.php"), 1u);
    EXPECT_THAT(
        provider.requests("/b/get.php")[0].target, HasSubstr("username=u&password=planted-secret"));
    EXPECT_EQ(tuner.process().stderr_text().find("planted-secret"), std::string::npos);
}

TEST(PlaylistLines, SkippedOnesAreCountedByReason) {
    ScriptedProvider provider;
    provider.on("/list.m3u",
        behave::content(
            "#EXTM3U\n#EXTINF:-1,good\n" + provider.url("/1.ts") +
            "\n#EXTINF:-1,bad\n[NO PUBLIC STREAM]\n#EXTINF:-1,worse\n[NO PUBLIC STREAM]\n"));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    const auto line =
        tuner.process().wait_for_line({"playlist lines skipped", "count=2", "first_line="});
    EXPECT_TRUE(line) << tuner.process().stderr_text();
    EXPECT_TRUE(tuner.wait_until_ready());
}

} // namespace
} // namespace plex_tuner::testing
