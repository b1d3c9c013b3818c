// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_fixture.hpp"
#include "guide_invariants.hpp"
#include "support/file_size_limit.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::guide::testing {
namespace {

class GuideBuilder : public ::testing::Test {
protected:
    std::filesystem::path source(std::string_view name, std::string_view content) {
        auto file = directory_.path() / name;
        std::ofstream(file, std::ios::binary) << content;
        return file;
    }

    GuideReport build(const std::vector<std::filesystem::path>& sources, WallTime now = kNow) {
        std::vector<GuideInput> inputs;
        for (const auto& file : sources) {
            inputs.push_back({file});
        }
        auto report =
            build_guide(sample_lineup(), inputs, sample_options(), FixedClock(now), target());
        EXPECT_TRUE(report) << report.error().message();
        return report.value_or(GuideReport());
    }

    [[nodiscard]] std::filesystem::path target() const { return directory_.path() / "guide.xml"; }

    [[nodiscard]] std::string guide() const { return content_of(target()); }

    static std::vector<std::string> failures(const GuideReport& report) {
        std::vector<std::string> all;
        for (const SourceReport& source : report.sources) {
            if (!source.failure.empty()) {
                all.push_back(source.failure);
            }
        }
        return all;
    }

    static std::string programme(std::string_view channel, std::string_view title) {
        return "<programme start=\"20261123120000\" stop=\"20261123130000\" channel=\"" +
               std::string(channel) + "\"><title>" + std::string(title) + "</title></programme>\n";
    }

