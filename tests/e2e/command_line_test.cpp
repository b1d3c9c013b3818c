// SPDX-License-Identifier: GPL-3.0-or-later
// What the command line says, and with which exit code.
#include "support/tuner.hpp"

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

CommandResult tuner(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PT_TUNER_BINARY);
    return run_command(arguments);
}

TEST(CommandLine, VersionNamesWhatItWasBuiltFrom) {
    const CommandResult result = tuner({"--version"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output, AllOf(HasSubstr("plex-tuner 0."), HasSubstr("commit"),
                                   HasSubstr("clang"), HasSubstr("libcurl"), HasSubstr("Boost"),
                                   HasSubstr("libavcodec"), HasSubstr("expat"), HasSubstr("GPL")));
}

TEST(CommandLine, AMistypedCommandIsGuessed) {
    const CommandResult result = tuner({"srve"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.errors, HasSubstr("unknown command 'srve'; did you mean 'serve'?"));
    EXPECT_THAT(tuner({"record"}).errors, Not(HasSubstr("did you mean")));
}

TEST(CommandLine, HelpListsTheCommandsThatWork) {
    const CommandResult result = tuner({"--help"});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_THAT(result.output,
        AllOf(HasSubstr("run"), HasSubstr("serve"), HasSubstr("supervise"), HasSubstr("config")));
    const CommandResult run = tuner({"run", "-h"});
    EXPECT_EQ(run.exit_code, 0);
    EXPECT_THAT(
        run.output, AllOf(HasSubstr("-addr"), HasSubstr("-catalog"), HasSubstr("-log-level")));
}

TEST(CommandLine, WithoutOrWithAnUnknownCommandItSaysWhatThereIs) {
    const CommandResult nothing = tuner({});
    EXPECT_EQ(nothing.exit_code, 1);
    EXPECT_THAT(nothing.errors, HasSubstr("serve"));
    const CommandResult unknown = tuner({"srve"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_THAT(unknown.errors, AllOf(HasSubstr("srve"), HasSubstr("serve")));
}

TEST(CommandLine, ABadFlagOrValueIsOneLineAndExit2) {
    const CommandResult flag = tuner({"run", "-adr", ":1"});
    EXPECT_EQ(flag.exit_code, 2);
    EXPECT_THAT(flag.errors, AllOf(HasSubstr("-adr"), HasSubstr("-addr")));

    for (const std::vector<std::string>& arguments :
        std::vector<std::vector<std::string>>{{"run", "-log-level=loud"},
            {"run", "-refresh", "soon"}, {"serve", "--addr", "nowhere"}}) {
        const CommandResult result = tuner(arguments);
        EXPECT_EQ(result.exit_code, 2) << arguments.back();
        EXPECT_THAT(result.errors, HasSubstr(arguments[1].substr(1, 3)));
    }
}

class CommandLineSettings : public ::testing::Test {
protected:
    Tuner tuner_;
};

TEST_F(CommandLineSettings, ABadVariableNamesItselfItsValueAndWhatIsAccepted) {
    tuner_.launch({.settings = {{"TUNER_COUNT", "many"}, {"HDHR_SCAN_POSSIBLE", "maybe"}}});
    EXPECT_EQ(tuner_.process().wait(), 2);
    const std::string errors = tuner_.process().stderr_text();
    EXPECT_THAT(
        errors, AllOf(HasSubstr("PLEX_TUNER_TUNER_COUNT"), HasSubstr("many"), HasSubstr("255")));
    EXPECT_THAT(errors,
        AllOf(HasSubstr("PLEX_TUNER_HDHR_SCAN_POSSIBLE"), HasSubstr("maybe"), HasSubstr("yes")));
}

TEST_F(CommandLineSettings, AnUnknownVariableWarnsWithTheNearestName) {
    tuner_.launch({.subcommand = "config", .settings = {{"TUNER_CUONT", "3"}}});
    EXPECT_EQ(tuner_.process().wait(), 0);
    EXPECT_THAT(tuner_.process().stderr_text(),
        AllOf(HasSubstr("PLEX_TUNER_TUNER_CUONT"), HasSubstr("PLEX_TUNER_TUNER_COUNT")));
}

TEST_F(CommandLineSettings, ConfigShowsWhereEachValueComesFrom) {
    std::ofstream(tuner_.file(".env"))
        << "PLEX_TUNER_FRIENDLY_NAME='From file'\nPLEX_TUNER_TUNER_COUNT=7\n";
    tuner_.launch({.subcommand = "config",
        .flags = {"-addr=:5999"},
        .settings = {{"TUNER_COUNT", "4"}, {"PROVIDER_PASS", "plantpass"}}});
    EXPECT_EQ(tuner_.process().wait(), 0);
    const std::string out = tuner_.process().stdout_text();
    const auto line = [&](const std::string& name) {
        const std::size_t at = out.find(name);
        return at == std::string::npos ? std::string() : out.substr(at, out.find('\n', at) - at);
    };
    EXPECT_THAT(
        line("PLEX_TUNER_FRIENDLY_NAME"), AllOf(HasSubstr("From file"), HasSubstr(".env:1")));
    EXPECT_THAT(line("PLEX_TUNER_TUNER_COUNT"), AllOf(HasSubstr("4"), HasSubstr("env")));
    EXPECT_THAT(line("PLEX_TUNER_ADDR"), AllOf(HasSubstr(":5999"), HasSubstr("-addr")));
    EXPECT_THAT(
        line("PLEX_TUNER_LINEUP_MAX_CHANNELS"), AllOf(HasSubstr("480"), HasSubstr("default")));
    EXPECT_THAT(line("PLEX_TUNER_PROVIDER_PASS"), HasSubstr("***"));
    EXPECT_THAT(out, Not(HasSubstr("plantpass")));
}

TEST_F(CommandLineSettings, AnInvalidDeviceIdIsCorrectedWithAWarningThatSaysHow) {
    tuner_.start({.settings = {{"DEVICE_ID", "12345678"}}});
    EXPECT_TRUE(tuner_.process().wait_for_line({"warn", "12345678", "12345674"}));
    EXPECT_THAT(tuner_.get("/discover.json").body, HasSubstr("\"12345674\""));
}

TEST_F(CommandLineSettings, ADeviceIdThatCannotBeReadIsNotReplaced) {
    const auto state = tuner_.file("state");
    std::filesystem::create_directories(state / "device-id"); // no file
    tuner_.launch({.settings = {{"STATE_DIR", state.string()}}});
    EXPECT_EQ(tuner_.process().wait(), 1);
    EXPECT_THAT(tuner_.process().stderr_text(),
        AllOf(HasSubstr("device id"), HasSubstr("PLEX_TUNER_DEVICE_ID")));

    std::filesystem::remove(state / "device-id");
    std::ofstream(state / "device-id") << "damaged";
    tuner_.start({.settings = {{"STATE_DIR", state.string()}}});
    EXPECT_TRUE(tuner_.process().wait_for_line({"warn", "device id is damaged"}));
}

TEST_F(CommandLineSettings, LogsAreOneJsonObjectALineWhenAsked) {
    tuner_.launch({.flags = {"-log-format", "json", "-addr", "127.0.0.1:0"}});
    ASSERT_TRUE(tuner_.process().wait_for_line({"\"message\":\"serving\""}));
    EXPECT_EQ(tuner_.stop(), 0);
    std::istringstream lines(tuner_.process().stderr_text());
    for (std::string line; std::getline(lines, line);) {
        const auto json = nlohmann::json::parse(line, nullptr, false);
        ASSERT_TRUE(json.is_object()) << line;
        EXPECT_TRUE(json.contains("time") && json.contains("level") && json.contains("module"))
            << line;
    }
}

} // namespace
} // namespace plex_tuner::testing
