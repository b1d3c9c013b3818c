// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_document.hpp"
#include "guide_fixture.hpp"
#include "guide_invariants.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide::testing {
namespace {

/// Fails once so many bytes were accepted, as a full disk does.
class FullDisk final : public GuideOutput {
public:
    explicit FullDisk(std::uint64_t room) : room_(room) {}

    Result<void> write(std::string_view bytes) override {
        size_ += bytes.size();
        return size_ > room_ ? Result<void>(fail(ErrorCode::disk_full, "disk full"))
                             : Result<void>();
    }

    Result<void> overwrite(std::uint64_t /*offset*/, std::string_view /*bytes*/) override {
        return {};
    }

    Result<void> truncate(std::uint64_t /*size*/) override { return {}; }

    std::uint64_t size() const override { return size_; }

private:
    std::uint64_t room_;
    std::uint64_t size_ = 0;
};

TEST(GuideDocument, AnOutputErrorStopsTheReaderAndIsReported) {
    const auto channels = sample_lineup();
    const GuideOptions options = sample_options();
    const std::string source = content_of(data_directory() / "in" / "plain.xml");
    for (const std::uint64_t room : {0, 200, 900}) { // less than header and programmes need
        FullDisk output(room);
        GuideDocument document(channels, options, kNow, output);
        document.begin_source();
        XmltvReader reader(document);
        const auto read = reader.feed(source);
        ASSERT_FALSE(read) << room;
        EXPECT_EQ(read.error().code(), ErrorCode::cancelled);
        ASSERT_NE(document.output_error(), nullptr);
        EXPECT_EQ(document.output_error()->code(), ErrorCode::disk_full);
        const auto report = document.finish();
        ASSERT_FALSE(report) << room;
        EXPECT_EQ(report.error().code(), ErrorCode::disk_full);
    }
}

TEST(GuideDocument, AnOutputErrorAfterTheSourceIsReported) {
    const auto channels = sample_lineup();
    const GuideOptions options = sample_options();
    FullDisk output(0);
    GuideDocument document(channels, options, kNow, output);
    const auto report = document.finish();
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code(), ErrorCode::disk_full);
}

TEST(GuideDocument, NamesThatCannotBeShownFallBack) {
    const std::vector<GuideChannel> channels{{"1", " \xC2\xA0 ", "", ""}, {"2", "\x01\x02", "", ""},
        {" ", "", "", ""}, {"", "\xFF\xFE", "", ""}};
    const Built built = build_in_memory("<tv/>", 100, channels);
    EXPECT_EQ(guide_fault(built.xml), "");
    EXPECT_TRUE(built.xml.contains("<title>1</title>"));
    EXPECT_TRUE(built.xml.contains("<title>2</title>"));
    EXPECT_TRUE(built.xml.contains("<title>Channel</title>"));
}

TEST(GuideDocument, ALongNameIsCut) {
    std::string name(1023, 'n');
    name += "\u00e9t\u00e9";
    const Built built = build_in_memory("<tv/>", 100, {{"1", name, "", ""}});
    EXPECT_TRUE(built.xml.contains("<title>" + std::string(1023, 'n') + "</title>"));
    EXPECT_FALSE(built.xml.contains(std::string(1024, 'n')));
    EXPECT_EQ(guide_fault(built.xml), "");
}

TEST(GuideDocument, AnEmptyLineupGivesAnEmptyGuide) {
    const Built built = build_in_memory("<tv/>", 100, {});
    EXPECT_EQ(guide_fault(built.xml), "");
    EXPECT_EQ(built.xml.find("<programme"), std::string::npos);
}

TEST(GuideDocument, CountsWhatItSkipsAndWhy) {
    const Built built = build_in_memory(content_of(data_directory() / "in" / "overlap.xml"), 1000);
    EXPECT_EQ(built.report.source_programmes(), 12U);
    EXPECT_EQ(built.report.skipped_programmes, 2U);
    const std::vector<std::pair<std::string, std::size_t>> expected{
        {"stop equals start", 1}, {"duplicate", 1}};
    EXPECT_EQ(built.report.skip_reasons, expected);
    EXPECT_EQ(built.report.written_programmes, 12U); // two of them for two channels each
    EXPECT_EQ(built.report.channels_with_data, 3U);
    EXPECT_EQ(built.report.channels_with_placeholder, 2U);
}

struct Written {
    std::string start, stop, title;
    friend bool operator==(const Written&, const Written&) = default;
};