    plex_tuner::testing::TemporaryDirectory directory_;
};

TEST_F(GuideBuilder, WithoutSourcesEveryChannelHasPlaceholders) {
    const GuideReport report = build({});
    EXPECT_EQ(report.channels_with_placeholder, 5U);
    EXPECT_EQ(report.written_programmes, 0U);
    EXPECT_EQ(guide_fault(guide()), "");
    EXPECT_TRUE(guide().contains("start=\"20261123090000 +0000\" stop=\"20261123100000 +0000\" "
                                 "channel=\"1.plextuner\"><title>News One</title>"));
    EXPECT_TRUE(guide().contains("stop=\"20261123110000 +0000\" channel=\"2.1.plextuner\""));
}

TEST_F(GuideBuilder, TheFirstSourceWithDataWinsAChannel) {
    const auto first =
        source("first.xml", "<tv>" + programme("one.example", "from first") + "</tv>");
    const auto second = source("second.xml", "<tv>" + programme("one.example", "hidden") +
                                                 programme("two.example", "from second") + "</tv>");
    const GuideReport report = build({first, second});
    EXPECT_TRUE(guide().contains("from first"));
    EXPECT_TRUE(guide().contains("from second"));
    EXPECT_FALSE(guide().contains("hidden"));
    EXPECT_EQ(report.source_programmes(), 3U);
    EXPECT_EQ(report.written_programmes, 3U);
    EXPECT_EQ(guide_fault(guide()), "");
}

/// "hhmm" of 2026-11-23.
std::string at(std::string_view channel, std::string_view start, std::string_view stop,
    std::string_view title) {
    return "<programme start=\"20261123" + std::string(start) + "00 +0000\" stop=\"20261123" +
           std::string(stop) + "00 +0000\" channel=\"" + std::string(channel) + "\"><title>" +
           std::string(title) + "</title></programme>\n";
}

TEST_F(GuideBuilder, LaterSourcesFillTheGapsOfEarlierOnes) {
    const auto first = source("first.xml", "<tv>" + at("one.example", "1000", "1100", "A") +
                                               at("one.example", "1300", "1400", "B") + "</tv>");
    const auto second = source("second.xml", "<tv>" + at("one.example", "1030", "1200", "C") +
                                                 at("one.example", "1200", "1330", "D") +
                                                 at("one.example", "1300", "1330", "hidden") +
                                                 at("one.example", "1400", "1500", "E") + "</tv>");
    const GuideReport report = build({first, second});
    for (const std::string& expected : {at("1.plextuner", "1000", "1100", "A"),
             at("1.plextuner", "1100", "1200", "C"), at("1.plextuner", "1200", "1300", "D"),
             at("1.plextuner", "1300", "1400", "B"), at("1.plextuner", "1400", "1500", "E")}) {
        EXPECT_TRUE(guide().contains(expected)) << expected << guide();
    }
    EXPECT_FALSE(guide().contains("hidden"));
    EXPECT_EQ(report.sources[1].written, 3U);
    EXPECT_EQ(report.channels[0].programmes, 5U);
    EXPECT_EQ(report.channels[0].source, 0);
    EXPECT_EQ(report.skipped_programmes, 0U) << "what others cover is no fault";
    EXPECT_EQ(guide_fault(guide()), "");
}

TEST_F(GuideBuilder, GapsBetweenProgrammesAreFilledAndPausesStretchedOver) {
    const auto file = source("a.xml", "<tv>" + at("one.example", "0930", "1012", "A") +
                                          at("one.example", "1015", "1030", "B") +
                                          at("one.example", "1050", "1200", "C") + "</tv>");
    static_cast<void>(build({file}));
    EXPECT_TRUE(guide().contains(at("1.plextuner", "0930", "1015", "A"))) << guide();
    EXPECT_TRUE(guide().contains(at("1.plextuner", "1030", "1050", "News One"))) << guide();
    GuideOptions options = sample_options();
    options.fill_gaps = false;
    ASSERT_TRUE(build_guide(sample_lineup(), {{file}}, options, FixedClock(kNow), target()));
    EXPECT_TRUE(guide().contains(at("1.plextuner", "0930", "1012", "A")));
    EXPECT_FALSE(guide().contains(at("1.plextuner", "1030", "1050", "News One")));
    EXPECT_EQ(guide_fault(guide()), "");
}

TEST_F(GuideBuilder, AnEventStandsWhereNoSourceHasAProgramme) {
    auto channels = sample_lineup();
    const auto hour = std::chrono::floor<std::chrono::hours>(kNow);
    channels[0].event = {"A v B & C", hour, hour + std::chrono::hours(1)};
    channels[1].event = {"Hidden", hour, hour + std::chrono::hours(1)};
    channels[2].event = {" ", hour, hour + std::chrono::hours(1)};
    const auto file = source("a.xml", "<tv>" + at("two.example", "0900", "1200", "X") + "</tv>");
    const auto report =
        build_guide(channels, {{file}}, sample_options(), FixedClock(kNow), target());
    ASSERT_TRUE(report);
    EXPECT_TRUE(guide().contains(at("1.plextuner", "1000", "1100", "A v B &amp; C"))) << guide();
    EXPECT_FALSE(guide().contains("Hidden"));
    EXPECT_EQ(report->channels[0].programmes, 1U);
    EXPECT_EQ(report->channels[0].index.size(), 1U);
    EXPECT_EQ(guide_fault(guide()), "");
}

TEST_F(GuideBuilder, TheReportSaysWhereProgrammesStand) {
    const auto first = source("first.xml", "<tv>" + at("one.example", "1000", "1012", "A") +
                                               at("one.example", "1015", "1100", "B") + "</tv>");
    const auto second =
        source("second.xml", "<tv>" + at("one.example", "0930", "1000", "C") + "</tv>");
    const GuideReport report = build({first, second});
    const std::string text = guide();
    std::vector<std::string> found;
    for (const ProgrammeAt& programme : report.channels[0].index) {
        const std::string_view rest = std::string_view(text).substr(programme.offset);
        found.emplace_back(rest.substr(8, 4)); // hours and minutes of the stop
        found.back() += rest.substr(rest.find("<title>") + 7, 1);
    }
    EXPECT_EQ(found, (std::vector<std::string>{"1000C", "1015A", "1100B"}));
    EXPECT_EQ(report.channels[1].index.size(), 2U) << "placeholders, too";
}

TEST_F(GuideBuilder, EachSourceHasItsShiftAndItsIds) {
    const auto first =
        source("first.xml", "<tv>" + at("one.example", "1000", "1100", "A") + "</tv>");
    const auto second =
        source("second.xml", "<tv>" + at("uno", "1000", "1100", "B") +
                                 at("two.example", "1000", "1100", "none") + "</tv>");
    const auto report = build_guide(sample_lineup(),
        {{first}, {second, std::chrono::minutes(60), {"uno", "", "", "uno"}}}, sample_options(),
        FixedClock(kNow), target());
    ASSERT_TRUE(report);
    EXPECT_TRUE(guide().contains(at("1.plextuner", "1000", "1100", "A"))) << guide();
    EXPECT_TRUE(guide().contains(at("1.plextuner", "1100", "1200", "B"))) << guide();
    EXPECT_TRUE(guide().contains(at("3.plextuner", "1100", "1200", "B"))) << guide();
    EXPECT_FALSE(guide().contains("none")) << "two.example has no id in the second";
}

TEST_F(GuideBuilder, ProgrammesBeyondTheWindowAreLeftOut) {
    const auto file =
        source("a.xml", "<tv>" + at("one.example", "1000", "1100", "A") +
                            "<programme start=\"20261125110000 +0000\" channel=\"one.example\">"
                            "<title>far</title></programme></tv>");
    GuideOptions options = sample_options();
    options.keep_future = std::chrono::hours(48);
    const auto report = build_guide(sample_lineup(), {{file}}, options, FixedClock(kNow), target());
    ASSERT_TRUE(report);
    EXPECT_EQ(report->written_programmes, 1U);
    EXPECT_EQ(report->skipped_programmes, 0U);
}

TEST_F(GuideBuilder, SaysWhichChannelsASourceDeclaresAndWhereTheGuideEnds) {
    const auto file = source("a.xml",
        "<tv><channel id=\"one.example\"><display-name>One</display-name>"
        "<display-name lang=\"de\"> Eins &amp; mehr </display-name><display-name/></channel>" +
            at("one.example", "1000", "1030", "A") +
            "<channel id=\"late.example\"><display-name>Late</display-name></channel>"
            "<channel id=\"one.example\"/></tv>");
    const GuideReport report = build({file});
    ASSERT_EQ(report.sources[0].channels.size(), 2U);
    EXPECT_EQ(
        report.sources[0].channels[0], (SourceChannel{"one.example", {"One", " Eins & mehr "}}));
    EXPECT_EQ(report.sources[0].channels[1].id, "late.example");
    EXPECT_EQ(report.channels[0].next_hole,
        std::chrono::floor<std::chrono::hours>(kNow) + std::chrono::minutes(30));
    EXPECT_EQ(report.channels[1].next_hole, std::chrono::floor<std::chrono::hours>(kNow));
    EXPECT_EQ(report.channels[1].source, -1);

    const auto channels = read_guide_channels({.file = file}, sample_options());
    ASSERT_TRUE(channels);
    ASSERT_EQ(channels->size(), 1U) << "only what stands before the first programme";
    EXPECT_FALSE(read_guide_channels({.file = source("b.xml", "<html>no guide</html>")}, {}));
    EXPECT_FALSE(read_guide_channels({.file = directory_.path() / "missing.xml"}, {}));
}

TEST_F(GuideBuilder, ABrokenSourceLeavesNothingBehindAndOthersCount) {
    const auto broken = source(
        "broken.xml", "<tv source-info-name=\"broken\"><channel id=\"two.example\"><icon "
                      "src=\"http://broken/\"/></channel>" +
                          programme("one.example", "lost") + programme("two.example", "lost"));
    const auto good = source(
        "good.xml", "<tv source-info-name=\"good\">" + programme("two.example", "kept") + "</tv>");
    for (const auto& sources : {std::vector{broken, good}, std::vector{good, broken}}) {
        const GuideReport report = build(sources);
        ASSERT_EQ(failures(report).size(), 1U);
        EXPECT_TRUE(failures(report)[0].contains("broken.xml: the XML ends in the middle"));
        EXPECT_FALSE(guide().contains("lost"));
        EXPECT_FALSE(guide().contains("broken"));
        EXPECT_TRUE(guide().contains("source-info-name=\"good\""));
        EXPECT_TRUE(guide().contains("kept"));
        EXPECT_EQ(report.source_programmes(), 1U);
        EXPECT_EQ(report.channels_with_data, 2U);
        EXPECT_EQ(guide_fault(guide()), "");
    }
}

TEST_F(GuideBuilder, OneMalformedTokenDoesNotCostTheSource) {
    for (const std::string_view fault :
        {"<title>a < b</title>", "<title>a</title><desc>x<br>y</desc>",
            "<title lang='en' lang='de'>a</title>", "<title>a</title><desc>by <Jane Doe></desc>"}) {
        const auto file = source("fault.xml",
            "<tv>" + programme("one.example", "before") +
                "<programme start=\"20261123130000\" channel=\"one.example\">" +
                std::string(fault) + "</programme>" + programme("two.example", "after") + "</tv>");
        const GuideReport report = build({file});
        EXPECT_EQ(failures(report), std::vector<std::string>()) << fault;
        EXPECT_TRUE(report.sources[0].mended.contains("fault.xml: line 2")) << fault;
        EXPECT_EQ(report.source_programmes(), 3U) << fault;
        EXPECT_EQ(report.written_programmes, 4U) << fault; // one of them for two channels
        EXPECT_TRUE(guide().contains(">before<")) << fault;
        EXPECT_TRUE(guide().contains(">after<")) << fault;
        EXPECT_EQ(guide_fault(guide()), "") << fault;
    }
    EXPECT_TRUE(guide().contains("<desc>by &lt;Jane Doe&gt;</desc>"));
}

TEST_F(GuideBuilder, AWellFormedSourceIsNotMended) {
    const auto file = source("a.xml", "<tv>" + programme("one.example", "x") + "</tv>");
    EXPECT_EQ(build({file}).sources[0].mended, "");
}

TEST_F(GuideBuilder, ABrokenSourceTakesNothingFromAnEarlierOne) {
    const auto icons = source("icons.xml", "<tv source-info-name=\"first\"><channel "
                                           "id=\"two.example\"><icon src=\"http://first/2.png\"/>"
                                           "</channel></tv>");
    const auto broken =
        source("broken.xml", "<tv source-info-name=\"broken\">" + programme("one.example", "lost"));
    build({icons, broken});
    EXPECT_TRUE(guide().contains("http://first/2.png"));
    EXPECT_TRUE(guide().contains("source-info-name=\"first\""));
}

/// Enough to leave every buffer, so that what was written must be taken back from the disk, and
/// stop times corrected there.
TEST_F(GuideBuilder, LargeSourcesAreTakenBackAndCorrectedOnDisk) {
    std::string programmes;
    const std::string filler(1000, 'x');
    for (int i = 0; i < 1000; ++i) {
        const std::string start = "202611" + std::to_string(24 + i / 600) +
                                  std::to_string(10 + i % 600 / 60) +
                                  std::to_string(100 + i % 60).substr(1) + "00";
        programmes += "<programme start=\"" + start + "\" channel=\"one.example\"><title>t" +
                      std::to_string(i) + "</title><desc>" + filler + "</desc></programme>";
        if (i == 0 || i == 500) {
            programmes += "<programme start=\"" + start +
                          "\" channel=\"two.example\"><title>spread</title></programme>";
        }
    }
    const auto broken = source("broken.xml", "<tv>" + programmes + "</tc>");
    const auto good = source("good.xml", "<tv>" + programmes + "</tv>");
    const GuideReport report = build({broken, good});
    EXPECT_EQ(failures(report).size(), 1U);
    EXPECT_EQ(guide_fault(guide()), "");
    EXPECT_TRUE(guide().contains(
        "start=\"20261124100000 +0000\" stop=\"20261124182000 +0000\" channel=\"2.plextuner\""));
    const std::string twice = guide();
    build({good});
    EXPECT_EQ(guide(), twice);
}

TEST_F(GuideBuilder, AMissingSourceIsReported) {
    const GuideReport report = build({directory_.path() / "nowhere.xml"});
    EXPECT_TRUE(report.sources.at(0).failure.contains("nowhere.xml"));
}

TEST_F(GuideBuilder, ABuildThatIsStoppedLeavesTheOldGuide) {
    const auto file = source("a.xml", "<tv>" + programme("one.example", "x") + "</tv>");
    build({file});
    const std::string before = guide();
    std::stop_source stop;
    stop.request_stop();
    GuideOptions options = sample_options();
    options.stop = stop.get_token();
    const auto later = kNow + std::chrono::hours(5);
    const auto report =
        build_guide(sample_lineup(), {{file}}, options, FixedClock(later), target());
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::cancelled);
    EXPECT_EQ(guide(), before);
    EXPECT_FALSE(compress_guide(target(), stop.get_token()));
}

