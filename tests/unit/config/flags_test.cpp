// SPDX-License-Identifier: GPL-3.0-or-later
#include "flags.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Arguments = std::vector<std::string>;

[[nodiscard]] std::vector<std::string> values(const ParsedFlags& flags) {
    std::vector<std::string> out;
    for (const FlagValue& value : flags.values) {
        out.push_back(std::string(value.field->flag) + "=" + value.text);
    }
    return out;
}

TEST(Flags, EverySpellingOfAValueWorks) {
    for (const Arguments& arguments : std::vector<Arguments>{
             {"-addr", ":80"}, {"-addr=:80"}, {"--addr", ":80"}, {"--addr=:80"}}) {
        const ParsedFlags flags = parse_flags(arguments, "run");
        EXPECT_THAT(values(flags), ElementsAre("addr=:80"));
        EXPECT_THAT(flags.problems, IsEmpty());
    }
}

TEST(Flags, SwitchesNeedNoValueAndTakeOneOnlyWithEquals) {
    EXPECT_THAT(values(parse_flags(Arguments{"-skip-index", "-addr=:1"}, "run")),
        ElementsAre("skip-index=true", "addr=:1"));
    EXPECT_THAT(values(parse_flags(Arguments{"--skip-index=false"}, "run")),
        ElementsAre("skip-index=false"));
    const ParsedFlags flags = parse_flags(Arguments{"-skip-index", "false"}, "run");
    EXPECT_THAT(
        flags.problems, ElementsAre("unexpected argument \"false\"; a switch takes its value as "
                                    "-skip-index=false"));
}

TEST(Flags, ValuesMayHoldEqualsBlanksAndDashes) {
    EXPECT_THAT(
        values(parse_flags(
            Arguments{"-m3u=http://h/?a=b", "-friendly-name", "-my tuner-", "-catalog="}, "serve")),
        ElementsAre("m3u=http://h/?a=b", "friendly-name=-my tuner-", "catalog="));
}

TEST(Flags, RepeatedFlagsAreKeptInOrder) {
    EXPECT_THAT(values(parse_flags(Arguments{"-addr", ":1", "-addr", ":2"}, "run")),
        ElementsAre("addr=:1", "addr=:2"));
}

TEST(Flags, HelpIsSeenAnywhere) {
    for (const char* const help : {"-h", "-help", "--help", "--h"}) {
        EXPECT_TRUE(parse_flags(Arguments{"-addr", ":1", help}, "config").help_requested);
    }
    EXPECT_FALSE(parse_flags(Arguments{"-friendly-name", "-h"}, "config").help_requested);
}

TEST(Flags, UnknownFlagsNameTheNearest) {
    EXPECT_THAT(parse_flags(Arguments{"-adr=:1", "--catalogue", "-zzz"}, "run").problems,
        ElementsAre("unknown flag -adr; did you mean -addr?",
            "unknown flag -catalogue; did you mean -catalog?",
            "unknown flag -zzz; see plex-tuner run -h"));
}

TEST(Flags, MissingValuesAreProblems) {
    EXPECT_THAT(parse_flags(Arguments{"-addr"}, "run").problems,
        ElementsAre(HasSubstr("flag -addr needs a value: ")));
    const ParsedFlags flags = parse_flags(Arguments{"-catalog", "-addr", ":1"}, "run");
    EXPECT_THAT(
        flags.problems, ElementsAre(HasSubstr("flag -catalog needs a value, but -addr follows")));
    EXPECT_THAT(values(flags), ElementsAre("addr=:1"));
}

TEST(Flags, LeftOverArgumentsAreProblems) {
    EXPECT_THAT(parse_flags(Arguments{"-addr", ":1", "extra", "-addr", ":2"}, "run").problems,
        ElementsAre("unexpected argument \"extra\""));
    EXPECT_THAT(
        parse_flags(Arguments{"-"}, "run").problems, ElementsAre("unexpected argument \"-\""));
    EXPECT_THAT(parse_flags(Arguments{"--", "x"}, "run").problems,
        ElementsAre("unexpected argument \"x\""));
    EXPECT_THAT(parse_flags(Arguments{"-addr=:1", "--"}, "run").problems, IsEmpty());
    EXPECT_THAT(parse_flags(Arguments{"http://u:hunter2@h/"}, "run").problems,
        Each(Not(HasSubstr("hunter2"))));
}

TEST(Flags, OddSpellingsAreProblems) {
    for (const char* const argument : {"---addr=:1", "-=x", "--=", "-Addr=:1"}) {
        const ParsedFlags flags = parse_flags(Arguments{argument}, "run");
        EXPECT_THAT(flags.values, IsEmpty()) << argument;
        EXPECT_EQ(flags.problems.size(), 1U) << argument;
    }
}

TEST(Flags, OtherSubcommandsTakeNone) {
    EXPECT_EQ(parse_flags(Arguments{"-addr=:1"}, "probe").problems.size(), 1U);
}

} // namespace
} // namespace plex_tuner::config
