// SPDX-License-Identifier: GPL-3.0-or-later
// Guides that are read once for several tuners.
#include "guide_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace plex_tuner::guide::testing {
namespace {

namespace fs = std::filesystem;

std::string programme(std::string_view channel, std::string_view hour, std::string_view title) {
    return "<programme start=\"20261123" + std::string(hour) + "0000\" stop=\"20261123" +
           std::string(hour) + "3000\" channel=\"" + std::string(channel) + "\"><title>" +
           std::string(title) + "</title></programme>";
}

/// The lines of a guide in any order: which channel comes first is the only thing that may differ.
std::vector<std::string> sorted_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        lines.push_back(line);
    }
    std::ranges::sort(lines);
    return lines;
}

class GuideDigestTest : public ::testing::Test {
protected:
    fs::path write(std::string_view content, std::string_view name = "source.xml") {
        auto file = directory_.path() / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }

    struct Made {
        GuideReport report;
        std::string guide;
    };

    Made build(const fs::path& source, bool shared,
        const std::vector<GuideChannel>& channels = sample_lineup(),
        std::string_view name = "guide.xml") {
        GuideOptions options = sample_options();
        options.digest_directory = digests();
        const fs::path target = directory_.path() / name;
        auto report = build_guide(
            channels, {{.file = source, .is_shared = shared}}, options, FixedClock(kNow), target);
        EXPECT_TRUE(report) << report.error().message();
        return {.report = report.value_or(GuideReport()), .guide = content_of(target)};
    }

    void expect_same(std::string_view source) {
        const fs::path file = write(source);
        const Made alone = build(file, false);
        for (const char* round : {"made", "found"}) {
            const Made shared = build(file, true);
            EXPECT_EQ(sorted_lines(shared.guide), sorted_lines(alone.guide)) << round;
            EXPECT_EQ(shared.report.sources[0].not_shared, "");
            EXPECT_EQ(shared.report.sources[0].mended, alone.report.sources[0].mended);
            EXPECT_EQ(shared.report.sources[0].failure, alone.report.sources[0].failure);
            EXPECT_EQ(shared.report.sources[0].programmes, alone.report.sources[0].programmes);
            EXPECT_EQ(shared.report.sources[0].written, alone.report.sources[0].written);
            EXPECT_EQ(shared.report.sources[0].channels, alone.report.sources[0].channels);
            EXPECT_EQ(shared.report.skipped_programmes, alone.report.skipped_programmes);
        }
    }

    [[nodiscard]] fs::path digests() const { return directory_.path() / "digests"; }

    [[nodiscard]] std::vector<fs::path> digest_files() const {
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(digests())) {
            if (entry.path().extension() == ".guide") {
                files.push_back(entry.path());
            }
        }
        return files;
    }

    plex_tuner::testing::TemporaryDirectory directory_;
};

TEST_F(GuideDigestTest, MakesTheSameGuideAsReadingTheSource) {
    expect_same("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE tv SYSTEM \"xmltv.dtd\">\n"
                "<tv source-info-name=\"Feed &amp; Co\">\n"
                "<channel id=\"one.example\"><display-name>One</display-name>"
                "<icon src=\"http://icons.example/1.png\"/></channel>\n"
                "<channel id=\"other.example\"/>\n" +
                programme("one.example", "11", "A") + "\n<!-- a word between -->\n" +
                programme("one.example", "12", "B") + "\n" +
                programme("other.example", "11", "nobody's") +
                programme("two.example", "11", "C &lt; D") + "<unknown>x</unknown>" +
                programme("two.example", "12", "E") + "\n</tv>\n");
}

TEST_F(GuideDigestTest, MakesTheSameGuideOfAFeedInTheOrderOfTime) {
    std::string feed = "<tv>";
    for (const char* hour : {"11", "12", "13", "14"}) {
        for (const char* channel : {"one.example", "x.example", "TWO.example", "three.example"}) {
            feed += programme(channel, hour, std::string(channel) + hour) + "\n";
        }
    }
    // Declared behind, and a child without text.
    expect_same(feed + "<channel id=\"two.example\"><display-name>Two</display-name></channel>" +
                "<programme start=\"20261123150000\" channel=\"one.example\"/></tv> <!-- end -->");
}

