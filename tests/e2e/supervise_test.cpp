// SPDX-License-Identifier: GPL-3.0-or-later
// Several tuners under a supervisor, with real processes in a network of their own.
#include "playlists.hpp"
#include "support/fake_pms.hpp"
#include "support/media.hpp"
#include "support/private_network.hpp"
#include "support/scripted_provider.hpp"
#include "support/tuner.hpp"

#include <csignal>
#include <fstream>
#include <functional>
#include <set>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace plex_tuner::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr std::uint16_t kPage = 5099;

/// A process that is watched for its end.
class Watched {
public:
    explicit Watched(pid_t pid)
        : descriptor_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U))) {}

    ~Watched() { ::close(descriptor_); }

    Watched(const Watched&) = delete;
    Watched& operator=(const Watched&) = delete;

    [[nodiscard]] bool ends(seconds limit = seconds(20)) const {
        pollfd gone{.fd = descriptor_, .events = POLLIN, .revents = 0};
        return ::poll(&gone, 1, static_cast<int>(std::chrono::milliseconds(limit).count())) == 1;
    }

    [[nodiscard]] bool runs() const { return descriptor_ >= 0 && !ends(seconds(0)); }

private:
    int descriptor_;
};

class Supervise : public ::testing::Test {
protected:
    void SetUp() override {
        if (!PrivateNetwork::is_possible()) {
            GTEST_SKIP() << "needs root, for ports that nobody else has";
        }
        network_ = std::make_unique<PrivateNetwork>();
        provider_ = std::make_unique<ScriptedProvider>();
        provider_->on("/list.m3u", behave::content(playlist_of({{"one", provider_->url("/1.ts")},
                                       {"two", provider_->url("/2.ts")}})));
        provider_->on("/guide.xml", behave::content(guide_of({"one", "two"}), "application/xml"));
        provider_->on("/1.ts", behave::endless(h264_clip(), 600'000));
        environment_ = {{"PATH", "/usr/bin:/bin"}, {"HOME", directory_.path().string()},
            {"PLEX_TUNER_SHARED_DIR", path("shared")}, {"PLEX_TUNER_SSDP_DISABLED", "1"},
            {"PLEX_TUNER_FETCH_STREAM_SAMPLE_SIZE", "0"},
            {"PLEX_TUNER_M3U_URL", provider_->url("/list.m3u")},
            {"PLEX_TUNER_XMLTV_URL", provider_->url("/guide.xml")}};
        for (const char* name :
            {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_SYMBOLIZER_PATH"}) {
            if (const char* value = std::getenv(name); value != nullptr) {
                environment_[name] = value;
            }
        }
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (directory_.path() / name).string();
    }

    [[nodiscard]] json tuner(const std::string& name, int port, json env = json::object()) const {
        env["PLEX_TUNER_ADDR"] = ":" + std::to_string(port);
        env["PLEX_TUNER_GUIDE_NUMBER_OFFSET"] = std::to_string((port - 5100) * 1000);
        return {{"name", name}, {"args", {"run", "-catalog", path(name + "/catalog.json")}},
            {"env", std::move(env)}};
    }

    void write(const json& instances, json top = json::object()) const {
        top["instances"] = instances;
        if (!top.contains("restart")) {
            top["restart"] = true;
        }
        std::ofstream(path("next.json")) << top.dump(2);
        std::filesystem::rename(path("next.json"), path("supervise.json"));
    }

    void launch(std::vector<std::string> flags = {}) {
        ChildOptions options{
            .arguments = {PT_TUNER_BINARY, "supervise", "-config", path("supervise.json")},
            .environment = environment_,
            .directory = directory_.path()};
        options.arguments.insert(options.arguments.end(), flags.begin(), flags.end());
        process_ = std::make_unique<ChildProcess>(options);
    }

    /// Until everything is ready.
    void start(const json& instances, const json& top = json::object()) {
        write(instances, top);
        launch();
        ASSERT_TRUE(process_->wait_for_line({"all children are ready"}, seconds(60)))
            << process_->stderr_text();
    }

    /// Runs to its end.
    CommandResult run(std::vector<std::string> flags) {
        launch(std::move(flags));
        const auto code = process_->wait(seconds(60));
        return {.exit_code = code.value_or(-1),
            .output = process_->stdout_text(),
            .errors = process_->stderr_text()};
    }

    int stop() {
        process_->signal(SIGTERM);
        return process_->wait(seconds(20)).value_or(-1);
    }

    [[nodiscard]] static json children() {
        return json::parse(http_get(kPage, "/api/children").body).at("children");
    }

    [[nodiscard]] static json child(const std::string& name) {
        for (const json& one : children()) {
            if (one.at("name") == name) {
                return one;
            }
        }
        return {};
    }

    [[nodiscard]] static pid_t pid_of(const std::string& name) {
        const json one = child(name);
        return one.is_null() || one.at("pid").is_null() ? -1 : one.at("pid").get<pid_t>();
    }

    /// HTTP has no way to await a state.
    static bool wait_until(const std::function<bool()>& condition, seconds limit = seconds(30)) {
        const auto deadline = std::chrono::steady_clock::now() + limit;
        while (!condition()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        return true;
    }

    TemporaryDirectory directory_;
    std::unique_ptr<PrivateNetwork> network_;
    std::unique_ptr<ScriptedProvider> provider_;
    std::map<std::string, std::string> environment_;
    std::unique_ptr<ChildProcess> process_;
};

TEST_F(Supervise, ChildrenAreOneThingToLookAt) {
    start({tuner("sports", 5101), tuner("news", 5102)});
    EXPECT_EQ(http_get(5101, "/readyz").status, 200);
    EXPECT_EQ(http_get(5102, "/readyz").status, 200);

    const json all = children();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].at("name"), "sports");
    EXPECT_EQ(all[0].at("state"), "ready");
    EXPECT_EQ(all[0].at("port"), 5101);
    EXPECT_EQ(all[0].at("channels"), 2);
    EXPECT_EQ(all[0].at("viewers"), 0);
    EXPECT_EQ(all[0].at("restarts"), 0);
    EXPECT_GT(all[0].at("pss_bytes"), 1'000'000);

    EXPECT_EQ(http_get(kPage, "/healthz").status, 200);
    EXPECT_EQ(http_get(kPage, "/readyz").status, 200);
    EXPECT_THAT(http_get(kPage, "/").body, AllOf(HasSubstr(">sports<"), HasSubstr(">news<")));
    EXPECT_THAT(http_get(kPage, "/metrics").body,
        AllOf(HasSubstr("\nplex_tuner_child_up{instance=\"news\"} 1\n"),
            HasSubstr("\nplex_tuner_lineup_channels{instance=\"sports\"} 2\n"
                      "plex_tuner_lineup_channels{instance=\"news\"} 2\n")));

    // Their lines stand in one log, under their names.
    EXPECT_TRUE(process_->wait_for_line({"[sports stderr] ", " serving ", "port=5101"}));
    EXPECT_TRUE(process_->wait_for_line({"[news stderr] ", " serving ", "port=5102"}));
    EXPECT_TRUE(process_->wait_for_line({"[news stdout] ", "http://"}));

    // From another terminal, and into the log.
    const CommandResult status =
        run_command({PT_TUNER_BINARY, "supervise", "-status", "-log-level", "error"});
    EXPECT_EQ(status.exit_code, 0) << status.errors;
    EXPECT_THAT(status.output, AllOf(HasSubstr("sports  ready"), HasSubstr("all     2 of 2")));
    process_->signal(SIGUSR1);
    EXPECT_TRUE(process_->wait_for_line({"all     2 of 2"}));

    const Watched sports(pid_of("sports"));
    EXPECT_EQ(stop(), 0) << process_->stderr_text();
    EXPECT_FALSE(sports.runs());
    EXPECT_TRUE(process_->wait_for_line({"child stopped", "child=sports", "status 0"}));
}

TEST_F(Supervise, OfWhatAllWantTheProviderIsAskedOnce) {
    start({tuner("a", 5101), tuner("b", 5102), tuner("c", 5103), tuner("d", 5104)});
    for (const int port : {5101, 5102, 5103, 5104}) {
        EXPECT_THAT(
            http_get(static_cast<std::uint16_t>(port), "/guide.xml").body, HasSubstr("one show"));
    }
    EXPECT_EQ(provider_->count("/list.m3u"), 1U);
    EXPECT_EQ(provider_->count("/guide.xml"), 1U);
    const std::filesystem::directory_iterator digests(path("shared/guides"));
    EXPECT_EQ(std::ranges::count_if(
                  digests, [](const auto& entry) { return entry.path().extension() == ".guide"; }),
        1)
        << "what one of them read of the guide";
    // Nor is it when a child comes back.
    ::kill(pid_of("b"), SIGKILL);
    ASSERT_TRUE(wait_until([] { return child("b").at("restarts") == 1; }));
    ASSERT_TRUE(wait_until([] { return http_get(kPage, "/readyz").status == 200; }));
    EXPECT_EQ(provider_->count("/list.m3u"), 1U);
    EXPECT_EQ(provider_->count("/guide.xml"), 1U);
    EXPECT_EQ(stop(), 0);
}

TEST_F(Supervise, AKilledChildIsBackAndTheOthersNoticeNothing) {
    start({tuner("a", 5101), tuner("b", 5102)});
    StreamClient viewer(5102, "/auto/v2001");
    ASSERT_TRUE(viewer.read(10'000));
    ASSERT_TRUE(wait_until([] { return child("b").at("viewers") == 1; }));
    const pid_t first = pid_of("a");
    const pid_t other = pid_of("b");
    const std::size_t line = process_->lines();
    ::kill(first, SIGKILL);
    EXPECT_TRUE(process_->wait_for_line(
        {"child ended, it is started again", "child=a", "killed by signal 9"}, seconds(20), line));
    EXPECT_TRUE(process_->wait_for_line({"child started", "child=a"}, seconds(20), line));
    ASSERT_TRUE(wait_until([] { return http_get(kPage, "/readyz").status == 200; }));
    EXPECT_NE(pid_of("a"), first);
    EXPECT_EQ(pid_of("b"), other);
    EXPECT_EQ(child("a").at("last_end"), "was killed by signal 9 (Killed)");
    EXPECT_EQ(child("b").at("restarts"), 0);
    EXPECT_TRUE(viewer.read(200'000));
    EXPECT_EQ(stop(), 0);
}

TEST_F(Supervise, OneThatKeepsEndingIsNamedAndDisturbsNobody) {
    std::ofstream(path("file")) << "no directory";
    write({tuner("good", 5101), tuner("bad", 5102, {{"PLEX_TUNER_STATE_DIR", path("file/below")}})},
        {{"restartDelay", "50ms"}});
    launch();
    ASSERT_TRUE(process_->wait_for_line({"it is started again", "child=bad", "in_a_row=3"}))
        << process_->stderr_text();
    ASSERT_TRUE(wait_until([] { return child("good").at("state") == "ready"; }));
    const HttpReply ready = http_get(kPage, "/readyz");
    EXPECT_EQ(ready.status, 503);
    EXPECT_THAT(ready.body, HasSubstr("\"not_ready\":[\"bad\"]"));
    EXPECT_EQ(child("bad").at("last_end"), "exited with status 1");
    EXPECT_THAT(http_get(kPage, "/metrics").body,
        HasSubstr("plex_tuner_child_ready{instance=\"bad\"} 0\n"));
    EXPECT_EQ(stop(), 0);
}

TEST_F(Supervise, FailFastEndsAllWhenOneIsGivenUp) {
    std::ofstream(path("file")) << "no directory";
    write({tuner("good", 5101), tuner("bad", 5102, {{"PLEX_TUNER_STATE_DIR", path("file/below")}})},
        {{"restartDelay", "1ms"}, {"failFast", true}});
    const CommandResult result = run({});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, AllOf(HasSubstr("a child failed, so all are stopped child=bad"),
                                   HasSubstr("child stopped child=good")));
}

TEST_F(Supervise, WithoutRestartsCommandsRunToTheirEnd) {
    const auto index = [&](const char* name) {
        return json{{"name", name}, {"args", {"index", "-catalog", path(name)}}};
    };
    write({index("a.json"), index("b.json")}, {{"restart", false}});
    const CommandResult result = run({});
    EXPECT_EQ(result.exit_code, 0) << result.errors;
    EXPECT_THAT(result.errors, HasSubstr("all children have ended"));
    EXPECT_TRUE(std::filesystem::exists(path("b.json")));
}

TEST_F(Supervise, SighupTouchesOnlyWhatChanged) {
    start({tuner("a", 5101), tuner("b", 5102), tuner("c", 5103)});
    const pid_t a = pid_of("a");
    const pid_t b = pid_of("b");
    const Watched c(pid_of("c"));
    // b is another process, c goes and d takes its port.
    write(
        {tuner("d", 5103), tuner("b", 5102, {{"PLEX_TUNER_TUNER_COUNT", "7"}}), tuner("a", 5101)});
    process_->signal(SIGHUP);
    ASSERT_TRUE(process_->wait_for_line(
        {"the new configuration is taken", "unchanged=1", "changed=b", "added=d", "removed=c"}))
        << process_->stderr_text();
    ASSERT_TRUE(wait_until([] { return http_get(kPage, "/readyz").status == 200; }));
    EXPECT_EQ(pid_of("a"), a);
    EXPECT_NE(pid_of("b"), b);
    EXPECT_FALSE(c.runs());
    EXPECT_EQ(json::parse(http_get(5102, "/discover.json").body).at("TunerCount"), 7);
    EXPECT_EQ(http_get(5103, "/readyz").status, 200);
    const json all = children();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].at("name"), "d") << "in the order of the file";
    EXPECT_EQ(stop(), 0);
}

TEST_F(Supervise, SighupWithABrokenConfigurationChangesNothing) {
    start({tuner("a", 5101), tuner("b", 5102)});
    const pid_t a = pid_of("a");
    const pid_t b = pid_of("b");
    write({tuner("a", 5101), tuner("b", 5101), {{"name", "c"}, {"args", {"rnu"}}}});
    process_->signal(SIGHUP);
    EXPECT_TRUE(process_->wait_for_line({"error", "instances[2] (c).args[0]", "did you mean run"}));
    EXPECT_TRUE(process_->wait_for_line({"error", "both want port 5101"}));
    EXPECT_TRUE(process_->wait_for_line({"new configuration is not taken, nothing was changed"}));
    std::ofstream(path("supervise.json")) << "{\"instances\": [";
    process_->signal(SIGHUP);
    EXPECT_TRUE(process_->wait_for_line({"error", "it is no JSON"}));
    EXPECT_EQ(pid_of("a"), a);
    EXPECT_EQ(pid_of("b"), b);
    EXPECT_EQ(stop(), 0);
}

TEST_F(Supervise, WhatCannotWorkIsSaidBeforeAnythingStarts) {
    write({tuner("a", 5101), tuner("b", 5101)}, {{"restrat", true}});
    for (const std::vector<std::string>& flags :
        std::vector<std::vector<std::string>>{{"-check"}, {}}) {
        const CommandResult result = run(flags);
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_THAT(result.errors,
            AllOf(HasSubstr("supervise.json: instances[0] (a) and instances[1] (b): both want port "
                            "5101 (PLEX_TUNER_ADDR)"),
                Not(HasSubstr("child started"))));
    }
    EXPECT_THAT(process_->stderr_text(), Not(HasSubstr("restrat"))) << "one thing at a time";
    EXPECT_EQ(provider_->connections(), 0U);

    write({tuner("a", 5101), tuner("b", 5102)}, {{"restrat", true}});
    const CommandResult good = run({"-check"});
    EXPECT_EQ(good.exit_code, 0);
    EXPECT_THAT(good.output, AllOf(HasSubstr("a      5101"), HasSubstr("b      5102")));
    EXPECT_THAT(good.errors, HasSubstr("restrat: unknown, ignored; did you mean restart?"));
    EXPECT_FALSE(std::filesystem::exists(path("a"))) << "nothing was made";
    EXPECT_EQ(json::parse(run({"-check", "-json"}).output).at("children").at(1).at("port"), 5102);
    std::filesystem::remove(path("supervise.json"));
    const CommandResult none = run({});
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_THAT(none.errors, HasSubstr("supervise.json"));
}

TEST_F(Supervise, ChildrenDoNotOutliveAKilledSupervisor) {
    start({tuner("a", 5101), tuner("b", 5102)});
    const Watched a(pid_of("a"));
    const Watched b(pid_of("b"));
    ASSERT_TRUE(a.runs());
    process_->signal(SIGKILL);
    EXPECT_TRUE(a.ends());
    EXPECT_TRUE(b.ends());
}

TEST_F(Supervise, AChildThatHangsIsSeenAndDoesNotHoldUpTheStop) {
    start({tuner("a", 5101), tuner("b", 5102)});
    ::kill(pid_of("a"), SIGSTOP);
    EXPECT_TRUE(wait_until([] { return child("a").at("state") == "not ready"; }));
    EXPECT_EQ(http_get(kPage, "/readyz").status, 503);
    EXPECT_EQ(child("b").at("state"), "ready");
    EXPECT_EQ(stop(), 0) << process_->stderr_text();
    EXPECT_THAT(process_->stderr_text(),
        AllOf(HasSubstr("child does not stop, it is killed child=a"),
            HasSubstr("child stopped child=a how=\"was killed by signal 9 (Killed)\""),
            HasSubstr("child stopped child=b how=\"exited with status 0\"")));
}

TEST_F(Supervise, AChildThatHangsForTooLongIsReplaced) {
    start({tuner("a", 5101), tuner("b", 5102)}, {{"hangTimeout", "2s"}});
    const pid_t hung = pid_of("a");
    const pid_t other = pid_of("b");
    const std::size_t line = process_->lines();
    ::kill(hung, SIGSTOP);
    EXPECT_TRUE(process_->wait_for_line(
        {"child hangs, it is killed", "child=a", "silent_s=2"}, seconds(30), line));
    EXPECT_TRUE(process_->wait_for_line({"child started", "child=a"}, seconds(30), line));
    ASSERT_TRUE(wait_until([] { return http_get(kPage, "/readyz").status == 200; }));
    EXPECT_NE(pid_of("a"), hung);
    EXPECT_EQ(pid_of("b"), other);
    EXPECT_EQ(stop(), 0);
}

TEST_F(Supervise, SecretsComeByFileAndStandInNoCommandLineAndNoLog) {
    const std::string secret = provider_->url("/get.php?username=joe&password=hunter2");
    provider_->on("/get.php", behave::content(playlist_of({{"one", provider_->url("/1.ts")}})));
    environment_.erase("PLEX_TUNER_M3U_URL");
    std::ofstream(path("secrets.env")) << "export PLEX_TUNER_M3U_URL='" << secret << "'\n";
    std::ofstream(path("second")) << secret << "\n";
    start({tuner("a", 5101),
              tuner("b", 5102,
                  {{"PLEX_TUNER_M3U_URL_FILE", path("second")}, {"PLEX_TUNER_M3U_URL", ""}})},
        {{"envFiles", {path("secrets.env")}}});
    EXPECT_EQ(child("a").at("channels"), 1);
    EXPECT_EQ(child("b").at("channels"), 1);
    for (const char* name : {"a", "b"}) {
        std::ifstream arguments("/proc/" + std::to_string(pid_of(name)) + "/cmdline");
        EXPECT_THAT(std::string(std::istreambuf_iterator<char>(arguments), {}),
            AllOf(HasSubstr("run"), Not(HasSubstr("hunter2"))));
    }
    EXPECT_THAT(http_get(kPage, "/api/children").body, Not(HasSubstr("hunter2")));
    EXPECT_EQ(stop(), 0);
    EXPECT_THAT(process_->stderr_text(), Not(HasSubstr("hunter2")));

    json open = tuner("a", 5101);
    open["args"].insert(open["args"].end(), {"-m3u", secret});
    write(json::array({open}));
    const CommandResult refused = run({});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.errors,
        AllOf(HasSubstr("args[4]: holds a password or token"), Not(HasSubstr("hunter2"))));
}

TEST_F(Supervise, ASecondOneDoesWithoutAPageUnlessItWasToldToHaveOne) {
    start(json::array({tuner("a", 5101)}));
    const auto first = std::move(process_);
    start(json::array({tuner("b", 5102)}));
    EXPECT_TRUE(process_->wait_for_line({"warn", "no page", "PLEX_TUNER_SUPERVISOR_ADDR"}));
    EXPECT_EQ(http_get(5102, "/readyz").status, 200);
    EXPECT_EQ(children().at(0).at("name"), "a");
    EXPECT_EQ(stop(), 0);
    write(json::array({tuner("b", 5102)}), {{"addr", "127.0.0.1:5099"}});
    const CommandResult refused = run({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.errors, AllOf(HasSubstr("cannot start"), HasSubstr("127.0.0.1:5099")));
    first->signal(SIGTERM);
    EXPECT_EQ(first->wait(), 0);
}

TEST_F(Supervise, AsJsonEveryLineOfTheLogIsAnObject) {
    environment_["PLEX_TUNER_LOG_FORMAT"] = "json";
    start(json::array({tuner("a", 5101)}));
    EXPECT_EQ(stop(), 0);
    std::istringstream log(process_->stderr_text());
    std::set<std::string> instances;
    for (std::string line; std::getline(log, line);) {
        const json object = json::parse(line, nullptr, false);
        ASSERT_TRUE(object.is_object()) << line;
        EXPECT_TRUE(object.contains("message")) << line;
        instances.insert(object.value("instance", ""));
    }
    EXPECT_THAT(instances, ElementsAre("", "a"));
}

TEST_F(Supervise, AGeneratedConfigurationIsOneThatPasses) {
    std::ofstream(path("counts.json")) << R"({"sports": {"confirmed_epg_stream_count": 958}})";
    std::ofstream(path("bad.json")) << R"({"sports": "many"})";
    const auto generate = [&](const std::string& counts) {
        return run_command({PT_TUNER_BINARY, "generate-supervisor-config", "-category-counts-json",
            path(counts), "-out-json", path("supervise.json"), "-out-tsv", "-"});
    };
    const CommandResult made = generate("counts.json");
    EXPECT_EQ(made.exit_code, 0) << made.errors;
    EXPECT_THAT(made.output, AllOf(HasSubstr("category\told_uri\tnew_uri"),
                                 HasSubstr("\nsports2\thttp://plextuner-sports2")));
    EXPECT_EQ(std::filesystem::status(path("supervise.json")).permissions(),
        std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    const CommandResult checked = run({"-check"});
    EXPECT_EQ(checked.exit_code, 0) << checked.errors;
    EXPECT_THAT(checked.errors, IsEmpty());
    EXPECT_THAT(checked.output, HasSubstr("sports2"));
    const CommandResult refused = generate("bad.json");
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(
        refused.errors, AllOf(HasSubstr("bad.json"), HasSubstr("sports: must be a number")));
}

TEST_F(Supervise, OneChildLooksAfterPlexForAll) {
    FakePms pms;
    environment_.insert({{"PLEX_TUNER_PLEX_SESSION_REAPER", "1"}, {"PLEX_TUNER_PMS_URL", pms.url()},
        {"PLEX_TUNER_PMS_TOKEN", pms.token()}});
    const json instances = {tuner("a", 5101), tuner("b", 5102)};
    start(instances);
    const auto reapers = [] {
        const std::string text = http_get(kPage, "/metrics").body;
        std::vector<std::string> found;
        for (const char* name : {"a", "b"}) {
            if (text.find(std::string("plex_tuner_plex_reaper_in_charge{instance=\"") + name +
                          "\"} 1\n") != std::string::npos) {
                found.emplace_back(name);
            }
        }
        return found;
    };
    EXPECT_TRUE(wait_until([&] { return reapers() == std::vector<std::string>{"a"}; }));
    write(instances, {{"reaper", "b"}});
    process_->signal(SIGHUP);
    ASSERT_TRUE(process_->wait_for_line({"the new configuration is taken", "changed=a,b"}));
    EXPECT_TRUE(wait_until([&] { return reapers() == std::vector<std::string>{"b"}; }));
    EXPECT_EQ(stop(), 0);
}

} // namespace
} // namespace plex_tuner::testing
