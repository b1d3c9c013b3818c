// SPDX-License-Identifier: GPL-3.0-or-later
#include "documents.hpp"
#include "unit/media/external_tool.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kNow{
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + 10h + 17min + 5s};
constexpr const char* kDtd = "/usr/share/xmltv/xmltv.dtd"; // Debian package xmltv-util

TEST(PlaylistDocument, ListsThreeChannelsWithAbsoluteUrls) {
    EXPECT_EQ(playlist_document("http://127.0.0.1:1234"),
        "#EXTM3U url-tvg=\"http://127.0.0.1:1234/guide.xml\"\n"
        "#EXTINF:-1 tvg-id=\"clock.demo.plex-tuner\" tvg-name=\"Demo Clock\" tvg-chno=\"1\" "
        "group-title=\"Demo TV\",Demo Clock\n"
        "http://127.0.0.1:1234/channel/1.ts\n"
        "#EXTINF:-1 tvg-id=\"motion.demo.plex-tuner\" tvg-name=\"Demo Motion\" tvg-chno=\"2\" "
        "group-title=\"Demo TV\",Demo Motion\n"
        "http://127.0.0.1:1234/channel/2.ts\n"
        "#EXTINF:-1 tvg-id=\"radio.demo.plex-tuner\" tvg-name=\"Demo Radio\" tvg-chno=\"3\" "
        "group-title=\"Demo Radio\" radio=\"true\",Demo Radio\n"
        "http://127.0.0.1:1234/channel/3.ts\n");
}

TEST(GuideDocument, IsValidForTheDtd) {
    const auto checked = test::run_over(
        guide_document(kNow), std::string("xmllint --noout --nonet --dtdvalid ") + kDtd + " FILE");
    EXPECT_EQ(checked.status, 0) << checked.output;
    EXPECT_EQ(checked.output, "");
}

TEST(GuideDocument, IsAcceptedByTvValidateFile) {
    const auto checked = test::run_over(
        guide_document(kNow), std::string("tv_validate_file --dtd-file ") + kDtd + " FILE");
    EXPECT_EQ(checked.status, 0) << checked.output;
}

TEST(GuideDocument, ReachesFromSixHoursBackToTwoDaysAhead) {
    const std::string guide = guide_document(kNow);
    EXPECT_NE(guide.find("stop=\"202611230430"), std::string::npos)
        << "what was on at 04:00, six hours before the current hour";
    EXPECT_NE(guide.find("start=\"20261125"), std::string::npos);
    EXPECT_EQ(guide.find("start=\"20261126"), std::string::npos);
    EXPECT_EQ(guide.find("stop=\"20261122"), std::string::npos);
}

TEST(GuideDocument, IsTheSameWithinAnHour) {
    EXPECT_EQ(guide_document(kNow), guide_document(kNow + 30min));
    EXPECT_NE(guide_document(kNow), guide_document(kNow + 60min));
}

TEST(GuideDocument, NumbersEpisodesFromZeroInXmltvNs) {
    const std::string guide = guide_document(kNow);
    const std::size_t onscreen = guide.find("<episode-num system=\"onscreen\">S");
    const std::size_t xmltv = guide.rfind("<episode-num system=\"xmltv_ns\">", onscreen);
    ASSERT_NE(onscreen, std::string::npos);
    ASSERT_NE(xmltv, std::string::npos);
    const auto number = [&](std::size_t position) {
        return std::atoi(guide.c_str() + position);
    };
    const std::size_t season = xmltv + std::string_view("<episode-num system=\"xmltv_ns\">").size();
    const std::size_t shown =
        onscreen + std::string_view("<episode-num system=\"onscreen\">S").size();
    EXPECT_EQ(number(season) + 1, number(shown));
    EXPECT_EQ(number(guide.find('.', season) + 1) + 1, number(guide.find('E', shown) + 1));
}

} // namespace
} // namespace plex_tuner::demo
