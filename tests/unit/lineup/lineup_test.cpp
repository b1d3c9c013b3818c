// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/lineup/lineup.hpp>

#include <array>
#include <set>

#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

std::shared_ptr<const catalog::Catalog> catalog_of(
    const std::vector<std::pair<std::string, std::string>>& ids_and_numbers) {
    catalog::CatalogBuilder builder;
    for (const auto& [id, number] : ids_and_numbers) {
        const std::string url = "http://provider/" + id;
        const std::array kept{catalog::StreamSource{.url = url, .headers = {}}};
        catalog::LiveChannel channel;
        channel.channel_id = id;
        channel.guide_number = number;
        channel.guide_name = id;
        channel.sources = kept;
        builder.add(channel);
    }
    return std::make_shared<const catalog::Catalog>(builder.build());
}

std::shared_ptr<const Lineup> build(std::shared_ptr<const catalog::Catalog> catalog,
    const Options& options = {}, Report* report = nullptr) {
    NumberBook book;
    return Lineup::build(std::move(catalog), options, book, WallTime(), report);
}

Options options_with(const Selection& selection) {
    return {.pipeline = *Pipeline::make(selection), .guide_number_offset = 0};
}

TEST(Lineup, KeepsSourceOrderAndGivenNumbers) {
    const auto lineup = build(catalog_of({{"a", "7"}, {"b", ""}, {"c", "1"}}), {});
    ASSERT_EQ(lineup->channels().size(), 3u);
    EXPECT_EQ(lineup->channels()[0].guide_number, "7");
    EXPECT_EQ(lineup->channels()[1].guide_number, "2");
    EXPECT_EQ(lineup->channels()[2].guide_number, "1");
}

TEST(Lineup, NumbersAreUniqueWhateverTheSourceSays) {
    const auto lineup =
        build(catalog_of({{"a", "1"}, {"b", "1"}, {"c", "x"}, {"d", "3"}, {"e", "0"}}), {});
    std::set<std::string> numbers;
    for (const Channel& channel : lineup->channels()) {
        EXPECT_TRUE(numbers.insert(channel.guide_number).second) << channel.guide_number;
    }
    EXPECT_EQ(numbers.size(), 5u);
}

TEST(Lineup, FindsByNumberAndById) {
    const auto lineup = build(catalog_of({{"a", "7"}, {"b", ""}}), {});
    ASSERT_NE(lineup->find_number("7"), nullptr);
    EXPECT_EQ(lineup->find_number("7")->channel_id, "a");
    ASSERT_NE(lineup->find_id("b"), nullptr);
    EXPECT_EQ(lineup->find_id("b")->guide_number, "1");
    EXPECT_EQ(lineup->find_number("8"), nullptr);
    EXPECT_EQ(lineup->find_id("7"), nullptr);
}

TEST(Lineup, CapCutsFromTheEndAndIsReported) {
    Report report;
    const auto lineup = build(
        catalog_of({{"a", ""}, {"b", ""}, {"c", ""}}), options_with({.max_channels = 2}), &report);
    EXPECT_EQ(lineup->channels().size(), 2u);
    EXPECT_EQ(lineup->channels().back().channel_id, "b");
    EXPECT_EQ(report.catalog_channels, 3u);
    EXPECT_EQ(report.cut_by_cap, 1u);
    EXPECT_EQ(report.numbered_by_us, 2u);
    EXPECT_EQ(build(catalog_of({{"a", ""}, {"b", ""}}), options_with({.max_channels = -1}))
                  ->channels()
                  .size(),
        2u);
}

TEST(Lineup, KnowsHdByTheNameAndDrmByTheLicenceKey) {
    catalog::CatalogBuilder builder;
    const auto add = [&](std::string_view name, std::vector<catalog::NamedText> attributes) {
        const std::array sources{catalog::StreamSource{.url = "http://p/x", .headers = {}}};
        catalog::LiveChannel channel;
        channel.channel_id = name;
        channel.guide_name = name;
        channel.sources = sources;
        channel.attributes = attributes;
        builder.add(channel);
    };
    add("UK: BBC One ᶠᴴᴰ", {});
    add("Film4 (1080p)", {});
    add("HDNet", {{"inputstream.adaptive.license_key", "http://k"}});
    const auto lineup = build(std::make_shared<const catalog::Catalog>(builder.build()));
    EXPECT_TRUE(lineup->channels()[0].is_hd);
    EXPECT_TRUE(lineup->channels()[1].is_hd);
    EXPECT_FALSE(lineup->channels()[2].is_hd);
    EXPECT_FALSE(lineup->channels()[0].has_drm);
    EXPECT_TRUE(lineup->channels()[2].has_drm);
}

TEST(Lineup, OutlivesTheCatalogPointerItWasBuiltFrom) {
    auto catalog = catalog_of({{"only", "9"}});
    const auto lineup = build(std::move(catalog), {});
    EXPECT_EQ(lineup->channels()[0].sources[0].url, "http://provider/only");
}

} // namespace
} // namespace plex_tuner::lineup
