// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/temporary_directory.hpp"

#include <plex_tuner/fleet/plan.hpp>

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace plex_tuner::fleet {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class PlanTest : public ::testing::Test {
protected:
    PlanTest() {
        inputs_.version = "1.2.3";
        inputs_.commands = {"run", "serve", "index", "mount", "plex-dvr-sync"};
        inputs_.shared_directory = path("shared");
        inputs_.environment = {{"PATH", "/bin"}};
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (directory_.path() / name).string();
    }

    std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
        std::ofstream(path(name)) << text;
        EXPECT_EQ(::chmod(path(name).c_str(), mode), 0);
        return path(name);
    }

    /// A tuner that collides with nobody whose name and port are others.
    [[nodiscard]] Instance tuner(const std::string& name, int port, int offset = 0) const {
        return {.name = name,
            .arguments = {"run", "-catalog", path(name + ".json")},
            .environment = {{"PLEX_TUNER_ADDR", ":" + std::to_string(port)},
                {"PLEX_TUNER_GUIDE_NUMBER_OFFSET", std::to_string(offset)}}};
    }

    [[nodiscard]] Plan plan(std::vector<Instance> instances) const {
        FleetFile file;
        file.instances = std::move(instances);
        return make_plan(file, inputs_);
    }

    plex_tuner::testing::TemporaryDirectory directory_;
    PlanInputs inputs_;
};

TEST_F(PlanTest, AChildIsDecidedToTheLastVariable) {
    inputs_.environment["PLEX_TUNER_LOG_LEVEL"] = "debug";
    inputs_.environment["PLEX_TUNER_TUNER_COUNT"] = "4";
    Instance one = tuner("sports", 5101, 1000);
    one.environment["PLEX_TUNER_TUNER_COUNT"] = "3";
    one.environment["PLEX_TUNER_DEVICE_ID"] = "sports";
    const Plan made = plan({one, tuner("news", 5102, 2000)});
    EXPECT_THAT(made.problems, IsEmpty());
    EXPECT_THAT(made.warnings, IsEmpty());
    ASSERT_EQ(made.children.size(), 2U);
    const ChildPlan& child = made.children[0];
    EXPECT_EQ(child.name, "sports");
    EXPECT_THAT(child.environment,
        AllOf(Contains(Pair("PATH", "/bin")), Contains(Pair("PLEX_TUNER_LOG_LEVEL", "debug")),
            Contains(Pair("PLEX_TUNER_TUNER_COUNT", "3")),
            Contains(Pair("PLEX_TUNER_ADDR", ":5101"))));
    EXPECT_TRUE(child.is_tuner);
    EXPECT_EQ(child.endpoint, (Endpoint{"127.0.0.1", 5101}));
    EXPECT_EQ(child.number_offset, 1000);
    EXPECT_EQ(child.device_id.size(), 8U);
    EXPECT_EQ(child.state_directory, path("sports.state"));
    EXPECT_THAT(made.children[1].environment, Contains(Pair("PLEX_TUNER_TUNER_COUNT", "4")));
}

TEST_F(PlanTest, AFleetHasDefaultsThatOneTunerAloneHasNot) {
    Instance main = tuner("main", 5004);
    main.environment["PLEX_TUNER_HDHR_NETWORK_MODE"] = "true";
    main.environment["PLEX_TUNER_SHARED_MAX_AGE"] = "3m";
    const Plan made = plan({main, tuner("news", 5102, 2000)});
    EXPECT_THAT(made.problems, IsEmpty());
    EXPECT_TRUE(made.children[0].is_native);
    EXPECT_FALSE(made.children[1].is_native);
    EXPECT_THAT(made.children[0].environment, Contains(Pair("PLEX_TUNER_SHARED_MAX_AGE", "3m")));
    EXPECT_THAT(
        made.children[1].environment, AllOf(Contains(Pair("PLEX_TUNER_SHARED_MAX_AGE", "10m")),
                                          Contains(Pair("PLEX_TUNER_HDHR_NETWORK_MODE", "false")),
                                          Contains(Pair("PLEX_TUNER_SHARED_DIR", path("shared")))));
}

