// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/gateway/override_update.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

ProbeVerdict verdict(const std::string& profile) {
    return {.keys = {"id", "5.1", "one.example"},
        .key = "id",
        .name = "One",
        .profile = profile,
        .reasons = profile.empty() ? "" : "interlaced"};
}

TEST(OverrideUpdate, EntersWhatIsFoundAndTakesItBackLater) {
    const auto first = update_overrides({}, {}, {verdict("aaccfr")}, false);
    EXPECT_THAT(first.overrides.profiles, ElementsAre(Pair("id", "aaccfr")));
    EXPECT_THAT(first.overrides.transcode, ElementsAre(Pair("id", true)));
    const auto second =
        update_overrides(first.overrides, first.record, {verdict("plexsafe")}, false);
    EXPECT_THAT(second.overrides.profiles, ElementsAre(Pair("id", "plexsafe")));
    EXPECT_THAT(second.kept, IsEmpty());
    const auto third = update_overrides(second.overrides, second.record, {verdict("")}, false);
    EXPECT_THAT(third.overrides.profiles, IsEmpty());
    EXPECT_THAT(third.overrides.transcode, IsEmpty());
    EXPECT_THAT(third.record, IsEmpty());
}

TEST(OverrideUpdate, WhatWasSeenInPartTakesNothingBack) {
    ProbeVerdict part = verdict("");
    part.is_partial = true;
    const auto first = update_overrides({}, {}, {verdict("aaccfr")}, false);
    for (const char* profile : {"", "plexsafe"}) {
        for (const bool replaces_all : {false, true}) {
            part.profile = profile;
            const auto second =
                update_overrides(first.overrides, first.record, {part}, replaces_all);
            EXPECT_THAT(second.overrides.profiles, ElementsAre(Pair("id", "aaccfr"))) << profile;
            EXPECT_THAT(second.overrides.transcode, ElementsAre(Pair("id", true))) << profile;
            EXPECT_EQ(second.record, first.record) << profile;
        }
    }
    const auto added = update_overrides({}, {}, {part}, false);
    EXPECT_THAT(added.overrides.profiles, ElementsAre(Pair("id", "plexsafe")));
}

TEST(OverrideUpdate, ChannelsThatWereNotProbedStay) {
    const auto first = update_overrides({}, {}, {verdict("aaccfr")}, false);
    const auto second = update_overrides(first.overrides, first.record, {}, false);
    EXPECT_EQ(second.overrides.profiles, first.overrides.profiles);
    EXPECT_EQ(second.overrides.transcode, first.overrides.transcode);
    EXPECT_EQ(second.record, first.record);
}

TEST(OverrideUpdate, WhatSomebodyEnteredStaysUnderWhicheverKey) {
    for (const std::string key : {"id", "5.1", "one.example"}) {
        const TranscodeOverrides own{.transcode = {{key, false}}, .profiles = {{key, "tablet"}}};
        const auto kept = update_overrides(own, {}, {verdict("aaccfr")}, false);
        EXPECT_EQ(kept.overrides.profiles, own.profiles) << key;
        EXPECT_EQ(kept.overrides.transcode, own.transcode) << key;
        EXPECT_THAT(kept.kept, ElementsAre(Pair("id", "profile tablet, do not transcode")));
        EXPECT_THAT(kept.record, IsEmpty());
        const auto friendly = update_overrides(own, {}, {verdict("")}, false);
        EXPECT_EQ(friendly.overrides.profiles, own.profiles) << key;
        const auto replaced = update_overrides(own, {}, {verdict("aaccfr")}, true);
        EXPECT_THAT(replaced.overrides.profiles, ElementsAre(Pair("id", "aaccfr")));
        EXPECT_THAT(replaced.overrides.transcode, ElementsAre(Pair("id", true)));
    }
}

TEST(OverrideUpdate, WhoPicksTheProfileIsStillToldWhatToTranscode) {
    const TranscodeOverrides own{.transcode = {}, .profiles = {{"5.1", "tablet"}}};
    const auto update = update_overrides(own, {}, {verdict("aaccfr")}, false);
    EXPECT_EQ(update.overrides.profiles, own.profiles);
    EXPECT_THAT(update.overrides.transcode, ElementsAre(Pair("id", true)));
    // And it is a probe's entry, which goes when the reason does.
    const auto later = update_overrides(update.overrides, update.record, {verdict("")}, false);
    EXPECT_EQ(later.overrides.profiles, own.profiles);
    EXPECT_THAT(later.overrides.transcode, IsEmpty());
}

TEST(OverrideUpdate, AnEntryOfAProbeThatSomebodyChangedIsTheirs) {
    auto probed = update_overrides({}, {}, {verdict("aaccfr")}, false);
    probed.overrides.profiles["id"] = "tablet";
    const auto update =
        update_overrides(probed.overrides, probed.record, {verdict("plexsafe")}, false);
    EXPECT_THAT(update.overrides.profiles, ElementsAre(Pair("id", "tablet")));
    EXPECT_THAT(update.kept, ElementsAre(Pair("id", "profile tablet")));
}

TEST(OverrideUpdate, FilesAreReadAsTheyWereWritten) {
    const TranscodeOverrides overrides{
        .transcode = {{"5.1", true}, {"a \"b\"", false}}, .profiles = {{"5.1", "aaccfr"}}};
    EXPECT_EQ(parse_transcode_overrides(transcode_overrides_json(overrides.transcode)).value(),
        overrides.transcode);
    EXPECT_EQ(parse_profile_overrides(profile_overrides_json(overrides.profiles)).value(),
        overrides.profiles);
    EXPECT_EQ(profile_overrides_json(overrides.profiles), "{\n  \"5.1\": \"aaccfr\"\n}\n");
    EXPECT_THAT(parse_profile_overrides(profile_overrides_json({})).value(), IsEmpty());
    const auto record = update_overrides({}, {}, {verdict("aaccfr")}, false).record;
    EXPECT_EQ(parse_override_record(override_record_json(record)).value(), record);
    EXPECT_THAT(override_record_json(record), HasSubstr("interlaced"));
    EXPECT_FALSE(parse_override_record("{\"5.1\": true}"));
    EXPECT_FALSE(parse_override_record("{\"5.1\": {\"profile\": 1}}"));
    EXPECT_FALSE(parse_override_record("[]"));
}

} // namespace
} // namespace plex_tuner::gateway
