// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_fixture.hpp"

#include <plex_tuner/plex/lineup_id.hpp>

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using plex_tuner::testing::FakePms;
using plex_tuner::testing::PmsMapping;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class DvrSyncTest : public ::testing::Test {
protected:
    void start(FakePms::Script script = {}) {
        pms_ = std::make_unique<FakePms>(std::move(script));
        run_ = std::make_unique<PlexRun>(*pms_);
    }

    ShownTuner& tuner(const std::string& id, const std::vector<std::string>& numbers) {
        return tuners_.emplace_back(id, numbers);
    }

    [[nodiscard]] std::vector<WantedTuner> wanted() const {
        std::vector<WantedTuner> all;
        for (const ShownTuner& one : tuners_) {
            all.push_back(one.wanted());
        }
        return all;
    }

    DvrReport sync(DvrSyncOptions options = {}) {
        auto report = run_->sync(wanted(), std::move(options));
        EXPECT_TRUE(report) << report.error().message();
        return report.value_or(DvrReport{});
    }

    static std::vector<std::string> actions(const DvrReport& report) {
        std::vector<std::string> out;
        for (const DvrResult& result : report.results) {
            out.emplace_back(
                result.error.empty() ? std::string(to_string(result.action)) : result.error);
        }
        return out;
    }

    /// Everything of `id` is there and mapped.
    void expect_set_up(const std::string& id, const std::vector<std::string>& numbers) {
        const auto device = pms_->device(id);
        ASSERT_TRUE(device) << id;
        ASSERT_TRUE(pms_->dvr_of(id)) << id;
        std::vector<std::string> mapped;
        for (const PmsMapping& one : device->map) {
            mapped.push_back(one.device_identifier);
            EXPECT_EQ(one.channel_key, one.device_identifier + ".plextuner");
            EXPECT_EQ(one.lineup_identifier, one.device_identifier);
        }
        EXPECT_EQ(mapped, numbers);
    }

    /// Run again, it finds nothing to do.
    void expect_settled() {
        pms_->forget_requests();
        EXPECT_THAT(actions(sync()), Each("skipped"));
        EXPECT_THAT(pms_->changes(), IsEmpty());
    }

    std::unique_ptr<FakePms> pms_;
    std::unique_ptr<PlexRun> run_;
    std::deque<ShownTuner> tuners_;
};

TEST_F(DvrSyncTest, SetsUpATunerFromNothingAndThenChangesNothing) {
    start();
    tuner("1043A001", {"5.1", "5.10", "7"});
    const DvrReport report = sync();
    EXPECT_THAT(actions(report), ElementsAre("created"));
    EXPECT_EQ(report.results[0].channels, 3U);
    EXPECT_EQ(report.results[0].dvr_key, std::to_string(pms_->dvrs()[0].key));
    expect_set_up("1043A001", {"5.1", "5.10", "7"});
    expect_settled();
    EXPECT_EQ(pms_->tokens_in_addresses(), 0);
    EXPECT_THAT(run_->log(), Not(HasSubstr(pms_->token())));
}

TEST_F(DvrSyncTest, WorksWithEveryBuildOfTheServer) {
    using Script = FakePms::Script;
    const std::pair<const char*, std::function<void(Script&)>> builds[] = {
        {"XML",
            [](Script& s) {
                s.encoding = FakePms::Encoding::xml;
            }},
        {"odd JSON",
            [](Script& s) {
                s.json = {true, true, true};
            }},
        {"no grabber path",
            [](Script& s) {
                s.has_grabber_path = false;
            }},
        {"discover only",
            [](Script& s) {
                s.has_grabber_path = s.has_devices_path = false;
                s.discover_takes_uri = true;
            }},
        {"slow discovery",
            [](Script& s) {
                s.discovery_polls = 20;
            }},
        {"slow guide",
            [](Script& s) {
                s.guide_polls = 100;
            }},
        {"silent about what it does",
            [](Script& s) {
                s.shows_activities = false;
            }},
        {"forgets a map",
            [](Script& s) {
                s.forgotten_maps = 1;
            }},
        {"below a path",
            [](Script& s) {
                s.path_prefix = "/plex";
            }},
    };
    for (const auto& [what, edit] : builds) {
        SCOPED_TRACE(what);
        Script script;
        edit(script);
        start(script);
        tuners_.clear();
        tuner("1043A001", {"1", "2"});
        EXPECT_THAT(actions(sync()), ElementsAre("created"));
        expect_set_up("1043A001", {"1", "2"});
        expect_settled();
    }
}