TEST_F(PlanTest, WhatTheReaperNeedsOneChildGets) {
    inputs_.environment["PLEX_TUNER_PLEX_SESSION_REAPER"] = "1";
    inputs_.environment["PLEX_TUNER_PLEX_SESSION_REAPER_IDLE_S"] = "30";
    inputs_.environment["PLEX_TUNER_PMS_URL"] = "http://10.0.0.2:32400";
    inputs_.environment["PLEX_TUNER_PMS_TOKEN"] = "hush";
    inputs_.environment[kListenVariable] = "off";
    FleetFile file;
    file.instances = {{.name = "films", .arguments = {"mount", "-mount", "/m"}},
        tuner("main", 5004), tuner("news", 5102, 2000)};
    const auto has_it = [](const ChildPlan& child) {
        return child.environment.contains("PLEX_TUNER_PLEX_SESSION_REAPER") &&
               child.environment.contains("PLEX_TUNER_PLEX_SESSION_REAPER_IDLE_S") &&
               child.environment.contains("PLEX_TUNER_PMS_URL") &&
               child.environment.contains("PLEX_TUNER_PMS_TOKEN");
    };
    const auto has_none = [](const ChildPlan& child) {
        return std::ranges::none_of(child.environment, [](const auto& variable) {
            return variable.first.contains("REAPER") || variable.first.contains("PMS");
        });
    };
    Plan made = make_plan(file, inputs_);
    ASSERT_EQ(made.children.size(), 3U);
    EXPECT_TRUE(has_none(made.children[0]));
    EXPECT_TRUE(has_it(made.children[1])) << "the first tuner";
    EXPECT_TRUE(has_none(made.children[2]));
    EXPECT_FALSE(made.children[1].environment.contains(kListenVariable));

    file.reaper = "news";
    made = make_plan(file, inputs_);
    EXPECT_TRUE(has_none(made.children[1]));
    EXPECT_TRUE(has_it(made.children[2]));

    file.instances[1].environment["PLEX_TUNER_REGISTER_PLEX"] = "api";
    made = make_plan(file, inputs_);
    EXPECT_TRUE(made.children[1].environment.contains("PLEX_TUNER_PMS_TOKEN"))
        << "it sets itself up in Plex";
    EXPECT_FALSE(made.children[1].environment.contains("PLEX_TUNER_PLEX_SESSION_REAPER"));

    file.instances[1].environment.erase("PLEX_TUNER_REGISTER_PLEX");
    inputs_.environment["PLEX_TUNER_CLIENT_ADAPT"] = "1";
    made = make_plan(file, inputs_);
    EXPECT_TRUE(made.children[1].environment.contains("PLEX_TUNER_PMS_URL") &&
                made.children[1].environment.contains("PLEX_TUNER_PMS_TOKEN"))
        << "it asks Plex who watches";
    EXPECT_FALSE(made.children[1].environment.contains("PLEX_TUNER_PLEX_SESSION_REAPER"));
    inputs_.environment.erase("PLEX_TUNER_CLIENT_ADAPT");

    file.reaper = "nobody";
    EXPECT_THAT(make_plan(file, inputs_).problems, ElementsAre(HasSubstr("no instance nobody")));
}

TEST_F(PlanTest, WhoAsksPlexWhoWatchesHasItsAddressAndToken) {
    inputs_.environment["PLEX_TUNER_PLEX_SESSION_REAPER"] = "1";
    inputs_.environment["PLEX_TUNER_PMS_URL"] = "http://10.0.0.2:32400";
    inputs_.environment["PLEX_TUNER_PMS_TOKEN_FILE"] = write("token", "hush");
    FleetFile file;
    file.instances = {tuner("main", 5004), tuner("news", 5102, 2000), tuner("kids", 5103, 4000),
        {.name = "films", .arguments = {"mount", "-mount", "/m"}}};
    const auto asks = [](const ChildPlan& child) {
        return child.environment.contains("PLEX_TUNER_PMS_URL") &&
               child.environment.contains("PLEX_TUNER_PMS_TOKEN_FILE");
    };
    file.instances[1].environment["PLEX_TUNER_CLIENT_ADAPT"] = "1";
    Plan made = make_plan(file, inputs_);
    ASSERT_EQ(made.children.size(), 4U);
    EXPECT_TRUE(asks(made.children[1]));
    EXPECT_FALSE(made.children[1].environment.contains("PLEX_TUNER_PLEX_SESSION_REAPER"));
    EXPECT_FALSE(asks(made.children[2])) << "it does not ask";

    inputs_.environment["PLEX_TUNER_CLIENT_ADAPT"] = "1"; // for all
    file.instances[1].environment["PLEX_TUNER_CLIENT_ADAPT"] = "0";
    made = make_plan(file, inputs_);
    EXPECT_FALSE(asks(made.children[1]));
    EXPECT_TRUE(asks(made.children[2]));
    EXPECT_FALSE(asks(made.children[3])) << "it has no viewers";
}

