// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/lineup_id.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string kBase = "http://10.0.0.5:5101";

WantedTuner wanted() {
    return {.name = "sports",
        .device_id = "10439EFD",
        .base_url = kBase,
        .guide_title = {},
        .channels = std::vector<std::string>{"1", "2"}};
}

std::vector<ChannelMapping> mapped(const std::vector<std::string>& numbers) {
    std::vector<ChannelMapping> out;
    for (const std::string& number : numbers) {
        out.push_back({.channel_key = "k" + number,
            .device_identifier = number,
            .lineup_identifier = number});
    }
    return out;
}

Device device(const std::string& uri = kBase, const std::string& id = "10439EFD") {
    return {.key = "7",
        .uuid = "device://tv.plex.grabbers.hdhomerun/" + id,
        .uri = uri,
        .device_id = id,
        .title = "T",
        .channels = mapped({"1", "2"})};
}

Dvr dvr(const Device& device, const std::string& guide = kBase + "/guide.xml") {
    return {.key = "21",
        .uuid = "u",
        .title = "D",
        .lineups = {xmltv_lineup_id(guide, "sports")},
        .devices = {{.key = device.key,
            .uuid = device.uuid,
            .uri = device.uri,
            .device_id = device.device_id,
            .title = {},
            .channels = {}}}};
}

struct PlanCase {
    const char* what;
    Present present;
    WantedTuner wanted;
    std::vector<DvrStep> steps;
    DvrAction action;
    bool reload = false;
};

TEST(DvrPlan, EachSituationHasItsSteps) {
    using enum DvrStep;
    Device lower = device(kBase + "/", "10439efd");
    Device unmapped = device();
    unmapped.channels.clear();
    Device partly = device();
    partly.channels[1].enabled = false;
    Device more = device();
    more.channels = mapped({"1", "2", "3"});
    const Device moved = device("http://10.0.0.9:5101");
    Dvr with_own_map = dvr(unmapped);
    with_own_map.devices[0].channels = mapped({"1", "2"});
    WantedTuner unasked = wanted();
    unasked.channels.reset();
    Dvr with_guide_of_others = dvr(device());
    with_guide_of_others.lineups = {xmltv_lineup_id("http://10.0.0.77:8000/guide.xml", "Mine")};
    Dvr cloud = dvr(device());
    cloud.lineups = {"lineup://tv.plex.providers.epg.cloud/5fc7#Rogers"};
    Device other_row = device("http://10.0.0.9:5101");
    other_row.key = "6";
    other_row.uuid = "device://other/6";
    const PlanCase cases[] = {
        {"nothing there", {}, wanted(), {register_device, create_dvr, refresh}, DvrAction::created},
        {"device without DVR", {{device()}, {}}, wanted(), {create_dvr, refresh},
            DvrAction::created},
        {"moved device without DVR", {{moved}, {}}, wanted(), {repair_uri, create_dvr, refresh},
            DvrAction::created},
        {"all as wanted", {{device()}, {dvr(device())}}, wanted(), {}, DvrAction::skipped},
        {"other case, a slash", {{lower}, {dvr(lower)}}, wanted(), {}, DvrAction::skipped},
        {"all as wanted, reload asked for", {{device()}, {dvr(device())}}, wanted(), {refresh},
            DvrAction::refreshed, true},
        {"the map stands in the DVR", {{unmapped}, {with_own_map}}, wanted(), {},
            DvrAction::skipped},
        {"no channel mapped", {{unmapped}, {dvr(unmapped)}}, wanted(), {refresh},
            DvrAction::refreshed},
        {"a channel not enabled", {{partly}, {dvr(partly)}}, wanted(), {refresh},
            DvrAction::refreshed},
        {"a channel too many", {{more}, {dvr(more)}}, wanted(), {refresh}, DvrAction::refreshed},
        {"tuner not asked", {{device()}, {dvr(device())}}, unasked, {refresh},
            DvrAction::refreshed},
        {"address drifted", {{moved}, {dvr(moved)}}, wanted(), {repair_uri, refresh},
            DvrAction::updated_uri},
        {"guide drifted", {{device()}, {dvr(device(), "http://10.0.0.9:5101/guide.xml")}}, wanted(),
            {replace_lineup, refresh}, DvrAction::updated_uri},
        {"both drifted", {{moved}, {dvr(moved, "http://10.0.0.9:5101/guide.xml")}}, wanted(),
            {replace_lineup, repair_uri, refresh}, DvrAction::updated_uri},
        {"a guide of somebody's choice", {{device()}, {dvr(device(), "http://x/all.xml.gz")}},
            wanted(), {}, DvrAction::skipped},
        {"another guide of the same name", {{device()}, {with_guide_of_others}}, wanted(), {},
            DvrAction::skipped},
        {"Plex's own guide", {{device()}, {cloud}}, wanted(), {}, DvrAction::skipped},
        {"two rows, the second in use", {{other_row, device()}, {dvr(device())}}, wanted(), {},
            DvrAction::skipped},
    };
    for (const PlanCase& one : cases) {
        const TunerPlan plan = plan_tuner(one.wanted, one.present, {.reload = one.reload});
        EXPECT_EQ(plan.steps, one.steps) << one.what;
        EXPECT_EQ(plan.action(), one.action) << one.what;
        EXPECT_EQ(plan.problem, "") << one.what;
    }
}

