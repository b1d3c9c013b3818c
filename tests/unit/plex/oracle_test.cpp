// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_fixture.hpp"

#include <plex_tuner/plex/oracle.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using plex_tuner::testing::FakePms;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class PlexOracle : public ::testing::Test {
protected:
    std::vector<OracleResult> ask(
        FakePms& pms, const std::vector<ShownTuner*>& tuners, OracleOptions options = {}) {
        std::vector<std::string> urls;
        for (ShownTuner* tuner : tuners) {
            urls.push_back(tuner->wanted().base_url);
        }
        options.first_poll = std::chrono::milliseconds(1);
        const auto client = fetch::Client::create({.user_agent = "t", .ca_bundle = {}}, {});
        auto results = PlexRun(pms).run([&](Server& server) {
            return ask_oracle(server, *client, urls, options, log::Logger());
        });
        EXPECT_TRUE(results) << results.error().message();
        return results.value_or(std::vector<OracleResult>());
    }

    static OracleCleanupReport clean(FakePms& pms, const OracleCleanupOptions& options) {
        const auto report = PlexRun(pms).run(
            [&](Server& server) { return clean_up_oracle(server, options, log::Logger()); });
        EXPECT_TRUE(report) << report.error().message();
        return report.value_or(OracleCleanupReport());
    }

    ShownTuner one_{"10439EFD", {"1", "2", "3"}};
    ShownTuner two_{"10439EFE", {"4"}};
};

TEST_F(PlexOracle, WaitsForAllGuidesWhateverTheServerIsLike) {
    using Edit = void (*)(FakePms::Script&);
    for (const Edit edit : {Edit([](FakePms::Script&) {}),
             Edit([](FakePms::Script& s) { s.encoding = FakePms::Encoding::xml; }),
             Edit([](FakePms::Script& s) { s.json = {true, true, true}; }),
             Edit([](FakePms::Script& s) { s.shows_activities = false; }),
             Edit([](FakePms::Script& s) { s.has_grabber_path = false; }),
             Edit([](FakePms::Script& s) { s.guide_polls = 20; })}) {
        FakePms pms;
        pms.change(edit);
        const auto results = ask(pms, {&one_, &two_});
        ASSERT_EQ(results.size(), 2U);
        EXPECT_EQ(results[0].error + results[1].error, "");
        EXPECT_EQ(results[0].rows, 3U);
        EXPECT_EQ(results[1].rows, 1U);
        EXPECT_EQ(results[0].channels[2].guide_name, "C3");
        EXPECT_EQ(results[0].channels[2].channel_key, "3.plextuner");
        EXPECT_NE(results[0].dvr_key, results[1].dvr_key);
        EXPECT_THAT(results[0].dvr_uuid, HasSubstr("dvr-"));
    }
}

TEST_F(PlexOracle, AStepThatFailsIsNamed) {
    FakePms pms({.guide_polls = 1'000'000});
    const auto slow = ask(pms, {&one_}, {.guide_wait = std::chrono::milliseconds(20)});
    EXPECT_THAT(slow.at(0).error, HasSubstr("read the channel map: "));
    EXPECT_NE(slow.at(0).dvr_key, "");

    FakePms left_over;
    left_over.add_device("10439EFD", one_.wanted().base_url, "Silicondust", "T");
    const auto known = ask(left_over, {&one_, &two_});
    EXPECT_THAT(known.at(0).error, HasSubstr("that no DVR uses"));
    EXPECT_EQ(known.at(1).error, "");

    FakePms blind({.has_grabber_path = false, .has_devices_path = false});
    const auto unseen = ask(blind, {&one_}, {.discovery_wait = std::chrono::milliseconds(10)});
    EXPECT_THAT(unseen.at(0).error, HasSubstr("register the tuner: "));
}

TEST_F(PlexOracle, AGuideThatIsNotReloadedIsReadOnce) {
    FakePms pms({.guide_polls = 0});
    ASSERT_EQ(ask(pms, {&one_}).at(0).rows, 3U);
    pms.forget_requests();
    EXPECT_EQ(ask(pms, {&one_}, {.reload_guide = false}).at(0).rows, 3U);
    EXPECT_THAT(pms.changes(), IsEmpty());
}

TEST_F(PlexOracle, CleansUpWhatItMadeAndNothingElse) {
    FakePms pms;
    static_cast<void>(ask(pms, {&one_, &two_}));
    const auto lineup = [](const char* title) {
        return std::string("lineup://tv.plex.providers.epg.xmltv/http://a/g.xml#") + title;
    };
    pms.add_dvr(pms.add_device("A", "http://a", "M", "A"), lineup("Kids"));
    // A tuner of a DVR of the oracle that somebody uses in another one, too.
    const int shared = pms.device("10439EFE")->key;
    pms.add_dvr(shared, lineup("Mine"));
    const OracleCleanupReport nothing = clean(pms, {.dry_run = false, .lineup_prefix = ""});
    EXPECT_EQ(nothing.deleted_dvrs, 0U);
    EXPECT_EQ(nothing.rows.size(), 4U);
    const OracleCleanupReport some =
        clean(pms, {.dry_run = false, .lineup_prefix = "ORACLE-t", .device_uri_substring = "//A"});
    EXPECT_EQ(some.deleted_dvrs, 2U);
    EXPECT_EQ(some.deleted_devices, 1U);
    EXPECT_THAT(some.rows.at(2).error, HasSubstr("left alone"));
    EXPECT_FALSE(pms.device("10439EFD"));
    EXPECT_TRUE(pms.device("10439EFE"));
    EXPECT_EQ(pms.dvrs().size(), 2U);
}

TEST(OracleUrls, EachCapIsATuner) {
    EXPECT_THAT(oracle_urls("http://h:5{cap}/{cap}", "100, 200,").value(),
        ElementsAre("http://h:5100/100", "http://h:5200/200"));
    EXPECT_FALSE(oracle_urls("http://h", "100"));
    EXPECT_FALSE(oracle_urls("http://{cap}", " ,"));
}

} // namespace
} // namespace plex_tuner::plex
