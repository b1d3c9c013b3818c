// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/config/dotenv.hpp>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

[[nodiscard]] std::vector<std::string> flat(const Dotenv& file) {
    std::vector<std::string> out;
    for (const DotenvEntry& entry : file.entries) {
        out.push_back(std::to_string(entry.line) + " " + entry.name + "=" + entry.value);
    }
    return out;
}

TEST(Dotenv, ReadsPairsAndSkipsCommentsAndBlankLines) {
    const Dotenv file =
        parse_dotenv("A=1\n\n# comment\n  #x=y\n B_2 = two words \nC=\nD=a=b#c\n", ".env");
    EXPECT_THAT(flat(file), ElementsAre("1 A=1", "5 B_2=two words", "6 C=", "7 D=a=b#c"));
    EXPECT_THAT(file.warnings, IsEmpty());
}

TEST(Dotenv, StripsOnePairOfMatchingQuotes) {
    const Dotenv file = parse_dotenv("A=\" x \"\nB='y'\nC=\"z'\nD=\"\"q\"\"\nE=\"\nF=''", ".env");
    EXPECT_THAT(
        flat(file), ElementsAre("1 A= x ", "2 B=y", "3 C=\"z'", "4 D=\"q\"", "5 E=\"", "6 F="));
}

TEST(Dotenv, WarnsAboutWhatStandsBehindAClosingQuote) {
    const Dotenv file = parse_dotenv("A=\"hunter2\" # mine\nB='x'y\nC=\"p\nD='a'b'\nE=\"q\" \n"
                                     "F=it's # 'x'",
        "x.env");
    EXPECT_THAT(flat(file), ElementsAre("1 A=\"hunter2\" # mine", "2 B='x'y", "3 C=\"p", "4 D=a'b",
                                "5 E=q", "6 F=it's # 'x'"));
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("x.env:1: "), HasSubstr("x.env:2: ")));
    EXPECT_THAT(file.warnings[0], HasSubstr("closing quote"));
    EXPECT_THAT(file.warnings, Each(Not(HasSubstr("hunter2"))));
}

TEST(Dotenv, NothingIsInterpolated) {
    EXPECT_THAT(flat(parse_dotenv("A=$HOME ${B} \\n # no comment", ".env")),
        ElementsAre("1 A=$HOME ${B} \\n # no comment"));
}

TEST(Dotenv, WindowsFilesWork) {
    EXPECT_THAT(flat(parse_dotenv("\xEF\xBB\xBF"
                                  "A=1\r\nB='2'\r\n",
                    ".env")),
        ElementsAre("1 A=1", "2 B=2"));
}

TEST(Dotenv, MalformedLinesAreNamedByNumberAndNeverQuoted) {
    const Dotenv file =
        parse_dotenv("hunter2\nexport A=hunter2\n=hunter2\n1A=x\nA B=x\nOK=1\n", "/etc/x.env");
    EXPECT_THAT(flat(file), ElementsAre("6 OK=1"));
    ASSERT_EQ(file.warnings.size(), 5U);
    EXPECT_THAT(file.warnings[0], HasSubstr("/etc/x.env:1:"));
    EXPECT_THAT(file.warnings[1], HasSubstr("/etc/x.env:2:"));
    EXPECT_THAT(file.warnings[1], HasSubstr("export"));
    EXPECT_THAT(file.warnings, Each(Not(HasSubstr("hunter2"))));
}

TEST(Dotenv, TheFirstOfARepeatedNameCounts) {
    const Dotenv file = parse_dotenv("A=1\nA=2\n", ".env");
    EXPECT_THAT(flat(file), ElementsAre("1 A=1"));
    ASSERT_EQ(file.warnings.size(), 1U);
    EXPECT_THAT(file.warnings[0], HasSubstr(".env:2: A is already set in line 1"));
}

TEST(Dotenv, AMissingFileIsSilent) {
    const Dotenv file = read_dotenv("/no/such/place/.env");
    EXPECT_THAT(file.entries, IsEmpty());
    EXPECT_THAT(file.warnings, IsEmpty());
}

TEST(Dotenv, AnUnreadableFileIsAWarning) {
    const std::filesystem::path directory = std::filesystem::temp_directory_path();
    const Dotenv file = read_dotenv(directory); // reading a directory fails for root, too
    EXPECT_THAT(file.entries, IsEmpty());
    ASSERT_EQ(file.warnings.size(), 1U);
    EXPECT_THAT(file.warnings[0], HasSubstr(directory.string()));
}

TEST(Dotenv, FilesThatShellsReadTooMaySayExport) {
    const Dotenv file = parse_dotenv(
        "export A=1\nexport  B='two'\nC=3\nexport\n", "secrets.env", ExportWord::accepted);
    EXPECT_THAT(flat(file), ElementsAre("1 A=1", "2 B=two", "3 C=3"));
    EXPECT_THAT(file.warnings, ElementsAre(HasSubstr("secrets.env:4")));
}

} // namespace
} // namespace plex_tuner::config