TEST(DvrPlan, WhatIsThereIsNamed) {
    const TunerPlan plan = plan_tuner(wanted(), {{device()}, {dvr(device())}}, {});
    EXPECT_EQ(plan.device_key, "7");
    EXPECT_EQ(plan.device_uuid, "device://tv.plex.grabbers.hdhomerun/10439EFD");
    EXPECT_EQ(plan.dvr_key, "21");
    EXPECT_EQ(plan.lineup, wanted().lineup_id());
    EXPECT_EQ(plan.channels.size(), 2U);
}

TEST(DvrPlan, ATunerWithoutChannelsIsLeftAsItIs) {
    WantedTuner empty = wanted();
    empty.channels->clear();
    const TunerPlan plan = plan_tuner(empty, {{device()}, {dvr(device())}}, {});
    EXPECT_THAT(plan.steps, IsEmpty());
    EXPECT_EQ(plan.action(), DvrAction::error);
    EXPECT_THAT(plan.problem, HasSubstr("no channels"));
}

TEST(DvrPlan, ADvrWithoutGuideIsAProblem) {
    Dvr bare = dvr(device());
    bare.lineups.clear();
    EXPECT_THAT(plan_tuner(wanted(), {{device()}, {bare}}, {}).problem, HasSubstr("no guide"));
}

class Leftovers : public testing::Test {
protected:
    Leftovers() {
        add("1", "10439EFD", kBase, "21");
        add("2", "OURS0001", "http://10.0.0.5:5102", "22");
        add("3", "FOREIGN1", "http://10.0.0.7:6077", "23");
        add("4", "OURS0002", "http://10.0.0.5:5103", "");
    }

    void add(const std::string& key, const std::string& id, const std::string& uri,
        const std::string& dvr_key) {
        Device one = device(uri, id);
        one.key = key;
        if (!dvr_key.empty()) {
            Dvr own = dvr(one);
            own.key = dvr_key;
            own.title = id;
            // Rows inside a DVR do not say the device id.
            own.devices[0].device_id = "";
            present_.dvrs.push_back(std::move(own));
        }
        present_.devices.push_back(std::move(one));
    }

    [[nodiscard]] std::vector<std::string> found(const PlanOptions& options) const {
        std::vector<std::string> out;
        const std::vector<WantedTuner> all{wanted()};
        for (const Leftover& one : leftovers(all, present_, options)) {
            out.push_back(one.device_id + (one.is_ours ? " ours" : " foreign") +
                          (one.dvr_key.empty() ? "" : " dvr"));
        }
        return out;
    }

    Present present_;
};

TEST_F(Leftovers, AreOursOnlyWhereThePatternsSayIt) {
    EXPECT_THAT(
        found({}), ElementsAre("OURS0001 foreign dvr", "FOREIGN1 foreign dvr", "OURS0002 foreign"));
    PlanOptions options;
    options.owned = {"ours*"};
    EXPECT_THAT(
        found(options), ElementsAre("OURS0001 ours dvr", "FOREIGN1 foreign dvr", "OURS0002 ours"));
    options.owned = {"http://10.0.0.5:*"};
    EXPECT_THAT(
        found(options), ElementsAre("OURS0001 ours dvr", "FOREIGN1 foreign dvr", "OURS0002 ours"));
}

TEST_F(Leftovers, KnownTunersAreNone) {
    PlanOptions options;
    options.owned = {"*"};
    options.known_ids = {"ours0001"};
    EXPECT_THAT(found(options), ElementsAre("FOREIGN1 ours dvr", "OURS0002 ours"));
}

TEST_F(Leftovers, ADvrThatSharesAForeignDeviceIsForeign) {
    present_.dvrs[1].devices.push_back(present_.dvrs[2].devices[0]);
    PlanOptions options;
    options.owned = {"OURS*"};
    EXPECT_THAT(found(options), testing::Contains("OURS0001 foreign dvr"));
    // One that shares a wanted device is none at all.
    present_.dvrs[1].devices.push_back(present_.dvrs[0].devices[0]);
    EXPECT_THAT(found(options), testing::Not(testing::Contains(HasSubstr("OURS0001"))));
}

TEST_F(Leftovers, NothingIsLeftOverWhenNothingIsWanted) {
    PlanOptions options;
    options.owned = {"*"};
    EXPECT_THAT(leftovers({}, present_, options), IsEmpty());
}

TEST(MapToSet, TakesWhatIsServedAndTheGuideKnows) {
    std::vector<ChannelMapping> rows = mapped({"1", "2", "3", "2"});
    rows.push_back({.channel_key = "", .device_identifier = "4", .lineup_identifier = ""});
    const auto numbers = [](const std::vector<ChannelMapping>& map) {
        std::vector<std::string> out;
        for (const ChannelMapping& one : map) {
            out.push_back(one.device_identifier);
        }
        return out;
    };
    EXPECT_THAT(numbers(map_to_set(rows, std::nullopt)), ElementsAre("1", "2", "3"));
    EXPECT_THAT(numbers(map_to_set(rows, std::vector<std::string>{"3", "1", "4", "9"})),
        ElementsAre("1", "3"));
}

} // namespace
} // namespace plex_tuner::plex