TEST_F(DvrSyncTest, FourteenTunersAreLoadedAtOnceAndWaitedForOnce) {
    start({.guide_polls = 60});
    for (int i = 0; i < 14; ++i) {
        tuner("1043A0" + std::to_string(10 + i), {"1", "2", "3"});
    }
    EXPECT_THAT(actions(sync()),
        ElementsAre("created", "created", "created", "created", "created", "created", "created",
            "created", "created", "created", "created", "created", "created", "created"));
    for (const ShownTuner& one : tuners_) {
        expect_set_up(one.wanted().device_id, {"1", "2", "3"});
    }
    const auto changes = pms_->changes();
    const auto is_reload = [](const std::string& one) {
        return one.contains("/reloadGuide");
    };
    const auto first = std::ranges::find_if(changes, is_reload);
    EXPECT_EQ(std::count_if(first, first + 14, is_reload), 14) << "one behind the other";
    expect_settled();
}

TEST_F(DvrSyncTest, TwoThousandChannelsAreOneRequest) {
    start();
    std::vector<std::string> numbers;
    for (int i = 1; i <= 2'000; ++i) {
        numbers.push_back(std::to_string(i));
    }
    tuner("1043A001", numbers);
    EXPECT_THAT(actions(sync()), ElementsAre("created"));
    expect_set_up("1043A001", numbers);
    const auto changes = pms_->changes();
    EXPECT_EQ(std::ranges::count_if(
                  changes, [](const std::string& one) { return one.contains("/channelmap?"); }),
        1);
    expect_settled();
}

TEST_F(DvrSyncTest, AChannelThatPlexWillNotHaveIsNoReasonToBeginAnew) {
    start({.refused_channel = "7"});
    std::vector<std::string> numbers;
    for (int i = 1; i <= 20; ++i) {
        numbers.push_back(std::to_string(i));
    }
    tuner("1043A001", numbers);
    const DvrReport first = sync();
    EXPECT_THAT(actions(first), ElementsAre("created"));
    EXPECT_EQ(first.results.at(0).channels, 19U);
    EXPECT_THAT(run_->log(), HasSubstr("does not show all channels"));
    pms_->forget_requests();
    DvrSyncOptions watchdog;
    watchdog.plan.enough_mapped = 0.9;
    EXPECT_THAT(actions(sync(watchdog)), ElementsAre("skipped"));
    EXPECT_THAT(pms_->changes(), IsEmpty());
}

TEST_F(DvrSyncTest, RepairsWhatDriftedAndNothingElse) {
    start();
    tuner("1043A001", {"1", "2"});
    tuner("1043A002", {"3"});
    ASSERT_THAT(actions(sync()), Each("created"));
    const int kept = pms_->dvr_of("1043A001")->key;
    pms_->move_device("1043A001", "http://127.0.0.1:9");
    pms_->forget_requests();
    EXPECT_THAT(actions(sync()), ElementsAre("updated_uri", "skipped"));
    EXPECT_EQ(pms_->device("1043A001")->uri, tuners_[0].wanted().base_url);
    EXPECT_EQ(pms_->dvr_of("1043A001")->key, kept);
    expect_set_up("1043A001", {"1", "2"});
    EXPECT_THAT(
        pms_->changes(), Each(Not(HasSubstr(std::to_string(pms_->dvr_of("1043A002")->key)))));
    expect_settled();
}

TEST_F(DvrSyncTest, AddressesThatCannotBeChangedAreRepairedByTellingOfTheTunerAgain) {
    start({.changes_uris = false});
    tuner("1043A001", {"1"});
    ASSERT_THAT(actions(sync()), ElementsAre("created"));
    pms_->move_device("1043A001", "http://127.0.0.1:9");
    EXPECT_THAT(actions(sync()), ElementsAre("updated_uri"));
    EXPECT_EQ(pms_->device("1043A001")->uri, tuners_[0].wanted().base_url);
    expect_settled();
}