TEST_F(GuideDigestTest, MakesTheSameGuideOfOtherEncodingsAndOfMendedMarkup) {
    expect_same("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><tv>" +
                programme("one.example", "11", "Caf\xE9 & Cr\xE8me") + "</tv>");
    std::string utf16("\xFF\xFE", 2);
    for (const char c : "<tv>" + programme("one.example", "11", "wide") + "</tv>") {
        utf16 += c;
        utf16 += '\0';
    }
    expect_same(utf16);
    expect_same("<tv>" + programme("one.example", "11", "1 <2 and <b>bold</b>") + "</tv>");
    expect_same("<tv/>");
}

TEST_F(GuideDigestTest, ABrokenSourceIsReportedAsWithoutIt) {
    for (const std::string& source : {"<tv>" + programme("one.example", "11", "A"),
             std::string("<html>no guide</html>"), std::string("<guide></guide>"), std::string()}) {
        expect_same(source);
    }
}

TEST_F(GuideDigestTest, WhoComesLaterDoesNotReadTheSource) {
    const fs::path file = write("<tv>" + programme("one.example", "11", "first") +
                                programme("two.example", "11", "2") + "</tv>");
    static_cast<void>(build(file, true));
    // Other content that passes for the same: seen by nobody who reads the digest.
    struct stat facts{};
    ASSERT_EQ(::stat(file.c_str(), &facts), 0);
    std::ofstream(file, std::ios::in | std::ios::binary) << "<xx>";
    const std::array<timespec, 2> times{facts.st_atim, facts.st_mtim};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times.data(), 0), 0);
    std::vector<GuideChannel> others = sample_lineup();
    others.erase(others.begin());
    const Made made = build(file, true, others);
    EXPECT_TRUE(made.guide.contains("<title>2</title>")) << made.report.sources[0].failure;
}

TEST_F(GuideDigestTest, ASourceThatChangedIsReadAnew) {
    for (const char* title : {"before", "behind", "another length"}) {
        const fs::path next =
            write("<tv>" + programme("one.example", "11", title) + "</tv>", "next");
        fs::rename(next, directory_.path() / "source.xml"); // as downloads do
        const Made made = build(directory_.path() / "source.xml", true);
        EXPECT_TRUE(made.guide.contains(title)) << title;
        EXPECT_EQ(digest_files().size(), 1U);
    }
}

TEST_F(GuideDigestTest, ADigestThatWasDamagedIsMadeAnew) {
    const fs::path file = write("<tv>" + programme("one.example", "11", "kept") + "</tv>");
    const Made whole = build(file, true);
    ASSERT_EQ(digest_files().size(), 1U);
    const fs::path digest = digest_files()[0];
    const std::string good = content_of(digest);
    std::vector<std::string> damaged{"", "x", good.substr(0, good.size() / 2), good.substr(1)};
    for (std::size_t i = good.size() - 120; i < good.size(); ++i) {
        damaged.push_back(good);
        damaged.back()[i] = static_cast<char>(damaged.back()[i] ^ 0xFF);
    }
    for (const std::string& bytes : damaged) {
        std::ofstream(digest, std::ios::binary | std::ios::trunc) << bytes;
        const Made made = build(file, true);
        EXPECT_EQ(made.report.sources[0].failure, "");
        EXPECT_TRUE(made.guide.contains("kept"));
    }
}

