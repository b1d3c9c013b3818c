// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fleet/generate.hpp>
#include <plex_tuner/fleet/plan.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::fleet {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

json instances_of(const GenerateOptions& options) {
    const auto generated = generate_fleet(options);
    EXPECT_TRUE(generated) << generated.error().message();
    return json::parse(generated->json).at("instances");
}

json find(const json& instances, const std::string& name) {
    for (const json& instance : instances) {
        if (instance.at("name") == name) {
            return instance.at("env");
        }
    }
    return nullptr;
}

/// What the supervisor thinks of it.
Plan plan_of(const GenerateOptions& options) {
    const auto generated = generate_fleet(options);
    const ParsedFleetFile parsed = parse_fleet_file(generated->json);
    EXPECT_THAT(parsed.warnings, IsEmpty());
    EXPECT_THAT(parsed.problems, IsEmpty());
    PlanInputs inputs;
    inputs.commands = {"run"};
    return make_plan(parsed.file, inputs);
}

TEST(GenerateFleet, OneTunerInTheNetworkAndOneForEachCategory) {
    const json instances = instances_of({});
    ASSERT_EQ(instances.size(), fleet_categories().size() + 1);
    const json main = find(instances, "hdhr-main");
    EXPECT_EQ(main.at("PLEX_TUNER_ADDR"), ":5004");
    EXPECT_EQ(main.at("PLEX_TUNER_HDHR_NETWORK_MODE"), "true");
    EXPECT_EQ(main.at("PLEX_TUNER_LINEUP_MAX_CHANNELS"), "479");
    EXPECT_EQ(main.at("PLEX_TUNER_LINEUP_SHAPE"), "na_en");
    const json canada = find(instances, "canada");
    EXPECT_EQ(canada.at("PLEX_TUNER_ADDR"), ":5102");
    EXPECT_EQ(canada.at("PLEX_TUNER_LINEUP_CATEGORY"), "canada");
    EXPECT_EQ(canada.at("PLEX_TUNER_GUIDE_NUMBER_OFFSET"), "2000");
    EXPECT_EQ(canada.at("PLEX_TUNER_BASE_URL"), "http://plextuner-canada.plex.svc:5004");
    EXPECT_EQ(canada.at("PLEX_TUNER_HDHR_SCAN_POSSIBLE"), "false");
    EXPECT_FALSE(canada.contains("PLEX_TUNER_M3U_URL"));
    EXPECT_EQ(instances.at(1).at("args"),
        json({"run", "-catalog=/var/lib/plextuner/sports/catalog.json"}));
}

TEST(GenerateFleet, TheSupervisorFindsNothingWrongWithIt) {
    for (const ShardBy shard_by : {ShardBy::lineup, ShardBy::skip}) {
        const Plan plan = plan_of(
            {.counts = {{"sports", 1'400}, {"us", 960}, {"intl", 500}}, .shard_by = shard_by});
        EXPECT_THAT(plan.problems, IsEmpty());
        EXPECT_THAT(plan.warnings, IsEmpty());
        EXPECT_THAT(plan.child_warnings, IsEmpty()) << "every variable is known";
        EXPECT_EQ(plan.children.size(), 12U + 2 + 2 + 1);
    }
}

TEST(GenerateFleet, ACategoryThatIsTooLargeForOneGetsSeveral) {
    const json instances = instances_of({.counts = {{"sports", 480}, {"us", 479}, {"uk", 1'001}}});
    const json first = find(instances, "sports");
    const json second = find(instances, "sports2");
    EXPECT_EQ(first.at("PLEX_TUNER_LINEUP_SHARD"), "1/2");
    EXPECT_EQ(second.at("PLEX_TUNER_LINEUP_SHARD"), "2/2");
    EXPECT_EQ(second.at("PLEX_TUNER_LINEUP_CATEGORY"), "sports");
    EXPECT_EQ(second.at("PLEX_TUNER_ADDR"), ":5102");
    EXPECT_EQ(first.at("PLEX_TUNER_GUIDE_NUMBER_OFFSET"), "1000");
    EXPECT_EQ(second.at("PLEX_TUNER_GUIDE_NUMBER_OFFSET"), "1000") << "one lineup, one book";
    EXPECT_NE(first.at("PLEX_TUNER_DEVICE_ID"), second.at("PLEX_TUNER_DEVICE_ID"));
    EXPECT_FALSE(find(instances, "us").contains("PLEX_TUNER_LINEUP_SHARD"));
    EXPECT_EQ(find(instances, "canada").at("PLEX_TUNER_ADDR"), ":5103") << "ports go on";
    EXPECT_EQ(find(instances, "uk3").at("PLEX_TUNER_GUIDE_NUMBER_OFFSET"), "160000")
        << "more than lie between 6000 and 7000";
    const auto too_many = generate_fleet({.counts = {{"uk", 10'001}}});
    ASSERT_FALSE(too_many);
    EXPECT_THAT(too_many.error().message(), HasSubstr("uk has 10001 channels"));
}

TEST(GenerateFleet, BySkippingAsTheAncestorDidIt) {
    const json instances = instances_of({.counts = {{"sports", 958}}, .shard_by = ShardBy::skip});
    EXPECT_EQ(find(instances, "sports").at("PLEX_TUNER_LINEUP_SKIP"), "0");
    const json second = find(instances, "sports2");
    EXPECT_EQ(second.at("PLEX_TUNER_LINEUP_SKIP"), "479");
    EXPECT_EQ(second.at("PLEX_TUNER_LINEUP_TAKE"), "479");
    EXPECT_EQ(second.at("PLEX_TUNER_GUIDE_NUMBER_OFFSET"), "101000");
    EXPECT_TRUE(find(instances, "sports3").is_null());
}

TEST(GenerateFleet, TheTableTellsWhatMovesInPlex) {
    const auto generated = generate_fleet({.base_url = "http://10.0.0.5:{port}"});
    ASSERT_TRUE(generated);
    EXPECT_THAT(generated->table,
        ::testing::StartsWith(
            "category\told_uri\tnew_uri\turi_changed\tdevice_id\tfriendly_name\n"
            "sports\thttp://plextuner-sports.plex.svc:5004\thttp://10.0.0.5:5101\tyes\t"));
    const auto same = generate_fleet({});
    EXPECT_THAT(same->table, HasSubstr("\tno\t"));
    EXPECT_EQ(same->table, generate_fleet({})->table) << "ids are the same each time";
}

TEST(GenerateFleet, CountsComeInBothForms) {
    const auto counts = parse_category_counts(R"({"a": 5, "b": {"confirmed_epg_stream_count": 6,
        "count": 9}, "c": {"linked_count": 7}, "d": {"epg_linked": 0}})");
    ASSERT_TRUE(counts) << counts.error().message();
    EXPECT_EQ(*counts, (CategoryCounts{{"a", 5}, {"b", 6}, {"c", 7}, {"d", 0}}));
    for (const char* text : {"", "[]", "{", R"({"a": -1})", R"({"a": "5"})", R"({"a": {}})",
             R"({"a": 1.5})", R"({"a": 99999999999})"}) {
        EXPECT_FALSE(parse_category_counts(text)) << text;
    }
    EXPECT_THAT(
        generate_fleet({.counts = {{"cooking", 5}}})->warnings, ElementsAre(HasSubstr("cooking")));
}

} // namespace
} // namespace plex_tuner::fleet
