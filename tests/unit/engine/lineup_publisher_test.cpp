// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_fixture.hpp"
#include "lineup_publisher.hpp"
#include "support/temporary_directory.hpp"

#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file) << text;
}

class LineupPublisherTest : public ::testing::Test {
protected:
    static PreparedLineup prepared(const std::vector<std::string>& names) {
        auto lineup = lineup_of(names);
        return {
            lineup, std::make_shared<LineupDocuments>(lineup), lineup_fingerprint(*lineup, "1")};
    }

    [[nodiscard]] std::size_t served_channels() const {
        return publication_.get()->lineup->channels().size();
    }

    void write_guide(const PreparedLineup& lineup, const std::string& text) const {
        write(guides_.path(lineup.fingerprint), text);
    }

    testing::TemporaryDirectory directory_;
    GuideStore guides_{directory_.path()};
    Publication publication_;
    LineupPublisher publisher_{publication_, guides_};
};

TEST_F(LineupPublisherTest, TheFirstLineupIsServedWithoutAGuide) {
    EXPECT_TRUE(publisher_.accept(prepared({"a"})));
    EXPECT_EQ(served_channels(), 1U);
    EXPECT_EQ(publication_.get()->guide, nullptr);
}

TEST_F(LineupPublisherTest, AnotherLineupWaitsForItsGuideWhereThereIsOne) {
    const auto first = prepared({"a"});
    write_guide(first, "<tv/>");
    EXPECT_TRUE(publisher_.accept(first));
    ASSERT_NE(publication_.get()->guide, nullptr);

    const auto second = prepared({"a", "b"});
    EXPECT_FALSE(publisher_.accept(second));
    EXPECT_EQ(served_channels(), 1U);
    EXPECT_EQ(publisher_.in_want_of_guide().fingerprint, second.fingerprint);

    write_guide(second, "<tv></tv>");
    publisher_.serve(second, nullptr);
    EXPECT_EQ(served_channels(), 2U);
    EXPECT_FALSE(publisher_.lineup_waits());
    EXPECT_EQ(publication_.get()->guide->plain.body.length, 9U);
}

TEST_F(LineupPublisherTest, ALineupThatComesBackEndsTheWait) {
    const auto first = prepared({"a"});
    write_guide(first, "<tv/>");
    publisher_.accept(first);
    publisher_.accept(prepared({"a", "b"}));
    EXPECT_TRUE(publisher_.accept(prepared({"a"})));
    EXPECT_FALSE(publisher_.lineup_waits());
}

TEST_F(LineupPublisherTest, TheCompressedGuideStaysUntilTheNextOneIsThere) {
    const auto lineup = prepared({"a"});
    const std::string gzip = guides_.path(lineup.fingerprint).string() + ".gz";
    write_guide(lineup, "<tv/>");
    write(gzip, "zipped");
    publisher_.accept(lineup);

    write(guides_.incoming(), "<tv> </tv>");
    ASSERT_TRUE(guides_.adopt(lineup.fingerprint));
    publisher_.serve(lineup, nullptr);
    EXPECT_EQ(publication_.get()->guide->plain.body.length, 10U);
    ASSERT_TRUE(publication_.get()->guide->gzip);
    EXPECT_EQ(publication_.get()->guide->gzip->body.length, 6U);

    write(gzip, "zipped again");
    publisher_.serve(lineup, nullptr);
    EXPECT_EQ(publication_.get()->guide->gzip->body.length, 12U);
}

} // namespace
} // namespace plex_tuner::engine