TEST_F(DvrSyncTest, AGuideAtAnOldAddressIsReplaced) {
    start();
    ShownTuner& one = tuner("1043A001", {"1", "2"});
    const int device = pms_->add_device("1043A001", "http://127.0.0.1:9/", "Silicondust", "T");
    pms_->add_dvr(device, xmltv_lineup_id("http://127.0.0.1:9/guide.xml", "T"));
    EXPECT_THAT(actions(sync()), ElementsAre("updated_uri"));
    EXPECT_THAT(pms_->dvr_of("1043A001")->lineups, ElementsAre(one.wanted().lineup_id()));
    expect_set_up("1043A001", {"1", "2"});
    expect_settled();
}

TEST_F(DvrSyncTest, AChangedLineupIsMappedAnew) {
    start();
    ShownTuner& one = tuner("1043A001", {"1", "2", "3"});
    ASSERT_THAT(actions(sync()), ElementsAre("created"));
    one.serve({"2", "4"});
    EXPECT_THAT(actions(sync()), ElementsAre("refreshed"));
    expect_set_up("1043A001", {"2", "4"});
    expect_settled();
}

TEST_F(DvrSyncTest, ADvrDeletedByHandComesBack) {
    start();
    tuner("1043A001", {"1"});
    ASSERT_THAT(actions(sync()), ElementsAre("created"));
    pms_->remove_dvr(pms_->dvr_of("1043A001")->key);
    EXPECT_THAT(actions(sync()), ElementsAre("created"));
    expect_set_up("1043A001", {"1"});
    expect_settled();
}

TEST_F(DvrSyncTest, AGuideThatTheServerLostIsLoadedAgain) {
    start();
    tuner("1043A001", {"1"});
    ASSERT_THAT(actions(sync()), ElementsAre("created"));
    pms_->forget_guides();
    EXPECT_THAT(actions(sync()), ElementsAre("refreshed"));
    EXPECT_FALSE(pms_->dvr_of("1043A001")->guide.empty());
    expect_settled();
}

TEST_F(DvrSyncTest, ARestartOfTheServerAtAnyChangeIsLivedThrough) {
    for (const char* request : {"POST /media/grabbers/", "POST /livetv/dvrs?", "POST /livetv/dvrs/",
             "PUT /media/grabbers/devices/"}) {
        for (const bool done : {false, true}) {
            SCOPED_TRACE(std::string(request) + (done ? " after" : " before"));
            start();
            tuners_.clear();
            tuner("1043A001", {"1", "2"});
            tuner("1043A002", {"3"});
            pms_->restart_at({.request = request, .done = done});
            EXPECT_THAT(actions(sync()), ElementsAre("created", "created"));
            expect_set_up("1043A001", {"1", "2"});
            expect_set_up("1043A002", {"3"});
            EXPECT_EQ(pms_->dvrs().size(), 2U);
            EXPECT_EQ(pms_->devices().size(), 2U);
            expect_settled();
        }
    }
}

