// SPDX-License-Identifier: GPL-3.0-or-later
// Channels that no guide has are asked for at the panel, one by one.
#include "panel_fixture.hpp"
#include "support/xmltv_validator.hpp"

#include <ctime>
#include <mutex>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Ten channels; the guide has but the first two.
class ShortGuideTest : public PanelTest {
protected:
    ShortGuideTest() {
        std::ofstream(tuner_.file("guide.xml"))
            << "<tv><programme start=\"" << xmltv_time(0) << "\" stop=\"" << xmltv_time(5)
            << "\" channel=\"ch0.example\"><title>From the guide</title></programme><programme "
               "start=\""
            << xmltv_time(0) << "\" stop=\"" << xmltv_time(5)
            << "\" channel=\"ch1.example\"><title>From the guide</title></programme></tv>";
        panel_.set_short_guide([this](const std::string& id) {
            const std::scoped_lock lock(mutex_);
            asked_.push_back(id);
            return id == "10" ? std::string() : listing(0, 20);
        });
    }

    static std::time_t hour(int hours) { return std::time(nullptr) / 3600 * 3600 + hours * 3600; }

    static std::string xmltv_time(int hours) {
        const std::time_t at = hour(hours);
        std::tm parts{};
        ::gmtime_r(&at, &parts);
        std::array<char, 32> text{};
        return {text.data(), std::strftime(text.data(), text.size(), "%Y%m%d%H%M%S +0000", &parts)};
    }

    /// "From the panel", described as "Café & bar".
    static std::string listing(int from, int to) {
        return R"({"epg_listings":[{"title":"RnJvbSB0aGUgcGFuZWw=","description":"Q2Fmw6kgJiBiYXI=","start_timestamp":")" +
               std::to_string(hour(from)) + R"(","stop_timestamp":")" + std::to_string(hour(to)) +
               R"("}]})";
    }

    [[nodiscard]] static std::size_t count(const std::string& text, const std::string& what) {
        std::size_t found = 0;
        for (std::size_t at = text.find(what); at != std::string::npos;
            at = text.find(what, at + 1)) {
            ++found;
        }
        return found;
    }

    void start(const std::map<std::string, std::string>& more = {}) {
        TunerOptions all = options();
        for (const auto& [name, value] : more) {
            all.settings[name] = value;
        }
        tuner_.start(all);
        ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}))
            << tuner_.process().stderr_text();
    }

    [[nodiscard]] std::vector<std::string> asked() {
        const std::scoped_lock lock(mutex_);
        return asked_;
    }

    std::mutex mutex_;
    std::vector<std::string> asked_;
};

TEST_F(ShortGuideTest, ChannelsWithoutAGuideGetTheProgrammesOfThePanel) {
    start();
    const std::string guide = tuner_.get("/guide.xml").body;
    EXPECT_EQ(count(guide, "<title>From the guide</title>"), 2U);
    EXPECT_EQ(count(guide, "<title>From the panel</title><desc>Café &amp; bar</desc>"), 7U);
    EXPECT_THAT(guide, HasSubstr("<title>Channel J</title>"));
    EXPECT_EQ(xmltv_complaints(guide), "");
    EXPECT_THAT(asked(), ::testing::UnorderedElementsAre("3", "4", "5", "6", "7", "8", "9", "10"));
    const auto health = nlohmann::json::parse(tuner_.get("/api/guide-health").body);
    EXPECT_EQ(health.at("with_programmes"), 9);
    EXPECT_THAT(
        tuner_.get("/guide-health").body, HasSubstr("the panel was asked for this channel alone"));
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("hunter2")));
}

TEST_F(ShortGuideTest, WhatThePanelSaidIsKeptOverARestartAndNotAskedForAgain) {
    start();
    refresh();
    EXPECT_EQ(asked().size(), 8U);
    ASSERT_EQ(tuner_.stop(), 0);
    tuner_.start(options());
    ASSERT_TRUE(tuner_.process().wait_for_line({"refresh is over"}));
    EXPECT_EQ(asked().size(), 8U);
    EXPECT_EQ(count(tuner_.get("/guide.xml").body, "<title>From the panel</title>"), 7U);
}

TEST_F(ShortGuideTest, ALimitAsksForTheOthersTheNextTime) {
    start({{"GUIDE_SHORT_EPG", "3"}});
    EXPECT_EQ(asked().size(), 3U);
    refresh();
    EXPECT_EQ(asked().size(), 6U);
    refresh();
    std::vector<std::string> all = asked();
    std::ranges::sort(all);
    EXPECT_EQ(std::ranges::unique(all).begin(), all.end());
    EXPECT_EQ(all.size(), 8U);
    EXPECT_EQ(count(tuner_.get("/guide.xml").body, "<title>From the panel</title>"), 7U);
}

TEST_F(ShortGuideTest, APanelThatRefusesIsNotPressed) {
    panel_.fail("get_short_epg", {.status = 403, .body = "blocked"});
    start();
    EXPECT_EQ(panel_.count("get_short_epg"), 1U);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("programmes of a channel not had"));
    EXPECT_EQ(xmltv_complaints(tuner_.get("/guide.xml").body), "");
    EXPECT_EQ(count(tuner_.get("/guide.xml").body, "<title>From the guide</title>"), 2U);
}

TEST_F(ShortGuideTest, ProgrammesThatAGuideHasByNowGiveWay) {
    start();
    std::ofstream(tuner_.file("guide.xml"), std::ios::trunc)
        << "<tv><programme start=\"" << xmltv_time(0) << "\" stop=\"" << xmltv_time(30)
        << "\" channel=\"ch2.example\"><title>From the guide</title></programme></tv>";
    refresh();
    const std::string guide = tuner_.get("/guide.xml").body;
    EXPECT_EQ(count(guide, "<title>From the guide</title>"), 1U);
    EXPECT_THAT(guide, HasSubstr("channel=\"3.plextuner\"><title>From the guide</title>"));
    EXPECT_THAT(guide, HasSubstr("channel=\"1.plextuner\"><title>From the panel</title>"));
    EXPECT_THAT(guide, HasSubstr("channel=\"4.plextuner\"><title>From the panel</title>"));
}

TEST_F(ShortGuideTest, ItCanBeTurnedOff) {
    start({{"GUIDE_SHORT_EPG", "0"}});
    EXPECT_TRUE(asked().empty());
    ASSERT_EQ(tuner_.stop(), 0);
    start({{"XMLTV_PROVIDER", "off"}});
    EXPECT_TRUE(asked().empty());
}

} // namespace
} // namespace plex_tuner::testing
