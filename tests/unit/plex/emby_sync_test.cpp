// SPDX-License-Identifier: GPL-3.0-or-later
#include "plex_fixture.hpp"
#include "support/fake_jellyfin.hpp"

#include <plex_tuner/plex/emby_sync.hpp>

#include <deque>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using plex_tuner::testing::FakeJellyfin;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class EmbySyncTest : public ::testing::Test {
protected:
    void start(FakeJellyfin::Script script = {}) {
        kind_ = script.is_emby ? EmbyKind::emby : EmbyKind::jellyfin;
        server_ = std::make_unique<FakeJellyfin>(std::move(script));
    }

    ShownTuner& tuner(const std::string& id, const std::vector<std::string>& numbers) {
        return tuners_.emplace_back(id, numbers);
    }

    std::vector<EmbyResult> sync(EmbySyncOptions options = {}) {
        auto results = try_sync(options);
        EXPECT_TRUE(results) << results.error().message();
        EXPECT_EQ(server_->keys_in_addresses(), 0);
        EXPECT_THAT(log_->text(), Not(HasSubstr(server_->api_key())));
        return results.value_or(std::vector<EmbyResult>{});
    }

    Result<std::vector<EmbyResult>> try_sync(EmbySyncOptions options = {}) {
        EmbyServerOptions server_options(*Url::parse(server_->url()));
        server_options.kind = kind_;
        server_options.api_key = Secret(api_key_.empty() ? server_->api_key() : api_key_);
        server_options.version = "1";
        server_options.patience = std::chrono::seconds(20);
        server_options.first_pause = std::chrono::milliseconds(1);
        EmbyServer server(*client_, server_options);
        options.first_poll = std::chrono::milliseconds(1);
        std::vector<WantedTuner> wanted;
        for (const ShownTuner& one : tuners_) {
            wanted.push_back(one.wanted());
        }
        asio::io_context context(1);
        auto done = asio::co_spawn(context,
            sync_emby(server, *client_, std::move(wanted), options, log::Logger(log_, "emby")),
            asio::use_future);
        context.run();
        return done.get();
    }

    static std::vector<std::string> actions(const std::vector<EmbyResult>& results) {
        std::vector<std::string> out;
        for (const EmbyResult& result : results) {
            out.push_back(
                result.error.empty() ? std::string(to_string(result.action)) : result.error);
        }
        return out;
    }

    void expect_set_up() {
        const auto tuners = server_->tuners();
        const auto guides = server_->guides();
        ASSERT_EQ(tuners.size(), tuners_.size());
        ASSERT_EQ(guides.size(), tuners_.size());
        for (std::size_t i = 0; i < tuners_.size(); ++i) {
            EXPECT_EQ(tuners[i].at("Url"), tuners_[i].wanted().base_url);
            EXPECT_EQ(tuners[i].at("Type"), "hdhomerun");
            EXPECT_EQ(guides[i].at("Path"), tuners_[i].wanted().base_url + "/guide.xml");
            EXPECT_EQ(guides[i].at("EnabledTuners"),
                nlohmann::json::array({tuners[i].at("Id").get<std::string>()}));
            EXPECT_EQ(guides[i].at("EnableAllTuners"), false);
        }
    }

    EmbyKind kind_ = EmbyKind::jellyfin;
    std::string api_key_;
    std::shared_ptr<KeptLog> log_ = std::make_shared<KeptLog>();
    std::unique_ptr<fetch::Client> client_ =
        fetch::Client::create({.user_agent = "test", .ca_bundle = {}}, log::Logger(log_, "fetch"));
    std::unique_ptr<FakeJellyfin> server_;
    std::deque<ShownTuner> tuners_;
};

TEST_F(EmbySyncTest, SetsTunersUpWithTheirGuidesAndThenChangesNothing) {
    start({.path_prefix = "/jellyfin"});
    tuner("1043A001", {"1", "2.1"});
    tuner("1043A002", {"7"});
    const auto first = sync();
    EXPECT_THAT(actions(first), Each("created"));
    EXPECT_EQ(first.at(0).channels, 2U);
    EXPECT_EQ(first.at(0).with_programme, 2U);
    EXPECT_EQ(first.at(0).served, 2U);
    expect_set_up();
    server_->forget_requests();
    EXPECT_THAT(actions(sync()), Each("skipped"));
    EXPECT_THAT(server_->changes(), IsEmpty());
}