TEST_F(GuideBuilder, WithinAnHourTheBytesAreTheSame) {
    const auto file = source("a.xml", "<tv>" + programme("one.example", "x") + "</tv>");
    build({file}, kNow);
    const std::string first = guide();
    build({file}, kNow + std::chrono::minutes(30));
    EXPECT_EQ(guide(), first);
    build({file}, kNow + std::chrono::hours(1));
    EXPECT_NE(guide(), first);
}

TEST_F(GuideBuilder, ASourceBeyondTheSizeLimitIsRefused) {
    const auto file = source(
        "big.xml", "<tv>" + std::string(100'000, ' ') + programme("one.example", "x") + "</tv>");
    GuideOptions options = sample_options();
    options.max_source_bytes = 50'000;
    const auto report = build_guide(sample_lineup(), {{file}}, options, FixedClock(kNow), target());
    ASSERT_TRUE(report);
    EXPECT_NE(report->sources.at(0).failure, "");
}

TEST_F(GuideBuilder, ATargetThatCannotBeWrittenIsAnError) {
    const auto blocker = source("file", "x");
    const auto report =
        build_guide(sample_lineup(), {}, sample_options(), FixedClock(kNow), blocker / "guide.xml");
    EXPECT_FALSE(report);
}

TEST_F(GuideBuilder, ADiskThatFillsUpLeavesTheOldGuide) {
    build({source("old.xml", "<tv>" + programme("one.example", "old") + "</tv>")});
    const std::string before = guide();
    std::string programmes;
    for (int i = 10; i < 60; ++i) {
        programmes += "<programme start=\"2026112312" + std::to_string(i) +
                      "00\" channel=\"one.example\"><title>new</title><desc>" +
                      std::string(50'000, 'x') + "</desc></programme>";
    }
    const auto file = source("new.xml", "<tv>" + programmes + "</tv>");
    const auto report = [&] {
        const plex_tuner::testing::FileSizeLimit limit(1'000'000);
        return build_guide(sample_lineup(), {{file}}, sample_options(), FixedClock(kNow), target());
    }();
    ASSERT_FALSE(report);
    EXPECT_TRUE(report.error().message().contains("guide.xml")) << report.error().message();
    EXPECT_EQ(guide(), before);
    build({file});
    EXPECT_NE(guide(), before);
}

} // namespace
} // namespace plex_tuner::guide::testing
