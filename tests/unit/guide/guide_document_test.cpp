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
    for (const std::uint64_t room : {0, 200, 900, 2000}) {
        FullDisk output(room);
        GuideDocument document(channels, options, kNow, output);
        document.begin_source();
        XmltvReader reader(document);
        const auto read = reader.feed(source);
        const auto report = document.finish();
        ASSERT_FALSE(report) << room;
        EXPECT_EQ(report.error().code(), ErrorCode::disk_full);
        if (!read) {
            EXPECT_EQ(read.error().code(), ErrorCode::cancelled);
        }
    }
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

TEST(GuideDocument, AnEmptyLineupGivesAnEmptyGuide) {
    const Built built = build_in_memory("<tv/>", 100, {});
    EXPECT_EQ(guide_fault(built.xml), "");
    EXPECT_EQ(built.xml.find("<programme"), std::string::npos);
}

TEST(GuideDocument, CountsWhatItSkipsAndWhy) {
    const Built built = build_in_memory(content_of(data_directory() / "in" / "overlap.xml"), 1000);
    EXPECT_EQ(built.report.source_programmes(), 12U);
    EXPECT_EQ(built.report.skipped_programmes, 3U);
    const std::vector<std::pair<std::string, std::size_t>> expected{
        {"stop not after start", 2}, {"duplicate", 1}};
    EXPECT_EQ(built.report.skip_reasons, expected);
    EXPECT_EQ(built.report.written_programmes, 11U); // two of them for two channels each
    EXPECT_EQ(built.report.channels_with_data, 3U);
    EXPECT_EQ(built.report.channels_with_placeholder, 2U);
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