/// The programmes of one channel by start, times as "23 10:00".
std::vector<Written> programmes_of(std::string_view guide, std::string_view channel) {
    std::vector<Written> found;
    const auto time = [](std::string_view digits) {
        return std::string(digits.substr(6, 2)) + " " + std::string(digits.substr(8, 2)) + ":" +
               std::string(digits.substr(10, 2));
    };
    constexpr std::string_view kBegin = "<programme start=\"";
    for (auto at = guide.find(kBegin); at != std::string_view::npos; at = guide.find(kBegin, at)) {
        at += kBegin.size();
        const std::string_view line = guide.substr(at, guide.find('\n', at) - at);
        if (line.contains("channel=\"" + std::string(channel) + ".plextuner\"")) {
            const auto title = line.find("<title>") + 7;
            found.push_back({time(line), time(line.substr(line.find("stop=\"") + 6)),
                std::string(line.substr(title, line.find("</title>") - title))});
        }
    }
    std::ranges::sort(found, {}, &Written::start);
    return found;
}

std::string programme(std::string_view start, std::string_view stop, std::string_view title) {
    std::string text =
        "<programme channel=\"one.example\" start=\"202611" + std::string(start) + "00\"";
    if (!stop.empty()) {
        text += " stop=\"202611" + std::string(stop) + "00\"";
    }
    return text + "><title>" + std::string(title) + "</title></programme>";
}

/// The programmes of the channel "one.example", "News One". It is 10:20, the window goes from 9:00
/// to 11:00.
std::vector<Written> guide_of(const std::string& programmes) {
    const Built built = build_in_memory("<tv>" + programmes + "</tv>", 1000);
    EXPECT_EQ(guide_fault(built.xml), "");
    return programmes_of(built.xml, "1");
}

TEST(GuideDocument, WhereDataHasRunOutPlaceholdersFollow) {
    EXPECT_EQ(guide_of(programme("230915", "231010", "Last")),
        (std::vector<Written>{
            {"23 09:15", "23 10:10", "Last"}, {"23 10:10", "23 11:00", "News One"}}));
    EXPECT_EQ(guide_of(programme("230500", "230600", "Long over")),
        (std::vector<Written>{{"23 05:00", "23 06:00", "Long over"},
            {"23 09:00", "23 10:00", "News One"}, {"23 10:00", "23 11:00", "News One"}}));
    EXPECT_EQ(guide_of(programme("231000", "231100", "On")),
        (std::vector<Written>{{"23 10:00", "23 11:00", "On"}}));
}

TEST(GuideDocument, WhereDataHasYetToBeginPlaceholdersPrecede) {
    EXPECT_EQ(guide_of(programme("231045", "231200", "First")),
        (std::vector<Written>{{"23 09:00", "23 10:00", "News One"},
            {"23 10:00", "23 10:45", "News One"}, {"23 10:45", "23 12:00", "First"}}));
    EXPECT_EQ(guide_of(programme("241200", "241300", "Tomorrow")),
        (std::vector<Written>{{"23 09:00", "23 10:00", "News One"},
            {"23 10:00", "23 11:00", "News One"}, {"24 12:00", "24 13:00", "Tomorrow"}}));
}

TEST(GuideDocument, AStopBeforeItsStartIsTakenForMissing) {
    const std::string source = programme("232200", "", "A") + programme("232300", "232200", "B") +
                               programme("240000", "", "C");
    const Built built = build_in_memory("<tv>" + source + "</tv>", 1000);
    const auto written = programmes_of(built.xml, "1");
    ASSERT_EQ(written.size(), 5U);
    EXPECT_EQ(written[2], (Written{"23 22:00", "23 23:00", "A"}));
    EXPECT_EQ(written[3], (Written{"23 23:00", "24 00:00", "B"}));
    EXPECT_EQ(written[4], (Written{"24 00:00", "24 00:30", "C"}));
    EXPECT_EQ(built.report.repaired_stops, 1U);
    EXPECT_EQ(built.report.skipped_programmes, 0U);
}

TEST(GuideDocument, ProgrammesOutOfOrderEndWhereTheNextOneStarts) {
    const auto written =
        guide_of(programme("240000", "", "X") + programme("232300", "240000", "Y") +
                 programme("240200", "", "Z"));
    ASSERT_EQ(written.size(), 5U);
    EXPECT_EQ(written[2], (Written{"23 23:00", "24 00:00", "Y"}));
    EXPECT_EQ(written[3], (Written{"24 00:00", "24 02:00", "X"}));
    EXPECT_EQ(written[4], (Written{"24 02:00", "24 02:30", "Z"}));
}

TEST(GuideDocument, TheSourceNameShowsNoCredentials) {
    const Built built = build_in_memory(
        "<tv source-info-name=\"http://host/xmltv.php?username=joe&amp;password=hush\"><programme "
        "channel=\"one.example\" "
        "start=\"20261123120000\"/></tv>",
        100);
    EXPECT_EQ(built.xml.find("hush"), std::string::npos);
    EXPECT_EQ(guide_fault(built.xml), "");
}

} // namespace
} // namespace plex_tuner::guide::testing