TEST_F(DvrSyncTest, WhatWasInterruptedIsTakenUpAgain) {
    start();
    tuner("1043A001", {"1", "2"});
    DvrSyncOptions hasty;
    hasty.guide_wait = std::chrono::milliseconds(0);
    pms_->change([](FakePms::Script& script) { script.guide_polls = 1'000; });
    const DvrReport first = sync(hasty);
    EXPECT_THAT(actions(first), ElementsAre("created"));
    EXPECT_EQ(first.results[0].channels, 0U);
    EXPECT_THAT(run_->log(), HasSubstr("not loaded the guide yet"));
    pms_->change([](FakePms::Script& script) { script.guide_polls = 3; });
    EXPECT_THAT(actions(sync()), ElementsAre("refreshed"));
    expect_set_up("1043A001", {"1", "2"});
    expect_settled();
}

TEST_F(DvrSyncTest, ADryRunChangesNothingAndSaysWhatItWould) {
    start();
    tuner("1043A001", {"1"});
    DvrSyncOptions options;
    options.dry_run = true;
    const DvrReport report = sync(options);
    EXPECT_THAT(actions(report), ElementsAre("created"));
    EXPECT_THAT(report.results[0].steps,
        ElementsAre(DvrStep::register_device, DvrStep::create_dvr, DvrStep::refresh));
    EXPECT_THAT(pms_->changes(), IsEmpty());
    EXPECT_THAT(pms_->devices(), IsEmpty());
}

class Deleting : public DvrSyncTest {
protected:
    void SetUp() override {
        start();
        tuner("1043A001", {"1"});
        const int ours = pms_->add_device("1043A0FF", "http://10.0.0.5:5199", "Silicondust", "Old");
        pms_->add_dvr(ours, xmltv_lineup_id("http://10.0.0.5:5199/guide.xml", "Old"));
        const int foreign = pms_->add_device("FEED0001", "http://10.0.0.7:6077", "Threadfin", "TF");
        pms_->add_dvr(foreign, xmltv_lineup_id("http://10.0.0.7:6077/xmltv.xml", "TF"));
        pms_->add_device("1043A0FE", "http://10.0.0.5:5198", "Silicondust", "Row");
    }
};

TEST_F(Deleting, HappensOnlyWhenAskedForAndOnlyToWhatIsOurs) {
    const DvrReport kept = sync();
    EXPECT_THAT(actions(kept), ElementsAre("created"));
    EXPECT_EQ(kept.left_alone.size(), 3U);
    EXPECT_EQ(pms_->devices().size(), 4U);

    DvrSyncOptions options;
    options.plan.delete_unknown = true;
    options.plan.owned = {"1043A0*"};
    options.dry_run = true;
    pms_->forget_requests();
    EXPECT_THAT(actions(sync(options)), ElementsAre("skipped", "deleted", "deleted"));
    EXPECT_THAT(pms_->changes(), IsEmpty());

    options.dry_run = false;
    const DvrReport report = sync(options);
    EXPECT_THAT(actions(report), ElementsAre("skipped", "deleted", "deleted"));
    EXPECT_FALSE(pms_->device("1043A0FF"));
    EXPECT_FALSE(pms_->device("1043A0FE"));
    EXPECT_TRUE(pms_->dvr_of("FEED0001"));
    EXPECT_TRUE(pms_->dvr_of("1043A001"));
    ASSERT_EQ(report.left_alone.size(), 1U);
    EXPECT_EQ(report.left_alone[0].device_id, "FEED0001");
}

TEST_F(Deleting, ATunerThatIsNotTheOneThatIsMeantIsNotTouched) {
    auto all = wanted();
    all[0].device_id = "1043A002";
    const auto report = run_->sync(all);
    ASSERT_TRUE(report);
    EXPECT_THAT(
        actions(*report), ElementsAre(AllOf(HasSubstr("1043A001"), HasSubstr("device id"))));
    EXPECT_THAT(pms_->changes(), IsEmpty());
}

TEST_F(DvrSyncTest, ATunerThatPlexCannotReachIsAnErrorAndTheOthersAreSetUp) {
    start();
    tuner("1043A001", {"1"});
    auto all = wanted();
    all.push_back({.name = "gone",
        .device_id = "1043A00F",
        .base_url = "http://127.0.0.1:9",
        .guide_title = {}});
    DvrSyncOptions options;
    options.discovery_wait = std::chrono::milliseconds(20);
    const auto report = run_->sync(all, options);
    ASSERT_TRUE(report);
    EXPECT_THAT(actions(*report),
        ElementsAre("created", HasSubstr("Plex does not find the tuner at its base URL")));
    expect_set_up("1043A001", {"1"});
}

TEST_F(DvrSyncTest, AMapThatPlexNeverTakesIsAnError) {
    start({.forgotten_maps = 100});
    tuner("1043A001", {"1", "2"});
    EXPECT_THAT(actions(sync()), ElementsAre(HasSubstr("a map of 2 channels, but shows 0")));
}

TEST_F(DvrSyncTest, AServerThatCannotBeAskedIsAnErrorAndNothingIsChanged) {
    start();
    tuner("1043A001", {"1"});
    run_->options().token = Secret("other");
    const auto report = run_->sync(wanted());
    ASSERT_FALSE(report);
    EXPECT_THAT(report.error().message(), StartsWith("nothing was changed"));
    EXPECT_THAT(pms_->devices(), IsEmpty());
}

} // namespace
} // namespace plex_tuner::plex
