// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fleet/fleet_file.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

using std::chrono::milliseconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::StartsWith;
using testing::UnorderedElementsAre;

TEST(FleetFile, ReadsWhatASupervisorIsTold) {
    const ParsedFleetFile parsed = parse_fleet_file(R"({
        "restart": true, "restartDelay": "1m30s", "failFast": true,
        "envFiles": ["/run/secrets/a.env"], "addr": ":9090", "reaper": "main",
        "instances": [
            {"name": "main", "args": ["run", "-catalog", "/d/main.json"],
             "env": {"PLEX_TUNER_ADDR": ":5004"}, "workDir": "/srv", "startDelay": 5},
            {"name": "vod", "args": ["mount"], "disabled": true, "startDelay": "1.5s"}]})");
    EXPECT_THAT(parsed.problems, IsEmpty());
    EXPECT_THAT(parsed.warnings, IsEmpty());
    const FleetFile& file = parsed.file;
    EXPECT_TRUE(file.restart);
    EXPECT_EQ(file.restart_delay, milliseconds(90'000));
    EXPECT_TRUE(file.fail_fast);
    EXPECT_THAT(file.environment_files, ElementsAre("/run/secrets/a.env"));
    EXPECT_EQ(file.listen, ":9090");
    EXPECT_EQ(file.reaper, "main");
    ASSERT_EQ(file.instances.size(), 2U);
    EXPECT_EQ(file.instances[0].name, "main");
    EXPECT_THAT(file.instances[0].arguments, ElementsAre("run", "-catalog", "/d/main.json"));
    EXPECT_THAT(file.instances[0].environment, ElementsAre(Pair("PLEX_TUNER_ADDR", ":5004")));
    EXPECT_EQ(file.instances[0].work_directory, "/srv");
    EXPECT_EQ(file.instances[0].start_delay, milliseconds(5'000));
    EXPECT_FALSE(file.instances[0].is_disabled);
    EXPECT_TRUE(file.instances[1].is_disabled);
    EXPECT_EQ(file.instances[1].start_delay, milliseconds(1'500));
}

TEST(FleetFile, WhatIsLeftOutOrNullHasItsDefault) {
    const ParsedFleetFile parsed = parse_fleet_file(
        R"({"instances": [{"name": "a", "args": ["run"], "env": null}], "restartDelay": -1})");
    EXPECT_THAT(parsed.problems, IsEmpty());
    EXPECT_FALSE(parsed.file.restart);
    EXPECT_FALSE(parsed.file.fail_fast);
    EXPECT_EQ(parsed.file.restart_delay, milliseconds(2'000)) << "none, as with 0";
    EXPECT_FALSE(parsed.file.listen);
    EXPECT_THAT(parsed.file.instances.at(0).environment, IsEmpty());
}

TEST(FleetFile, UnknownFieldsAreWarnedAboutWithTheirPath) {
    const ParsedFleetFile parsed = parse_fleet_file(R"({"instances": [
        {"name": "a", "args": ["run"]}, {"name": "b", "args": ["run"], "restrat": true}],
        "restartdelay": "5s", "version": 3, "emby": {"host": "x", "token": "hush"}})");
    EXPECT_THAT(parsed.problems, IsEmpty());
    EXPECT_THAT(parsed.warnings,
        UnorderedElementsAre(StartsWith("instances[1].restrat: unknown, ignored"),
            AllOf(StartsWith("restartdelay: unknown"), HasSubstr("did you mean restartDelay?")),
            StartsWith("version: unknown, ignored"),
            AllOf(StartsWith("emby: not used here"), HasSubstr("PLEX_TUNER_REGISTER_EMBY"))));
}

TEST(FleetFile, WrongTypesAreErrorsWithTheirPath) {
    const ParsedFleetFile parsed =
        parse_fleet_file(R"({"restart": "hunter2", "restartDelay": "soon",
        "failFast": 1, "envFiles": "a", "addr": 9090, "reaper": ["x"], "instances": [
            {"name": 7, "args": ["run", 5], "env": {"PLEX_TUNER_TOKEN": 5}, "disabled": "no",
             "workDir": {}, "startDelay": true},
            {"args": "run", "env": ["A=hunter2"]}, "run"]})");
    EXPECT_THAT(parsed.problems,
        UnorderedElementsAre(StartsWith("restart: must be true or false"),
            StartsWith("restartDelay: must be a duration"), StartsWith("failFast: must be true"),
            StartsWith("envFiles: must be a list of texts"), StartsWith("addr: must be a text"),
            StartsWith("reaper: must be a text"), StartsWith("instances[0].name: must be a text"),
            StartsWith("instances[0].args[1]: must be a text"),
            StartsWith("instances[0].env.PLEX_TUNER_TOKEN: must be a text"),
            StartsWith("instances[0].disabled: must be true or false"),
            StartsWith("instances[0].workDir: must be a text"),
            StartsWith("instances[0].startDelay: must be a duration"),
            StartsWith("instances[1].args: must be a list of texts"),
            StartsWith("instances[1].env: must be an object"),
            StartsWith("instances[2]: must be an object")));
    for (const std::string& problem : parsed.problems) {
        EXPECT_THAT(problem, Not(HasSubstr("hunter2")));
    }
}

TEST(FleetFile, WhatIsNoSuchFileIsAnError) {
    for (const char* text : {"", "[]", "7", "{}", R"({"instances": 1})", R"({"instances": [1]})",
             "{", R"({"instances": []}, )", R"({"instances": [], "restartDelay": 1e999})"}) {
        EXPECT_THAT(parse_fleet_file(text).problems, Not(IsEmpty())) << text;
    }
}

TEST(FleetFile, BrokenJsonIsNamedByItsPlaceAndNotQuoted) {
    const ParsedFleetFile parsed = parse_fleet_file("{\n  \"instances\": [\n    hunter2\n  ]\n}\n");
    ASSERT_EQ(parsed.problems.size(), 1U);
    EXPECT_THAT(parsed.problems[0], AllOf(HasSubstr("line 3"), Not(HasSubstr("hunter2"))));
}

TEST(FleetFile, ANameThatIsThereTwiceIsAnErrorAndNotTheLastOne) {
    const ParsedFleetFile parsed = parse_fleet_file(R"({"instances": [{"name": "a",
        "args": ["run"], "env": {"PLEX_TUNER_ADDR": ":1", "PLEX_TUNER_ADDR": ":2"}}]})");
    EXPECT_THAT(parsed.problems, ElementsAre(HasSubstr("PLEX_TUNER_ADDR is there twice")));
}

} // namespace
} // namespace plex_tuner::fleet