TEST_F(PlanTest, EnvironmentFilesComeBehindTheEnvironment) {
    inputs_.environment["PLEX_TUNER_PROVIDER_USER"] = "joe";
    FleetFile file;
    file.instances = {tuner("news", 5102)};
    file.environment_files = {
        write("a.env", "export PLEX_TUNER_PROVIDER_PASS='hunter2'\nPLEX_TUNER_PROVIDER_USER=x\n"),
        write("b.env", "PLEX_TUNER_PROVIDER_PASS=hunter3\n")};
    const Plan made = make_plan(file, inputs_);
    EXPECT_THAT(made.problems, IsEmpty());
    EXPECT_THAT(made.children.at(0).environment,
        AllOf(Contains(Pair("PLEX_TUNER_PROVIDER_USER", "joe")),
            Contains(Pair("PLEX_TUNER_PROVIDER_PASS", "hunter3"))));

    file.environment_files = {path("none.env")};
    EXPECT_THAT(make_plan(file, inputs_).problems,
        ElementsAre(AllOf(StartsWith("envFiles: "), HasSubstr("none.env"))));
}

TEST_F(PlanTest, NamesArgumentsAndDirectoriesAreChecked) {
    Instance lost = tuner("lost", 5104, 4000);
    lost.work_directory = path("nowhere");
    const Plan made = plan({tuner("a", 5101), tuner("a", 5102, 1000), {.arguments = {"run"}},
        {.name = "b c", .arguments = {"run"}}, {.name = "d"}, {.name = "e", .arguments = {"rnu"}},
        {.name = "f", .arguments = {"supervise"}}, lost,
        {.name = "g", .arguments = {"run", "-adr", ":1"}}});
    EXPECT_THAT(made.problems,
        AllOf(Contains("instances[1].name: another instance is called a, too"),
            Contains(StartsWith("instances[2].name: is missing")),
            Contains(StartsWith("instances[3].name: must have no blanks")),
            Contains(StartsWith("instances[4] (d).args: is missing")),
            Contains(
                AllOf(StartsWith("instances[5] (e).args[0]: "), HasSubstr("did you mean run"))),
            Contains(StartsWith("instances[6] (f).args[0]: a supervisor runs no other"))));
    EXPECT_THAT(made.problems,
        AllOf(Contains(AllOf(StartsWith("instances[7] (lost).workDir: "), HasSubstr("nowhere"))),
            Contains(AllOf(StartsWith("instances[8] (g): "), HasSubstr("did you mean -addr")))));
}

TEST_F(PlanTest, WithNobodyToRunThereIsNothingToDo) {
    EXPECT_THAT(plan({}).problems, ElementsAre(HasSubstr("instances: there is none")));
    Instance resting = tuner("resting", 5101);
    resting.is_disabled = true;
    const Plan made = plan({resting});
    EXPECT_THAT(made.problems, ElementsAre(HasSubstr("instances: there is none")));
    EXPECT_THAT(made.disabled, ElementsAre("resting"));
}

TEST_F(PlanTest, ASecretInTheArgumentsIsRefusedAndNotShown) {
    Instance by_url = tuner("url", 5101);
    by_url.arguments.insert(by_url.arguments.end(),
        {"-m3u", "http://h/get.php?username=joe&password=hunter2&type=m3u"});
    const Instance by_token{
        .name = "token", .arguments = {"plex-dvr-sync", "-token=hunter2", "-config", "x"}};
    Instance plain = tuner("plain", 5103);
    plain.arguments.insert(plain.arguments.end(), {"-m3u", "http://h/list.m3u"});
    const Plan made = plan({by_url, by_token, plain});
    EXPECT_THAT(made.problems,
        ElementsAre(StartsWith("instances[0] (url).args[4]: holds a password or token"),
            StartsWith("instances[1] (token).args[1]: holds a password or token")));
    EXPECT_THAT(made.problems, Each(Not(HasSubstr("hunter2"))));
}