TEST_F(GuideDigestTest, WhatCannotBeSortedIsReadByEachAndTriedOnce) {
    std::string feed = "<tv>";
    for (int i = 0; i < 9'000; ++i) {
        feed += "<programme channel=\"" + std::string(1'000, 'x') + std::to_string(i) + "\"/>";
    }
    const fs::path file = write(feed + programme("one.example", "11", "kept") + "</tv>");
    for (const char* round : {"first", "second"}) {
        const Made made = build(file, true);
        EXPECT_TRUE(made.guide.contains("kept")) << round;
        EXPECT_TRUE(made.report.sources[0].not_shared.contains("too many channel ids"))
            << made.report.sources[0].not_shared;
        ASSERT_EQ(digest_files().size(), 1U);
        EXPECT_LT(fs::file_size(digest_files()[0]), 1'000U);
    }
}

TEST_F(GuideDigestTest, LeftoversOfAKilledProcessAreRemoved) {
    fs::create_directories(digests());
    const fs::path file = write("<tv>" + programme("one.example", "11", "A") + "</tv>");
    static_cast<void>(build(file, true));
    const fs::path leftover =
        digests() / ("." + digest_files()[0].filename().string() + ".part-AbCdEf");
    std::ofstream(leftover) << "half";
    fs::rename(write("<tv>" + programme("one.example", "11", "B") + "</tv>", "next"), file);
    static_cast<void>(build(file, true));
    EXPECT_FALSE(fs::exists(leftover));
    EXPECT_EQ(digest_files().size(), 1U);
}

TEST_F(GuideDigestTest, WhatIsLongUnusedIsRemovedButNoLock) {
    fs::create_directories(digests());
    const fs::path unused = digests() / "0123456789abcdef.guide";
    const fs::path lock = digests() / "0123456789abcdef.guide.lock";
    for (const fs::path& one : {unused, lock}) {
        std::ofstream(one) << "x";
        fs::last_write_time(one, fs::file_time_type::clock::now() - std::chrono::hours(24 * 100));
    }
    static_cast<void>(build(write("<tv>" + programme("one.example", "11", "A") + "</tv>"), true));
    EXPECT_FALSE(fs::exists(unused));
    EXPECT_TRUE(fs::exists(lock)) << "somebody may hold it";
}

TEST_F(GuideDigestTest, WithoutAPlaceForItTheSourceIsReadAndTheReasonNamed) {
    write("a file where the directory should be", "digests");
    const fs::path file = write("<tv>" + programme("one.example", "11", "kept") + "</tv>");
    const Made made = build(file, true);
    EXPECT_TRUE(made.guide.contains("kept"));
    EXPECT_TRUE(made.report.sources[0].not_shared.contains("digests"))
        << made.report.sources[0].not_shared;
}

TEST_F(GuideDigestTest, SeveralAtOnceGetTheSame) {
    std::string feed = "<tv>";
    for (int i = 0; i < 2'000; ++i) {
        feed += programme("ch" + std::to_string(i % 50), i % 2 == 0 ? "11" : "12", "T");
    }
    const fs::path file = write(feed + programme("one.example", "13", "last") + "</tv>");
    const Made alone = build(file, false);
    std::vector<Made> made(4);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < made.size(); ++i) {
        threads.emplace_back([&, i] {
            made[i] = build(file, true, sample_lineup(), "guide" + std::to_string(i) + ".xml");
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    for (const Made& one : made) {
        EXPECT_EQ(sorted_lines(one.guide), sorted_lines(alone.guide));
        EXPECT_EQ(one.report.sources[0].not_shared, "");
    }
}

TEST_F(GuideDigestTest, TheChannelsOfTheSourceAreKnownFromIt) {
    const fs::path file = write("<tv><channel id=\"a\"><display-name>A</display-name></channel>" +
                                programme("a", "11", "x") + "<channel id=\"late\"/></tv>");
    GuideOptions options = sample_options();
    options.digest_directory = digests();
    const auto channels = read_guide_channels({.file = file, .is_shared = true}, options);
    ASSERT_TRUE(channels);
    ASSERT_EQ(channels->size(), 2U);
    EXPECT_EQ((*channels)[0], (SourceChannel{"a", {"A"}}));
    EXPECT_EQ((*channels)[1].id, "late");
}

} // namespace
} // namespace plex_tuner::guide::testing
