// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_file.hpp"
#include "lineup_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace plex_tuner::engine {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

class GuideStoreTest : public ::testing::Test {
protected:
    testing::TemporaryDirectory directory_;
    GuideStore store_{directory_.path()};
};

TEST_F(GuideStoreTest, FindsOnlyTheGuideOfThatLineup) {
    write(store_.path("aaaa"), "<tv/>");
    ASSERT_NE(store_.open("aaaa"), nullptr);
    EXPECT_EQ(store_.open("aaaa")->plain.body.length, 5u);
    EXPECT_FALSE(store_.open("aaaa")->gzip);
    EXPECT_EQ(store_.open("bbbb"), nullptr);
}

TEST_F(GuideStoreTest, OffersTheGzipFormOnceItIsThere) {
    write(store_.path("aaaa"), "<tv/>");
    write(store_.path("aaaa").string() + ".gz", "zipped");
    ASSERT_TRUE(store_.open("aaaa")->gzip);
    EXPECT_EQ(store_.open("aaaa")->gzip->body.length, 6u);
    EXPECT_NE(store_.open("aaaa")->gzip->etag, store_.open("aaaa")->plain.etag);
}

TEST_F(GuideStoreTest, IgnoresAGzipFormThatIsOlder) {
    write(store_.path("aaaa").string() + ".gz", "zipped");
    write(store_.path("aaaa"), "<tv/>");
    std::filesystem::last_write_time(store_.path("aaaa").string() + ".gz",
        std::filesystem::last_write_time(store_.path("aaaa")) - std::chrono::hours(1));
    EXPECT_FALSE(store_.open("aaaa")->gzip);
}

TEST_F(GuideStoreTest, RemovesTheGuidesOfOtherLineupsOnly) {
    write(store_.path("aaaa"), "<tv/>");
    write(store_.path("aaaa").string() + ".gz", "z");
    write(store_.path("bbbb"), "<tv/>");
    write(directory_.path() / "device-id", "10439EFD");
    store_.remove_others("aaaa");
    EXPECT_NE(store_.open("aaaa"), nullptr);
    EXPECT_EQ(store_.open("bbbb"), nullptr);
    EXPECT_TRUE(std::filesystem::exists(directory_.path() / "device-id"));
}

TEST_F(GuideStoreTest, AnEqualGuideKeepsItsValidatorsAndItsCompressedForm) {
    write(store_.path("aaaa"), "<tv/>");
    write(store_.path("aaaa").string() + ".gz", "zipped");
    const std::string tag = store_.open("aaaa")->plain.etag;
    write(store_.incoming(), "<tv/>");
    ASSERT_TRUE(store_.adopt("aaaa"));
    EXPECT_EQ(store_.open("aaaa")->plain.etag, tag);
    EXPECT_TRUE(store_.open("aaaa")->gzip);
    EXPECT_FALSE(std::filesystem::exists(store_.incoming()));
}

TEST_F(GuideStoreTest, AnotherGuideReplacesBothForms) {
    write(store_.path("aaaa"), "<tv/>");
    write(store_.path("aaaa").string() + ".gz", "zipped");
    const std::string tag = store_.open("aaaa")->plain.etag;
    write(store_.incoming(), "<TV/>"); // the same size
    ASSERT_TRUE(store_.adopt("aaaa"));
    EXPECT_NE(store_.open("aaaa")->plain.etag, tag);
    EXPECT_FALSE(store_.open("aaaa")->gzip);
}

TEST_F(GuideStoreTest, AGuideBeingReadSurvivesItsReplacement) {
    write(store_.path("aaaa"), "<tv/>");
    const auto guide = store_.open("aaaa");
    std::filesystem::remove(store_.path("aaaa"));
    char bytes[5] = {};
    EXPECT_EQ(::pread(*guide->plain.body.descriptor, bytes, sizeof bytes, 0), 5);
}

TEST(LineupFingerprint, FollowsWhatTheGuideIsMadeOf) {
    const auto fingerprint = [](const std::vector<std::string>& names) {
        return lineup_fingerprint(*lineup_of(names), "1");
    };
    EXPECT_EQ(fingerprint({"a", "b"}), fingerprint({"a", "b"}));
    EXPECT_NE(fingerprint({"a", "b"}), fingerprint({"b", "a"}));
    EXPECT_NE(fingerprint({"ab", "c"}), fingerprint({"a", "bc"}));
    EXPECT_NE(
        lineup_fingerprint(*lineup_of({"a"}), "1"), lineup_fingerprint(*lineup_of({"a"}), "2"));
}

TEST(LineupFingerprint, FollowsTheShiftOfTheGuide) {
    const auto fingerprint = [](std::string_view shift) {
        catalog::CatalogBuilder builder;
        const std::array sources{catalog::StreamSource{.url = "http://h/1.ts", .headers = {}}};
        catalog::LiveChannel channel;
        channel.channel_id = channel.guide_name = "ITV1 +1";
        channel.tvg_shift = shift;
        channel.sources = sources;
        builder.add(channel);
        lineup::NumberBook book;
        return lineup_fingerprint(
            *lineup::Lineup::build(
                std::make_shared<const catalog::Catalog>(builder.build()), {}, book, WallTime()),
            "1");
    };
    EXPECT_EQ(fingerprint("1"), fingerprint("1"));
    EXPECT_NE(fingerprint("1"), fingerprint("2"));
}

} // namespace
} // namespace plex_tuner::engine