TEST_F(EmbySyncTest, EmbyKeepsItsListsApart) {
    start({.is_emby = true, .path_prefix = "/emby", .reads_authorization = false});
    tuner("1043A001", {"1", "2"});
    const auto results = sync();
    EXPECT_THAT(actions(results), ElementsAre("created"));
    EXPECT_EQ(results.at(0).channels, 2U);
    expect_set_up();
}

TEST_F(EmbySyncTest, NewVersionsReadTheOtherHeader) {
    start({.reads_emby_token = false});
    tuner("1043A001", {"1"});
    EXPECT_THAT(actions(sync()), ElementsAre("created"));
}

TEST_F(EmbySyncTest, RepairsAnAddressInPlaceAndKeepsWhatOthersSet) {
    start();
    tuner("1043A001", {"1"});
    server_->add_tuner({{"Type", "hdhomerun"}, {"DeviceId", "1043A001"},
        {"Url", "http://127.0.0.1:9"}, {"AllowHWTranscoding", true}});
    server_->add_guide(
        {{"Type", "xmltv"}, {"Path", "http://127.0.0.1:9/guide.xml"}, {"EnableAllTuners", false},
            {"EnabledTuners", {server_->tuners()[0].at("Id")}}, {"MoviePrefix", "FILM:"}});
    EXPECT_THAT(actions(sync()), ElementsAre("updated_uri"));
    expect_set_up();
    EXPECT_EQ(server_->tuners()[0].at("AllowHWTranscoding"), true);
    EXPECT_EQ(server_->guides()[0].at("MoviePrefix"), "FILM:");
}

TEST_F(EmbySyncTest, TunersAndGuidesOfOthersStayAsTheyAre) {
    start();
    tuner("1043A001", {"1"});
    server_->add_tuner({{"Type", "m3u"}, {"Url", "http://other/list.m3u"}});
    server_->add_guide({{"Type", "xmltv"}, {"Path", "/config/other.xml"}});
    const auto tuners = server_->tuners();
    const auto guides = server_->guides();
    EXPECT_THAT(actions(sync()), ElementsAre("created"));
    EXPECT_EQ(server_->tuners().at(0), tuners.at(0));
    EXPECT_EQ(server_->guides().at(0), guides.at(0));
    EXPECT_EQ(server_->tuners().size(), 2U);
}

TEST_F(EmbySyncTest, AServerThatGoesDownInTheMiddleHasNothingTwice) {
    start();
    tuner("1043A001", {"1"});
    // Configuration, channels; then the tuner is added, but nobody learns of it.
    server_->answer_next({-1, -1, 0, 503, 503, -1, 0, 503});
    EXPECT_THAT(actions(sync()), ElementsAre("created"));
    expect_set_up();
}

TEST_F(EmbySyncTest, LineupsThatItHasNotReadAreReadAgain) {
    start();
    tuner("1043A001", {"1", "2"});
    static_cast<void>(sync());
    server_->forget_channels();
    const auto again = sync();
    EXPECT_THAT(actions(again), ElementsAre("refreshed"));
    EXPECT_EQ(again.at(0).channels, 2U);
}

TEST_F(EmbySyncTest, ADryRunChangesNothing) {
    start();
    tuner("1043A001", {"1"});
    const auto results = sync({.dry_run = true});
    EXPECT_THAT(actions(results), ElementsAre("created"));
    EXPECT_THAT(results.at(0).steps,
        ElementsAre(EmbyStep::add_tuner, EmbyStep::add_guide, EmbyStep::refresh));
    EXPECT_THAT(server_->changes(), IsEmpty());
}

TEST_F(EmbySyncTest, FailuresAreNamed) {
    start();
    tuner("1043A001", {"1"});
    api_key_ = "of-another-server";
    const auto refused = try_sync();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("PLEX_TUNER_JELLYFIN_TOKEN"));

    start({.task_fails = true});
    api_key_.clear();
    EXPECT_THAT(actions(sync()), ElementsAre(HasSubstr("could not read the guide (Failed)")));

    start({.takes_guides = false});
    EXPECT_THAT(actions(sync()), ElementsAre(HasSubstr("does not show it: add guide")));

    start();
    tuners_.back().server().on("/discover.json", plex_tuner::testing::behave::status(404));
    EXPECT_THAT(actions(sync()), ElementsAre(HasSubstr("status 500")));
}

} // namespace
} // namespace plex_tuner::plex
