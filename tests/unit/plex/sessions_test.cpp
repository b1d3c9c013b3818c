// SPDX-License-Identifier: GPL-3.0-or-later
// What is played, what is told of it, and ending it, at a server that is hard to please.
#include "plex_fixture.hpp"

#include <plex_tuner/plex/tuner_feeds.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::plex {
namespace {

using plex_tuner::testing::FakePms;
using plex_tuner::testing::FakePmsSessions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
namespace behave = plex_tuner::testing::behave;

auto sessions_of(PlexRun& run) {
    return run.run([](Server& server) { return server.sessions(); });
}

TEST(Sessions, AreReadInEveryEncoding) {
    FakePms pms;
    PlexRun run(pms);
    ASSERT_TRUE(sessions_of(run));
    EXPECT_THAT(*sessions_of(run), IsEmpty());
    pms.sessions().add({.name = "a", .channel = "5.1", .shows_offset = true});
    pms.sessions().add({.name = "film", .is_live = false, .direct = true});
    pms.sessions().add({.name = "dvr", .platform = "Plex Media Server"});
    for (const auto encoding : {FakePms::Encoding::xml, FakePms::Encoding::json}) {
        for (const bool odd : {false, true}) {
            pms.change([&](FakePms::Script& script) {
                script.encoding = encoding;
                script.json = {odd, odd, odd};
            });
            const auto sessions = sessions_of(run);
            ASSERT_TRUE(sessions) << sessions.error().message();
            ASSERT_EQ(sessions->size(), 3U);
            const PlaySession& one = sessions->front();
            EXPECT_EQ(one.key, "/livetv/sessions/live-a");
            EXPECT_EQ(one.session_key, "12");
            EXPECT_EQ(one.session_id, "sess-a");
            EXPECT_EQ(one.channel, "5.1");
            EXPECT_EQ(one.player.machine_id, "client-a");
            EXPECT_EQ(one.player.state, "playing");
            ASSERT_TRUE(one.transcode);
            EXPECT_EQ(one.transcode->id, "trans-a");
            EXPECT_GT(one.transcode->max_offset, 30.0);
            EXPECT_TRUE(one.view_offset);
            EXPECT_TRUE(one.is_live());
            EXPECT_FALSE(one.is_internal());
            EXPECT_FALSE(sessions->at(1).is_live());
            EXPECT_FALSE(sessions->at(1).transcode);
            EXPECT_TRUE(sessions->at(2).is_internal());
        }
    }
}

TEST(Sessions, ATranscodeIsStoppedAndASessionTerminated) {
    FakePms pms;
    PlexRun run(pms);
    pms.sessions().add({.name = "a"});
    pms.sessions().add({.name = "b", .direct = true});
    EXPECT_TRUE(run.run([](Server& server) { return server.stop_transcode("trans-a"); }));
    EXPECT_TRUE(run.run([](Server& server) { return server.terminate_session("sess-b", "bye"); }));
    EXPECT_THAT(pms.sessions().ends(), ElementsAre("stop trans-a", "terminate sess-b by GET: bye"));
    EXPECT_THAT(*sessions_of(run), IsEmpty());
}

TEST(Sessions, TerminationByPostWhereGetIsNotTaken) {
    FakePms pms;
    PlexRun run(pms);
    pms.sessions().script([](FakePmsSessions::Script& script) { script.takes_get = false; });
    pms.sessions().add({.name = "b", .direct = true});
    EXPECT_TRUE(run.run([](Server& server) { return server.terminate_session("sess-b", "bye"); }));
    EXPECT_THAT(pms.sessions().ends(),
        ElementsAre("terminate sess-b by GET: bye", "terminate sess-b by POST: bye"));
    const auto unknown =
        run.run([](Server& server) { return server.terminate_session("sess-x", "bye"); });
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().http_status(), 404);
    const auto empty = run.run([](Server& server) { return server.terminate_session("", "bye"); });
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().http_status(), 403);
}