TEST_F(PlanTest, ASecretInAFileThatOthersCanReadIsWarnedAbout) {
    const std::string text = R"({"instances": [{"name": "a", "args": ["run"],
        "env": {"PLEX_TUNER_PROVIDER_PASS": "hunter2", "PLEX_TUNER_PROVIDER_USER": "joe",
                "PLEX_TUNER_PROVIDER_URL": "http://h"}}]})";
    EXPECT_THAT(read_plan(write("open.json", text, 0644), inputs_).warnings,
        ElementsAre(AllOf(StartsWith("instances[0] (a).env.PLEX_TUNER_PROVIDER_PASS: "),
            HasSubstr("chmod 600"), Not(HasSubstr("hunter2")))));
    EXPECT_THAT(read_plan(write("closed.json", text, 0600), inputs_).warnings, IsEmpty());
    EXPECT_THAT(
        read_plan(path("none.json"), inputs_).problems, ElementsAre(HasSubstr("none.json")));
}

TEST_F(PlanTest, PortsThatClashAreFound) {
    Instance loopback = tuner("loopback", 0, 2000);
    loopback.environment["PLEX_TUNER_ADDR"] = "127.0.0.1:5101";
    Instance other = tuner("other", 0, 3000);
    other.environment["PLEX_TUNER_ADDR"] = "127.0.0.2:5201";
    Instance beside = tuner("beside", 0, 4000);
    beside.environment["PLEX_TUNER_ADDR"] = "127.0.0.3:5201";
    beside.environment["PLEX_TUNER_SECOND_ADDR"] = ":80";
    Instance page = tuner("page", 5099, 5000);
    Instance twice = tuner("twice", 80, 6000);
    const Plan made = plan({tuner("all", 5101), loopback, other, beside, page, twice});
    EXPECT_THAT(made.problems,
        UnorderedElementsAre(
            "instances[0] (all) and instances[1] (loopback): both want port 5101 (PLEX_TUNER_ADDR)",
            AllOf(StartsWith("instances[4] (page) wants port 5099"), HasSubstr("supervisor's own")),
            AllOf(StartsWith("instances[3] (beside) and instances[5] (twice)"),
                HasSubstr("port 80"))));
}

TEST_F(PlanTest, TheFlagOfAPortCountsAsTheVariable) {
    Instance by_flag = tuner("flag", 0, 2000);
    by_flag.environment.erase("PLEX_TUNER_ADDR");
    by_flag.arguments.emplace_back("--addr=:5101");
    EXPECT_THAT(plan({tuner("a", 5101), by_flag}).problems, ElementsAre(HasSubstr("port 5101")));
}

TEST_F(PlanTest, TwoInNativeModeAreOneTooMany) {
    Instance one = tuner("one", 5101);
    Instance two = tuner("two", 5102, 1000);
    for (Instance* instance : {&one, &two}) {
        instance->environment["PLEX_TUNER_HDHR_NETWORK_MODE"] = "1";
    }
    EXPECT_THAT(plan({one, two}).problems,
        ElementsAre(AllOf(StartsWith("instances[0] (one) and instances[1] (two): "),
            HasSubstr("PLEX_TUNER_HDHR_NETWORK_MODE"))));
    two.environment["PLEX_TUNER_HDHR_DISCOVER_PORT"] = "65002";
    two.environment["PLEX_TUNER_HDHR_CONTROL_PORT"] = "65002";
    EXPECT_THAT(plan({one, two}).problems, IsEmpty()) << "at other ports";
}

