// SPDX-License-Identifier: GPL-3.0-or-later
// `plex-tuner plex-probe-overrides` on media made by ffmpeg, and a tuner that runs with what it
// wrote.
#include "playlists.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <csignal>
#include <fstream>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string& hevc_clip() {
    return made_clip("hevc_aac_8s", 8,
        {"-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=25",
            "-b:v", "500k", "-c:a", "aac", "-b:a", "96k"});
}

const std::string& interlaced_clip() {
    return made_clip("h264_interlaced_8s", 8,
        {"-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-flags", "+ildct+ilme",
            "-x264opts", "tff=1", "-b:v", "900k", "-c:a", "mp2", "-b:a", "192k"});
}

const std::string& he_aac_clip() {
    return made_clip("h264_aac24_8s", 8,
        {"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-b:v", "800k", "-c:a",
            "aac", "-ar", "24000", "-b:a", "48k"});
}

class ProbeOverrides : public ::testing::Test {
protected:
    /// A tuner with two channels of an account that allows one connection.
    void start_on_one_connection() {
        account_ = settings();
        account_.insert({{"PROVIDER_URL", provider_.url("")}, {"PROVIDER_USER", "joe"},
            {"PROVIDER_PASS", "hunter2"}, {"PROVIDER_MAX_CONNECTIONS", "1"}, {"LINGER", "0"},
            {"SHARED_DIR", tuner_.file("shared").string()}});
        list({{"one", provider_.url(kOne)}, {"two", provider_.url(kTwo)}});
        for (const char* path : {kOne, kTwo}) {
            provider_.on(path, behave::endless(h264_clip(), 600'000));
        }
        tuner_.start({.settings = account_});
        ASSERT_TRUE(tuner_.wait_until_ready()) << log();
    }

    /// A probe beside it.
    [[nodiscard]] std::unique_ptr<ChildProcess> start_probe(std::vector<std::string> flags) const {
        std::map<std::string, std::string> environment{{"HOME", tuner_.directory().string()}};
        for (const auto& [name, value] : account_) {
            environment["PLEX_TUNER_" + name] = value;
        }
        flags.insert(flags.begin(), {PT_TUNER_BINARY, "plex-probe-overrides", "-json"});
        return std::make_unique<ChildProcess>(ChildOptions{
            .arguments = flags, .environment = environment, .directory = tuner_.directory()});
    }

    /// A channel whose address plays `clip` at more than its own pace.
    std::string live(const std::string& path, const std::string& clip) {
        provider_.on(path, behave::stream_once(clip, 4'000'000));
        return provider_.url(path);
    }

    void list(const std::vector<std::pair<std::string, std::string>>& channels) {
        provider_.on("/list.m3u", behave::content(playlist_of(channels)));
    }

    [[nodiscard]] std::map<std::string, std::string> settings() const {
        return {{"M3U_URL", provider_.url("/list.m3u")}, {"LIVE_ONLY", "1"},
            {"PROVIDER_RATE", "1000"},
            {"PROFILE_OVERRIDES_FILE", tuner_.file("profiles.json").string()},
            {"TRANSCODE_OVERRIDES_FILE", tuner_.file("transcode.json").string()}};
    }

    int run(const std::string& subcommand, const std::vector<std::string>& flags,
        const std::map<std::string, std::string>& settings) {
        tuner_.launch({.subcommand = subcommand, .flags = flags, .settings = settings});
        return tuner_.process().wait(std::chrono::seconds(120)).value_or(-1);
    }

    int index() { return run("index", {}, settings()); }

    int probe(std::vector<std::string> flags = {}) {
        flags.insert(flags.begin(), {"-seconds", "2"});
        return run("plex-probe-overrides", flags, settings());
    }

    [[nodiscard]] std::string log() { return tuner_.process().stderr_text(); }

    [[nodiscard]] std::string output() { return tuner_.process().stdout_text(); }

    [[nodiscard]] json content(const std::string& name) const {
        std::ifstream file(tuner_.file(name));
        return file ? json::parse(file) : json();
    }

    static json row_of(const json& report, const std::string& name) {
        for (const json& row : report.at("channels")) {
            if (row.at("name") == name) {
                return row;
            }
        }
        ADD_FAILURE() << name << " is not in " << report.dump(2);
        return {};
    }

    static constexpr const char* kOne = "/live/joe/hunter2/1.ts";
    static constexpr const char* kTwo = "/live/joe/hunter2/2.ts";
    std::map<std::string, std::string> account_;
    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(ProbeOverrides, AChannelIsJudgedEnteredAndPlayedAccordingly) {
    provider_.on("/gone.ts", behave::status(404));
    list({{"good", live("/good.ts", h264_clip())}, {"hevc", live("/hevc.ts", hevc_clip())},
        {"fields", live("/fields.ts", interlaced_clip())}, {"low", live("/low.ts", he_aac_clip())},
        {"gone", provider_.url("/gone.ts")}});
    ASSERT_EQ(index(), 0) << log();
    EXPECT_EQ(probe({"-json"}), 2) << log();
    const json report = json::parse(output());
    EXPECT_EQ(report.at("probed"), 4);
    EXPECT_EQ(report.at("failed"), 1);
    const json good = row_of(report, "good");
    EXPECT_EQ(good.at("transcode"), false);
    EXPECT_EQ(good.at("video"), "h264");
    EXPECT_EQ(good.at("frame_rate"), 25);
    EXPECT_EQ(good.at("audio_profile"), "LC");
    EXPECT_EQ(good.at("channels"), 2);
    EXPECT_NEAR(good.at("bits_per_second").get<double>(), 1'400'000, 300'000);
    const json hevc = row_of(report, "hevc");
    EXPECT_EQ(hevc.at("transcode_profile"), "plexsafe");
    EXPECT_EQ(hevc.at("reasons").at(0).at("reason"), "video-codec");
    EXPECT_EQ(row_of(report, "fields").at("transcode_profile"), "aaccfr");
    EXPECT_EQ(row_of(report, "fields").at("reasons").at(0).at("reason"), "interlaced");
    EXPECT_EQ(row_of(report, "low").at("reasons").at(0).at("reason"), "aac-profile");
    EXPECT_THAT(row_of(report, "gone").at("error").get<std::string>(), HasSubstr("404"));
    EXPECT_EQ(provider_.count("/good.ts"), 1U);
    EXPECT_EQ(content("profiles.json").size(), 3U);
    EXPECT_EQ(content("transcode.json").size(), 3U);

    auto with = settings();
    with["STREAM_TRANSCODE"] = "auto_cached";
    with["TUNER_COUNT"] = "4";
    provider_.on("/hevc.ts", behave::endless(hevc_clip(), 400'000));
    provider_.on("/good.ts", behave::endless(h264_clip(), 400'000));
    tuner_.start({.settings = with});
    ASSERT_TRUE(tuner_.wait_until_ready()) << log();
    StreamClient transcoded(tuner_.port(), "/auto/v2");
    ASSERT_TRUE(transcoded.read(200'000)) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"stream chosen", "profile=plexsafe", "reason=transcode-override"}))
        << log();
    StreamClient as_it_is(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(as_it_is.read(100'000)) << log();
    EXPECT_TRUE(tuner_.process().wait_for_line({"stream chosen", "reason=auto-cached-miss"}))
        << log();
}

TEST_F(ProbeOverrides, WhatSomebodyEnteredStaysAndAnEarlierProbeIsBroughtUpToDate) {
    list(
        {{"one", live("/one.ts", interlaced_clip())}, {"two", live("/two.ts", interlaced_clip())}});
    ASSERT_EQ(index(), 0) << log();
    std::ofstream(tuner_.file("profiles.json")) << R"({"2": "tablet", "elsewhere": "low"})";
    ASSERT_EQ(probe(), 0) << log();
    EXPECT_THAT(output(), AllOf(HasSubstr("aaccfr, for interlaced"),
                              HasSubstr("entered by hand and kept: profile tablet"),
                              HasSubstr("2 channels probed, 0 could not be; 2 to be transcoded"),
                              HasSubstr("wrote "), HasSubstr("SIGHUP")));
    const json profiles = content("profiles.json");
    EXPECT_EQ(profiles.size(), 3U);
    EXPECT_EQ(profiles.at("2"), "tablet");
    EXPECT_EQ(profiles.at("elsewhere"), "low");
    EXPECT_EQ(content("transcode.json").size(), 2U);

    static_cast<void>(live("/one.ts", h264_clip()));
    ASSERT_EQ(probe({"-channel-id", "1"}), 0) << log();
    EXPECT_EQ(content("profiles.json").size(), 2U) << content("profiles.json");
    EXPECT_EQ(content("transcode.json").size(), 1U);
    EXPECT_EQ(provider_.count("/two.ts"), 1U) << "only what was asked for";
    ASSERT_EQ(probe({"-channel-id", "one.example"}), 0) << log();
    EXPECT_THAT(output(), HasSubstr("the files say so already"));
}

TEST_F(ProbeOverrides, WhatIsEnteredWhileItRunsStays) {
    const auto entering = [&](const std::string& name, const std::string& text) {
        provider_.on(
            "/one.ts", [path = tuner_.file(name), text,
                           play = behave::stream_once(interlaced_clip(), 4'000'000)](
                           ProviderConnection& connection, const ProviderRequest& request) {
                std::ofstream(path) << text;
                play(connection, request);
            });
    };
    list({{"one", provider_.url("/one.ts")}});
    ASSERT_EQ(index(), 0) << log();
    entering("profiles.json", R"({"elsewhere": "low"})");
    ASSERT_EQ(probe(), 0) << log();
    EXPECT_EQ(content("profiles.json"), json({{"one.example", "aaccfr"}, {"elsewhere", "low"}}));
    entering("transcode.json", R"({"1": "perhaps"})");
    EXPECT_EQ(probe({"-json"}), 1);
    EXPECT_THAT(log(), AllOf(HasSubstr("transcode.json"), HasSubstr("not written")));
    EXPECT_EQ(content("transcode.json").at("1"), "perhaps");
    EXPECT_EQ(row_of(json::parse(output()), "one").at("interlaced"), true) << "not in vain";
}

TEST_F(ProbeOverrides, ALookThatDidNotLastTakesNothingBack) {
    list({{"one", live("/one.ts", interlaced_clip())}});
    ASSERT_EQ(index(), 0) << log();
    ASSERT_EQ(probe(), 0) << log();
    const json before = content("profiles.json");
    ASSERT_EQ(before.size(), 1U);
    const std::string& clip = h264_clip();
    provider_.on("/one.ts", behave::cut(clip, clip.size() / 20));
    EXPECT_EQ(probe({"-json"}), 2) << log();
    const json row = row_of(json::parse(output()), "one");
    EXPECT_EQ(row.at("probed"), false);
    EXPECT_EQ(row.at("video"), "h264") << "it was seen";
    EXPECT_THAT(row.at("error").get<std::string>(), Not(IsEmpty()));
    EXPECT_EQ(content("profiles.json"), before);
    EXPECT_EQ(content("transcode.json").size(), 1U);
}

TEST_F(ProbeOverrides, CtrlCInMidLookTakesNothingBack) {
    list({{"one", live("/one.ts", interlaced_clip())}});
    ASSERT_EQ(index(), 0) << log();
    ASSERT_EQ(probe(), 0) << log();
    const json before = content("profiles.json");
    ASSERT_EQ(before.size(), 1U);
    std::promise<void> seen; // more than sockets hold was taken
    provider_.on(
        "/one.ts", [&, play = h264_clip()](ProviderConnection& connection, const ProviderRequest&) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n");
            for (std::size_t sent = 0; sent < 24'000'000; sent += play.size()) {
                connection.send(play);
            }
            seen.set_value();
            (void)connection.wait_until_closed();
        });
    tuner_.launch({.subcommand = "plex-probe-overrides",
        .flags = {"-timeout", "600", "-seconds", "600", "-json"},
        .settings = settings()});
    ASSERT_EQ(seen.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    tuner_.process().signal(SIGINT);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(30)), 130) << log();
    EXPECT_EQ(row_of(json::parse(output()), "one").at("probed"), false);
    EXPECT_EQ(row_of(json::parse(output()), "one").at("video"), "h264") << output();
    EXPECT_EQ(content("profiles.json"), before);
}

TEST_F(ProbeOverrides, AChannelLeftByHandIsNotCountedAsTranscoded) {
    list({{"one", live("/one.ts", interlaced_clip())}});
    ASSERT_EQ(index(), 0) << log();
    std::ofstream(tuner_.file("transcode.json")) << R"({"1": false})";
    ASSERT_EQ(probe(), 0) << log();
    EXPECT_THAT(
        output(), AllOf(HasSubstr("kept: do not transcode"), HasSubstr("; 0 to be transcoded")));
}

TEST_F(ProbeOverrides, APasswordInAnAddressIsNoKey) {
    std::ofstream(tuner_.file("lineup.json")) << json::array({{{"GuideNumber", "3"},
        {"GuideName", "three"}, {"URL", live("/stream/joe/hunter2/3.ts", interlaced_clip())}}});
    EXPECT_EQ(probe({"-json", "-lineup-json", tuner_.file("lineup.json").string()}), 0) << log();
    EXPECT_EQ(row_of(json::parse(output()), "three").at("key"), "3");
    EXPECT_THAT(output() + log(), Not(HasSubstr("hunter2")));
    EXPECT_EQ(content("profiles.json"), json({{"3", "aaccfr"}}));
}

TEST_F(ProbeOverrides, OneFileForTwoThingsIsExit2) {
    list({{"one", live("/one.ts", interlaced_clip())}});
    ASSERT_EQ(index(), 0) << log();
    const std::string file = tuner_.file("o.json").string();
    const std::string again = tuner_.file("./o.json").string();
    for (const auto& [one, other] :
        {std::pair("-emit-profile-overrides", "-emit-transcode-overrides"),
            std::pair("-emit-profile-overrides", "-record"),
            std::pair("-emit-transcode-overrides", "-record")}) {
        EXPECT_EQ(probe({one, file, other, again}), 2) << one << " " << other;
        EXPECT_THAT(log(), HasSubstr("the same file"));
    }
    EXPECT_EQ(provider_.count("/one.ts"), 0U);
}

TEST_F(ProbeOverrides, TheProfileForSoundMustBeThere) {
    list({{"one", live("/one.ts", interlaced_clip())}});
    ASSERT_EQ(index(), 0) << log();
    EXPECT_EQ(probe({"-sound-profile", "nosuch"}), 2);
    EXPECT_THAT(log(), HasSubstr("nosuch"));
    EXPECT_EQ(provider_.count("/one.ts"), 0U);
    auto with = settings();
    with["PROFILES_FILE"] = tuner_.file("own.json").string();
    std::ofstream(tuner_.file("own.json")) << R"({"mine": {}})";
    for (const char* name : {"mine", "audio-only"}) {
        EXPECT_EQ(run("plex-probe-overrides", {"-seconds", "2", "-sound-profile", name}, with), 0)
            << log();
    }
}

TEST_F(ProbeOverrides, AWrongFileOfOverridesEndsItBeforeAnythingIsAsked) {
    list({{"one", live("/one.ts", h264_clip())}});
    ASSERT_EQ(index(), 0) << log();
    std::ofstream(tuner_.file("transcode.json")) << R"({"1": "perhaps"})";
    EXPECT_EQ(probe(), 1);
    EXPECT_THAT(log(), AllOf(HasSubstr("transcode.json"), HasSubstr("1: expected")));
    EXPECT_EQ(provider_.count("/one.ts"), 0U);
    EXPECT_EQ(content("transcode.json").at("1"), "perhaps");
}

TEST_F(ProbeOverrides, TheLineupOfATunerThatRuns) {
    list({{"one", provider_.url("/one.ts")}, {"two", provider_.url("/two.ts")}});
    provider_.on("/one.ts", behave::endless(interlaced_clip(), 400'000));
    provider_.on("/two.ts", behave::status(404));
    auto with = settings();
    with["STREAM_TRANSCODE"] = "on"; // which is not what is to be judged
    with["BASE_URL"] = "http://elsewhere.example:1234";
    tuner_.start({.settings = with});
    ASSERT_TRUE(tuner_.wait_until_ready()) << log();
    const auto probed = run_command({PT_TUNER_BINARY, "plex-probe-overrides", "-base-url",
        tuner_.url(""), "-seconds", "2", "-json", "-emit-profile-overrides",
        tuner_.file("p.json").string(), "-record", tuner_.file("r.json").string()});
    EXPECT_EQ(probed.exit_code, 2) << probed.errors;
    const json report = json::parse(probed.output);
    EXPECT_EQ(row_of(report, "one").at("interlaced"), true);
    EXPECT_EQ(row_of(report, "one").at("key"), "1");
    EXPECT_THAT(row_of(report, "two").at("error").get<std::string>(), Not(IsEmpty()));
    EXPECT_EQ(content("p.json"), json({{"1", "aaccfr"}}));
    EXPECT_THAT(
        content("r.json").at("1").at("reasons").get<std::string>(), HasSubstr("interlaced"));
    const auto replaced = run_command({PT_TUNER_BINARY, "plex-probe-overrides", "-lineup-json",
        tuner_.url("/lineup.json"), "-replace-url-prefix",
        "http://elsewhere.example:1234=" + tuner_.url(""), "-channel-id", "1", "-seconds", "2"});
    EXPECT_EQ(replaced.exit_code, 0) << replaced.errors << replaced.output;
    EXPECT_THAT(replaced.output, AllOf(HasSubstr("interlaced"), HasSubstr("nothing is written")));
}

TEST_F(ProbeOverrides, WhereViewersHaveAllConnectionsNobodyIsAsked) {
    start_on_one_connection();
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(10'000)) << log();
    const auto probe = start_probe({});
    EXPECT_EQ(probe->wait(std::chrono::seconds(60)), 2) << probe->stderr_text();
    const json report = json::parse(probe->stdout_text());
    for (const char* name : {"one", "two"}) {
        EXPECT_THAT(row_of(report, name).at("error").get<std::string>(), HasSubstr("in use"));
    }
    EXPECT_EQ(provider_.count(kTwo), 0U);
    EXPECT_THAT(probe->stdout_text() + probe->stderr_text(), Not(HasSubstr("hunter2")));
}

TEST_F(ProbeOverrides, AProbeGivesWayToAViewer) {
    start_on_one_connection();
    const auto probe = start_probe({"-channel-id", "1", "-seconds", "300", "-timeout", "300"});
    ASSERT_TRUE(provider_.wait_for_requests(kOne, 1)) << probe->stderr_text();
    StreamClient viewer(tuner_.port(), "/auto/v2");
    ASSERT_EQ(viewer.reply().status, 200) << log();
    ASSERT_TRUE(viewer.read(10'000)) << log();
    EXPECT_EQ(provider_.most_open(kOne), 1U);
    EXPECT_EQ(probe->wait(std::chrono::seconds(60)), 2) << probe->stderr_text();
    EXPECT_THAT(row_of(json::parse(probe->stdout_text()), "one").at("error").get<std::string>(),
        AnyOf(HasSubstr("given up for a viewer"), HasSubstr("in use")));
}

TEST_F(ProbeOverrides, CtrlCLeavesWhatWasFound) {
    list({{"one", live("/one.ts", interlaced_clip())}, {"two", provider_.url("/two.ts")}});
    std::promise<void> asked;
    provider_.on("/two.ts", [&](ProviderConnection& connection, const ProviderRequest&) {
        asked.set_value();
        (void)connection.wait_until_closed();
    });
    ASSERT_EQ(index(), 0) << log();
    tuner_.launch({.subcommand = "plex-probe-overrides",
        .flags = {"-timeout", "60"},
        .settings = settings()});
    ASSERT_EQ(asked.get_future().wait_for(std::chrono::seconds(60)), std::future_status::ready);
    tuner_.process().signal(SIGINT);
    EXPECT_EQ(tuner_.process().wait(std::chrono::seconds(30)), 130) << log();
    EXPECT_THAT(output(), HasSubstr("NOT PROBED: interrupted"));
    EXPECT_EQ(content("profiles.json").size(), 1U);
}

TEST_F(ProbeOverrides, AWrongCommandLineIsExit2) {
    for (const std::vector<std::string>& flags :
        {std::vector<std::string>{"-timeout", "0"}, {"-limit", "few"}, {"-concurrency", "17"},
            {"-replace-url-prefix", "x"}, {"-base-url", "ftp://x"}, {"-channel", "1"}}) {
        EXPECT_EQ(probe(flags), 2) << flags[0];
    }
    list({{"one", live("/one.ts", h264_clip())}});
    EXPECT_EQ(probe(), 1) << "no catalog";
    EXPECT_THAT(log(), HasSubstr("plex-tuner index"));
    ASSERT_EQ(index(), 0) << log();
    EXPECT_EQ(probe({"-channel-id", "nobody"}), 2);
    EXPECT_THAT(log(), HasSubstr("nobody"));
    EXPECT_EQ(probe({"-help"}), 0);
    EXPECT_THAT(output(), AllOf(HasSubstr("-replace-url-prefix"), HasSubstr("-sound-profile")));
}

} // namespace
} // namespace plex_tuner::testing