TEST(Sessions, TerminationWithoutAPassSaysWhatIsMissing) {
    FakePms pms;
    PlexRun run(pms);
    pms.sessions().script([](FakePmsSessions::Script& script) { script.has_pass = false; });
    pms.sessions().add({.name = "b", .direct = true});
    const auto ended =
        run.run([](Server& server) { return server.terminate_session("sess-b", "bye"); });
    ASSERT_FALSE(ended);
    EXPECT_THAT(ended.error().message(), HasSubstr("Plex Pass"));
    EXPECT_EQ(pms.sessions().ends().size(), 1U);
}

/// The names of the first `count` events that are no ping, and the states in them.
asio::awaitable<Result<std::vector<std::string>>> heard(
    Server& server, FakePmsSessions& sessions, std::size_t count) {
    auto events = co_await server.events();
    if (!events) {
        co_return std::unexpected(std::move(events).error());
    }
    sessions.add({.name = "a", .state = "paused"});
    sessions.send_event("timeline", R"({"TimelineEntry":{"itemID":100,"state":5}})");
    std::vector<std::string> names;
    while (names.size() < count) {
        auto event = co_await events->next();
        if (!event) {
            co_return std::unexpected(std::move(event).error());
        }
        if (event->name != "ping") {
            names.push_back(event->name + (event->notice ? " " + event->notice->state : ""));
        }
    }
    co_return names;
}

TEST(Sessions, EventsAreHeardHoweverTheyAreWritten) {
    for (const std::string end : {"\n", "\r\n"}) {
        for (const bool odd : {false, true}) {
            FakePms pms;
            PlexRun run(pms);
            pms.sessions().script([&](FakePmsSessions::Script& script) {
                script.line_end = end;
                script.in_many_lines = odd;
                script.as_list = odd;
            });
            const auto names =
                run.run([&](Server& server) { return heard(server, pms.sessions(), 2); });
            ASSERT_TRUE(names) << names.error().message();
            EXPECT_THAT(*names, ElementsAre("playing paused", "timeline"));
        }
    }
}

TEST(Sessions, TheEndOfTheEventsIsSaid) {
    FakePms pms;
    PlexRun run(pms);
    const auto cut = run.run([&](Server& server) -> asio::awaitable<Result<ServerEvent>> {
        auto events = co_await server.events();
        pms.sessions().cut_events();
        co_return co_await events->next();
    });
    EXPECT_FALSE(cut);
    pms.sessions().script([](FakePmsSessions::Script& script) { script.has_events = false; });
    const auto none = run.run([&](Server& server) { return heard(server, pms.sessions(), 1); });
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().http_status(), 404);
    EXPECT_THAT(run.log() + none.error().message(), Not(HasSubstr(pms.token())));
}

TEST(Sessions, GrabsAreListedWhereverTheyAreAndReleased) {
    for (const bool has_subscriptions : {true, false}) {
        FakePms pms;
        PlexRun run(pms);
        pms.sessions().script(
            [&](FakePmsSessions::Script& script) { script.has_subscriptions = has_subscriptions; });
        pms.sessions().add_grab({.id = "op1", .live = "live-a", .channel = "5.1"});
        const auto grabs = run.run([](Server& server) { return server.grabs(); });
        ASSERT_TRUE(grabs) << grabs.error().message();
        ASSERT_EQ(grabs->size(), 1U);
        EXPECT_EQ(grabs->front().id, "op1");
        EXPECT_EQ(grabs->front().live_key, "/livetv/sessions/live-a");
        EXPECT_EQ(grabs->front().channel, "5.1");
        EXPECT_EQ(grabs->front().status, "inprogress");
        EXPECT_TRUE(run.run([](Server& server) { return server.release_grab("op1"); }));
        EXPECT_THAT(pms.sessions().grabs(), IsEmpty());
    }
}

/// A tuner that has `channel` open, as /api/streams tells it.
std::string open_channel(const std::string& number, int viewers, int rate) {
    return R"([{"tuner":0,"number":")" + number + R"(","name":"N","viewers":)" +
           std::to_string(viewers) + R"(,"bits_per_second":)" + std::to_string(rate) + "}]\n";
}

