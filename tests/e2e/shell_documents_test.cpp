// SPDX-License-Identifier: GPL-3.0-or-later
// The manual page and what shells complete with: as complete as the help, and fit for their
// readers.
#include "support/child_process.hpp"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

CommandResult tuner(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PT_TUNER_BINARY);
    return run_command(arguments);
}

/// The lines of the help that begin like `start`, up to the first blank behind it.
std::vector<std::string> names_in(const std::string& help, const std::string& start) {
    std::vector<std::string> names;
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
        if (line.starts_with(start) && line.size() > start.size() && line[start.size()] != ' ') {
            const std::string rest = line.substr(start.size());
            names.push_back(rest.substr(0, rest.find(' ')));
        }
    }
    return names;
}

std::vector<std::string> command_names() {
    const std::string help = tuner({"--help"}).output;
    std::vector<std::string> names = names_in(help.substr(0, help.find("\n`plex-tuner")), "  ");
    EXPECT_THAT(names, ::testing::Contains("run"));
    return names;
}

/// What bash offers behind `words`, the last of which is being typed.
std::vector<std::string> bash_offers(const std::vector<std::string>& words) {
    std::string line = "source <(" PT_TUNER_BINARY " completion bash); COMP_WORDS=(";
    for (const std::string& word : words) {
        line += "'" + word + "' ";
    }
    line +=
        "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _plex_tuner; printf '%s\\n' \"${COMPREPLY[@]}\"";
    const CommandResult result = run_command({"bash", "-c", line});
    EXPECT_EQ(result.errors, "");
    std::vector<std::string> offers;
    std::istringstream lines(result.output);
    for (std::string offer; std::getline(lines, offer);) {
        offers.push_back(offer);
    }
    return offers;
}

TEST(ShellDocuments, TheManualHasEveryCommandWithItsFlags) {
    const CommandResult manual = tuner({"manual"});
    ASSERT_EQ(manual.exit_code, 0);
    for (const std::string& command : command_names()) {
        std::string escaped;
        for (const char c : command) {
            escaped += c == '-' ? std::string("\\-") : std::string(1, c);
        }
        const std::size_t begin = manual.output.find(".SS " + escaped + "\n");
        ASSERT_NE(begin, std::string::npos) << command;
        const std::string section =
            manual.output.substr(begin, manual.output.find("\n.S", begin) - begin);
        for (const std::string& flag : names_in(tuner({command, "-help"}).output, "  -")) {
            std::string name;
            for (const char c : flag) {
                name += c == '-' ? std::string("\\-") : std::string(1, c);
            }
            EXPECT_THAT(section, HasSubstr("\\fB\\-" + name + "\\fR")) << command;
        }
    }
    EXPECT_THAT(manual.output, HasSubstr("PLEX_TUNER_LINEUP_MAX_CHANNELS\\fR"));
}

TEST(ShellDocuments, TroffHasNoComplaintAboutTheManual) {
    if (run_command({"sh", "-c", "command -v groff"}).exit_code != 0) {
        GTEST_SKIP() << "no groff here";
    }
    const CommandResult formatted = run_command({"sh", "-c",
        PT_TUNER_BINARY " manual | groff -k -Kutf8 -man -ww -Tutf8 -rLL=100n 2>&1 >/dev/null"});
    EXPECT_EQ(formatted.output, "");
}

TEST(ShellDocuments, BashCompletesCommandsFlagsAndWords) {
    const auto commands = bash_offers({"plex-tuner", ""});
    for (const std::string& command : command_names()) {
        EXPECT_THAT(commands, ::testing::Contains(command));
        EXPECT_THAT(bash_offers({"plex-tuner", command, "-"}), ::testing::Contains("-help"));
    }
    EXPECT_THAT(
        bash_offers({"plex-tuner", "run", "--log-l"}), ::testing::ElementsAre("-log-level"));
    EXPECT_THAT(bash_offers({"plex-tuner", "run", "-log-format", ""}),
        ::testing::ElementsAre("text", "json"));
    EXPECT_THAT(bash_offers({"plex-tuner", "doctor", "v"}), ::testing::ElementsAre("vodfs"));
    EXPECT_THAT(bash_offers({"plex-tuner", "run", "-catalog", "/etc/pass"}),
        ::testing::Contains("/etc/passwd"));
}

TEST(ShellDocuments, EveryShellGetsEveryCommand) {
    for (const char* shell : {"zsh", "fish"}) {
        const CommandResult script = tuner({"completion", shell});
        EXPECT_EQ(script.exit_code, 0);
        for (const std::string& command : command_names()) {
            EXPECT_THAT(script.output, HasSubstr(command));
        }
        EXPECT_THAT(script.output, HasSubstr("log-level"));
        if (run_command({"sh", "-c", std::string("command -v ") + shell}).exit_code == 0) {
            const CommandResult parsed = run_command({"sh", "-c",
                std::string(PT_TUNER_BINARY " completion ") + shell + " | " + shell + " -n"});
            EXPECT_EQ(parsed.errors, "");
            EXPECT_EQ(parsed.exit_code, 0);
        }
    }
    const CommandResult unknown = tuner({"completion", "tcsh"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.errors, HasSubstr("bash, zsh or fish"));
}

} // namespace
} // namespace plex_tuner::testing