TEST_F(PlanTest, IdsStateMountsAndCachesAreOfOneChild) {
    Instance one = tuner("one", 5101);
    Instance two = tuner("two", 5102, 1000);
    one.environment["PLEX_TUNER_DEVICE_ID"] = two.environment["PLEX_TUNER_DEVICE_ID"] = "10439EFD";
    EXPECT_THAT(plan({one, two}).problems, ElementsAre(HasSubstr("device id 10439EFD")));

    const Plan same = plan({{.name = "a", .arguments = {"run", "-addr", ":5101"}},
        {.name = "b", .arguments = {"run", "-addr", ":5102"}}});
    EXPECT_THAT(
        same.problems, ElementsAre(AllOf(HasSubstr("keep their state in"), HasSubstr("-catalog"))));

    const Instance films{.name = "films", .arguments = {"mount", "-mount", "/m/a"}};
    Instance series{.name = "series", .arguments = {"mount", "-mount", "/m/a/"}};
    EXPECT_THAT(plan({films, series}).problems, ElementsAre(HasSubstr("both mount at")));
    series.arguments.back() = "/m/b";
    EXPECT_THAT(plan({films, series}).problems, ElementsAre(HasSubstr("a cache is of one mount")));
    series.environment["PLEX_TUNER_CACHE"] = path("cache");
    EXPECT_THAT(plan({films, series}).problems, IsEmpty());
}

TEST_F(PlanTest, GuideNumbersThatMayOverlapAreWarnedAbout) {
    EXPECT_THAT(plan({tuner("a", 5101, 1000), tuner("b", 5102, 1300)}).warnings,
        ElementsAre(
            AllOf(HasSubstr("instances[0] (a) and instances[1] (b)"), HasSubstr("1000 and 1300"))));
    EXPECT_THAT(plan({tuner("a", 5101, 1000), tuner("b", 5102, 1480)}).warnings, IsEmpty());
    Instance one = tuner("a", 5101, 1000);
    Instance two = tuner("b", 5102, 1000);
    one.environment["PLEX_TUNER_LINEUP_SHARD"] = "1/2";
    two.environment["PLEX_TUNER_LINEUP_SHARD"] = "2/2";
    EXPECT_THAT(plan({one, two}).warnings, IsEmpty()) << "shards share a book of numbers";
}

TEST_F(PlanTest, TheFingerprintTellsWhatChanged) {
    const auto of = [&](const Instance& instance) {
        return plan({instance}).children.at(0).fingerprint;
    };
    const Instance one = tuner("one", 5101);
    const std::string before = of(one);
    EXPECT_EQ(of(one), before);
    Instance changed = one;
    changed.start_delay = std::chrono::seconds(5);
    EXPECT_EQ(of(changed), before) << "of the first start alone";
    changed = one;
    changed.environment["ANY"] = "1";
    EXPECT_NE(of(changed), before);
    changed = one;
    changed.arguments.emplace_back("-skip-index");
    EXPECT_NE(of(changed), before);
    changed = one;
    changed.work_directory = directory_.path().string();
    EXPECT_NE(of(changed), before);

    const std::string in_place = of(changed);
    write(".env", "PLEX_TUNER_LINGER=7s\n");
    EXPECT_NE(of(changed), in_place) << "the .env that it reads is another one";
    changed = one;
    changed.environment["PLEX_TUNER_PMS_TOKEN_FILE"] = write("token", "one");
    const std::string with_token = of(changed);
    write("token", "two");
    EXPECT_NE(of(changed), with_token) << "the secret in the file is another one";
}

TEST_F(PlanTest, WithoutRestartsTheFirstFailureEndsAll) {
    FleetFile file;
    file.instances = {tuner("a", 5101)};
    EXPECT_TRUE(make_plan(file, inputs_).fail_fast);
    file.restart = true;
    EXPECT_FALSE(make_plan(file, inputs_).fail_fast);
    file.fail_fast = true;
    EXPECT_TRUE(make_plan(file, inputs_).fail_fast);
}

TEST_F(PlanTest, ThePageIsOnLoopbackUnlessSomebodySaysOtherwise) {
    FleetFile file;
    file.instances = {tuner("a", 5101)};
    EXPECT_EQ(make_plan(file, inputs_).listen, kDefaultListen);
    EXPECT_TRUE(make_plan(file, inputs_).listen_is_default);
    inputs_.environment[kListenVariable] = ":9000";
    EXPECT_EQ(make_plan(file, inputs_).listen, ":9000");
    EXPECT_FALSE(make_plan(file, inputs_).listen_is_default);
    file.listen = "off";
    EXPECT_EQ(make_plan(file, inputs_).listen, "");
    for (const char* const wrong : {"9000", "host:", ":0", ":70000", "here:there"}) {
        file.listen = wrong;
        EXPECT_THAT(make_plan(file, inputs_).problems, ElementsAre(StartsWith("addr: "))) << wrong;
    }
}

} // namespace
} // namespace plex_tuner::fleet