TEST(TunerFeeds, TellWhetherAnyTunerSendsAChannel) {
    FakePms pms;
    PlexRun run(pms);
    plex_tuner::testing::ScriptedProvider other;
    pms.add_device("1043A003", "http://127.0.0.1:9", "Silicondust", "this one");
    pms.add_device("1043A014", other.url(""), "Silicondust", "the other one");
    std::vector<OpenChannel> own;
    const auto feed = [&](const std::string& channel) {
        return run.run([&](Server& server) -> asio::awaitable<Feed> {
            TunerFeeds feeds(server, run.client(), [&](std::string_view id) {
                return id == "1043A003" ? std::optional(own) : std::nullopt;
            });
            const std::vector<std::string> channels{channel};
            co_await feeds.refresh(channels, SteadyTime{});
            co_return feeds.of(channel);
        });
    };
    other.on("/api/streams", behave::content("[]\n", "application/json"));
    EXPECT_EQ(feed("1"), Feed::dry);
    own = {{.number = "1", .is_flowing = true}};
    EXPECT_EQ(feed("1"), Feed::flowing);
    EXPECT_EQ(feed("2"), Feed::dry);
    EXPECT_EQ(feed(""), Feed::unknown); // something is sent, and it may be this
    own = {{.number = "1", .is_flowing = false}};
    EXPECT_EQ(feed("1"), Feed::dry);
    other.on("/api/streams", behave::content(open_channel("1", 1, 5'000), "application/json"));
    EXPECT_EQ(feed("1"), Feed::flowing);
    other.on("/api/streams", behave::content(open_channel("1", 0, 5'000), "application/json"));
    EXPECT_EQ(feed("1"), Feed::dry);
    other.on(
        "/api/streams", behave::content(R"([{"number":"1","viewers":null,"bits_per_second":"x"}])",
                            "application/json")); // no program of ours says so
    EXPECT_EQ(feed("1"), Feed::unknown);
    other.on("/api/streams", behave::status(500)); // who knows
    EXPECT_EQ(feed("1"), Feed::unknown);
    other.on("/api/streams", behave::status(404)); // hardware, or somebody else's
    EXPECT_EQ(feed("1"), Feed::unknown);
}

TEST(TunerFeeds, ATunerOfSomebodyElseIsTold) {
    FakePms pms;
    PlexRun run(pms);
    plex_tuner::testing::ScriptedProvider hardware;
    pms.add_device("FEED0001", hardware.url(""), "Silicondust", "hardware");
    const auto feed = run.run([&](Server& server) -> asio::awaitable<Feed> {
        TunerFeeds feeds(server, run.client(), {});
        const std::vector<std::string> channels{"5.1"};
        co_await feeds.refresh(channels, SteadyTime{});
        co_return feeds.of("5.1");
    });
    EXPECT_EQ(feed, Feed::foreign);
}

/// A tuner of ours in another process: Plex calls its channels by the keys of its map.
TEST(TunerFeeds, KnowAChannelByWhateverNamePlexHasForIt) {
    FakePms pms;
    PlexRun run(pms);
    ShownTuner tuner("1043A003", {"5.1", "6.1"});
    ASSERT_TRUE(run.sync({tuner.wanted()}));
    const auto mapped = pms.device("1043A003")->map;
    ASSERT_EQ(mapped.size(), 2U);
    ASSERT_NE(mapped[0].channel_key, mapped[0].device_identifier);
    tuner.server().on("/api/streams",
        behave::content(R"([{"number": "5.1", "viewers": 1, "bits_per_second": 4000000},
                            {"number": "6.1", "viewers": 0, "bits_per_second": 4000000}])"));
    const auto feed_of = [&](const std::string& channel) {
        return run.run([&](Server& server) -> asio::awaitable<Feed> {
            TunerFeeds feeds(server, run.client(), nullptr);
            const std::vector<std::string> wanted{channel};
            co_await feeds.refresh(wanted, SteadyTime());
            co_return feeds.of(channel);
        });
    };
    EXPECT_EQ(feed_of(mapped[0].device_identifier), Feed::flowing);
    EXPECT_EQ(feed_of(mapped[0].channel_key), Feed::flowing);
    EXPECT_EQ(feed_of(mapped[0].lineup_identifier), Feed::flowing);
    EXPECT_EQ(feed_of(mapped[1].channel_key), Feed::dry) << "nobody takes it";
    EXPECT_EQ(feed_of("77"), Feed::unknown) << "no tuner has it";
}

} // namespace
} // namespace plex_tuner::plex
