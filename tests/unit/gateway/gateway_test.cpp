// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway_fixture.hpp"

#include <algorithm>
#include <atomic>

namespace plex_tuner::testing {
namespace {

using std::chrono::milliseconds;

const std::string kUrl = "http://origin/live.ts";
const std::string kOther = "http://origin/other.ts";
const std::string kBackup = "http://backup/live.ts";

TEST_F(GatewayTest, TenViewersShareOneUpstreamAndAllAreClean) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    std::vector<std::unique_ptr<TestViewer>> viewers;
    for (int i = 0; i < 10; ++i) {
        viewers.push_back(watch("5"));
        (void)(*viewers.back())->wait_bytes(1);
        body->push(station.group());
    }
    const ByteVector last = station.group(5, 3'000);
    const std::int64_t end = video_times(last).back();
    body->push(last);
    body->push(station.group());
    for (auto& viewer : viewers) {
        eventually(
            [&] {
                const auto times = video_times((*viewer)->bytes());
                return !times.empty() && times.back() >= end;
            },
            "the viewer follows the stream");
        expect_clean((*viewer)->bytes());
        EXPECT_EQ(announced_discontinuities((*viewer)->bytes()), 0U);
        EXPECT_EQ((*viewer)->status(), 200);
        EXPECT_EQ((*viewer)->header("Content-Type"), "video/mp2t");
        EXPECT_EQ((*viewer)->header("X-HDHomeRun-Resource"), "tuner0");
        EXPECT_EQ((*viewer)->header("Cache-Control"), "no-store");
    }
    EXPECT_EQ(origin.count(kUrl), 1U);
    const auto counters = gateway().counters();
    EXPECT_EQ(counters.viewers_open, 10U);
    EXPECT_EQ(counters.viewers_total, 10U);
    EXPECT_EQ(counters.upstream_open, 1U);
    EXPECT_EQ(counters.upstream_connects, 1U);
    const auto tuners = gateway().tuners();
    ASSERT_EQ(tuners.size(), 2U);
    EXPECT_EQ(tuners[0].channel_id, "5");
    EXPECT_EQ(tuners[0].viewers, 10U);
    EXPECT_EQ(tuners[1].channel_id, "");
}

TEST_F(GatewayTest, LateViewerStartsAtTheNewestKeyFrameAtOnce) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto first = watch("5");
    (void)(*first)->wait_bytes(1);
    ByteVector newest;
    for (int i = 0; i < 20; ++i) {
        newest = station.group();
        body->push(newest);
    }
    const std::int64_t key = video_times(newest).front();
    eventually([&] { return video_times((*first)->bytes()).back() >= key; }, "all was relayed");
    auto late = watch("5");
    const auto bytes = (*late)->wait_bytes(5 * ts::kPacketSize);
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).front(), key);
}

TEST_F(GatewayTest, AlignsAndIgnoresRubbishBeforeTheFirstKeyFrame) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    const ByteVector before = station.group();
    body->push(std::string(before.begin() + 700, before.end())); // no tables, no key frame
    auto viewer = watch("5");
    for (int i = 0; i < 3; ++i) {
        const ByteVector group = station.group();
        for (std::size_t at = 0; at < group.size(); at += 101) {
            body->push(std::string(group.begin() + static_cast<std::ptrdiff_t>(at),
                group.begin() + static_cast<std::ptrdiff_t>(std::min(at + 101, group.size()))));
        }
    }
    const auto bytes = (*viewer)->wait_bytes(before.size());
    expect_clean(bytes);
}

TEST_F(GatewayTest, RefusesWhenAllTunersAreInUse) {
    options.tuner_count = 1;
    add_channel("5", {kUrl});
    add_channel("6", {kOther});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ(watch("6")->refusal(), "805 All Tuners In Use");
    EXPECT_EQ(origin.count(kOther), 0U);
    EXPECT_EQ(gateway().counters().rejected_all_tuners_in_use, 1U);
    auto sharing = watch("5");
    expect_clean((*sharing)->wait_bytes(5 * ts::kPacketSize));
}

TEST_F(GatewayTest, ForcedTuner) {
    options.tuner_count = 3;
    add_channel("5", {kUrl});
    add_channel("6", {kOther});
    Station station;
    origin.open(kUrl)->push(station.group());
    auto viewer = watch("5", net::Method::get, 2);
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ((*viewer)->header("X-HDHomeRun-Resource"), "tuner2");
    EXPECT_EQ(watch("6", net::Method::get, 2)->refusal(), "804 Tuner In Use");
    EXPECT_EQ(watch("6", net::Method::get, 7)->refusal(), "804 Tuner In Use");
}

TEST_F(GatewayTest, HeadAnswersWithoutAnUpstream) {
    options.tuner_count = 1;
    add_channel("5", {kUrl});
    add_channel("6", {kOther});
    auto head = watch("6", net::Method::head);
    ASSERT_TRUE(head->wait_done());
    EXPECT_EQ((*head)->status(), 200);
    EXPECT_EQ((*head)->header("Content-Type"), "video/mp2t");
    EXPECT_TRUE(origin.requested().empty());
    Station station;
    origin.open(kUrl)->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ(watch("6", net::Method::head)->refusal(), "805 All Tuners In Use");
}

struct BadBody {
    const char* name;
    const char* body;
    int status;
    std::uint64_t attempts = 1; ///< only a fault of the provider is worth asking again
};

class BadUpstream : public GatewayTest, public ::testing::WithParamInterface<BadBody> {};

TEST_P(BadUpstream, IsNoVideoAndNeverReachesTheViewer) {
    add_channel("5", {kUrl});
    origin.serve(kUrl, GetParam().body, GetParam().status);
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    EXPECT_EQ(gateway().counters().upstream_failures, GetParam().attempts);
    eventually([&] { return gateway().tuners()[0].channel_id.empty(); }, "the tuner is free");
}

INSTANTIATE_TEST_SUITE_P(Gateway, BadUpstream,
    ::testing::Values(BadBody{"html", "<html><body>blocked</body></html>", 200},
        BadBody{"json", "{\"error\":1}", 200}, BadBody{"empty", "", 200},
        BadBody{"text", "no such stream", 200}, BadBody{"dash", "<MPD></MPD>", 200},
        BadBody{"notfound", "gone", 404}, BadBody{"forbidden", "", 403}, BadBody{"busy", "", 458},
        BadBody{"limit", "", 509}, BadBody{"fault", "", 503, 4},
        BadBody{"emptylist", "#EXTM3U\n", 200}),
    [](const auto& row) { return std::string(row.param.name); });

TEST_F(GatewayTest, UnreachableUpstreamIsNoVideo) {
    add_channel("5", {kUrl});
    EXPECT_EQ(watch("5")->refusal(), "807 No Video Data");
}

TEST_F(GatewayTest, SourcesOfForeignKindsAreATuneFailure) {
    add_channel("5", {"rtsp://user:secret@camera/1", "rtmp://server/app"});
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "806 Tune Failed");
    const auto body = (*viewer)->bytes();
    const std::string text(body.begin(), body.end());
    EXPECT_NE(text.find("rtsp"), std::string::npos);
    EXPECT_EQ(text.find("secret"), std::string::npos);
}

TEST_F(GatewayTest, SilentUpstreamTimesOut) {
    options.start_timeout = milliseconds(200);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    EXPECT_EQ(watch("5")->refusal(), "807 No Video Data");
    body->wait_closed_by_client();
}

TEST_F(GatewayTest, TheRefusalSaysWhatWasMissing) {
    options.start_timeout = milliseconds(300);
    add_channel("5", {kUrl});
    TsBuilder builder;
    builder.tables();
    for (int i = 0; i < 40; ++i) {
        builder.null();
    }
    origin.open(kUrl)->push(builder.bytes());
    auto viewer = watch("5");
    EXPECT_EQ(viewer->refusal(), "807 No Video Data");
    const auto body = (*viewer)->bytes();
    const std::string text(body.begin(), body.end());
    EXPECT_NE(text.find("PAT and PMT came, but nothing of the streams"), std::string::npos) << text;
}

TEST_F(GatewayTest, NullPacketsAreNoVideo) {
    options.start_timeout = milliseconds(300);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    TsBuilder nulls;
    for (int i = 0; i < 500; ++i) {
        nulls.null();
    }
    body->push(nulls.bytes());
    EXPECT_EQ(watch("5")->refusal(), "807 No Video Data");
}

TEST_F(GatewayTest, SecondSourceStepsInAtTheStart) {
    add_channel("5", {kUrl, kOther, kBackup});
    origin.serve(kUrl, "<html>no</html>");
    origin.serve(kOther, "", 404);
    Station station;
    origin.open(kBackup)->push(station.group());
    auto viewer = watch("5");
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
    EXPECT_EQ((*viewer)->status(), 200);
    EXPECT_EQ(gateway().counters().upstream_failures, 2U);
}

TEST_F(GatewayTest, HangingFirstSourceLeavesTimeForTheSecond) {
    options.start_timeout = milliseconds(3'500);
    add_channel("5", {kUrl, kBackup});
    origin.on(kUrl, [](const fetch::Request&) {
        FakeAnswer answer;
        answer.hang = true;
        return answer;
    });
    Station station;
    origin.open(kBackup)->push(station.group());
    auto viewer = watch("5");
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
}

TEST_F(GatewayTest, UpstreamLingersForAReturningViewer) {
    options.linger = std::chrono::hours(1);
    options.tuner_count = 1;
    add_channel("5", {kUrl});
    add_channel("6", {kOther});
    auto body = origin.open(kUrl);
    auto other = origin.open(kOther);
    Station station;
    body->push(station.group());
    {
        auto viewer = watch("5");
        (void)(*viewer)->wait_bytes(1);
    }
    EXPECT_EQ(gateway().tuners()[0].viewers, 0U);
    {
        auto again = watch("5");
        expect_clean((*again)->wait_bytes(5 * ts::kPacketSize));
    }
    EXPECT_EQ(origin.count(kUrl), 1U);
    // Another channel gets the tuner at once, and only after the old upstream is closed.
    Station second;
    other->push(second.group());
    auto next = watch("6");
    expect_clean((*next)->wait_bytes(5 * ts::kPacketSize));
    EXPECT_TRUE(body->closed_by_client());
    EXPECT_EQ(gateway().tuners()[0].channel_id, "6");
}

TEST_F(GatewayTest, UpstreamClosesAfterTheLingerTime) {
    options.linger = milliseconds(20);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_FALSE(body->closed_by_client());
    (*viewer)->disconnect();
    body->wait_closed_by_client();
    eventually([&] { return gateway().tuners()[0].channel_id.empty(); }, "the tuner is free");
}

TEST_F(GatewayTest, TunerIsFreeTheMomentTheViewerHangsUp) {
    options.tuner_count = 1;
    add_channel("5", {kUrl});
    add_channel("6", {kOther});
    Station station;
    origin.open(kUrl)->push(station.group());
    origin.open(kOther)->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    (*viewer)->disconnect();
    auto next = watch("6");
    (void)(*next)->wait_bytes(1);
    EXPECT_EQ((*next)->status(), 200);
}

TEST_F(GatewayTest, ViewerWhoHangsUpDuringTheStartIsForgotten) {
    options.linger = milliseconds(0);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    auto viewer = watch("5");
    origin.wait_requested(kUrl);
    (*viewer)->disconnect();
    ASSERT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 0);
    body->wait_closed_by_client();
}

TEST_F(GatewayTest, StuckViewerIsDroppedAndDisturbsNobody) {
    options.write_deadline = milliseconds(300);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto stuck = watch_blocked("5");
    auto good = watch("5");
    (*stuck)->wait_write_begun(1);
    (void)(*good)->wait_bytes(1); // it has begun with the first group
    std::size_t expected = 0;
    for (int i = 0; i < 10; ++i) {
        const ByteVector group = station.group();
        expected += group.size();
        body->push(group);
        (void)(*good)->wait_bytes(expected);
    }
    ASSERT_TRUE(stuck->wait_done());
    EXPECT_TRUE((*stuck)->bytes().empty());
    EXPECT_EQ(gateway().counters().viewers_dropped, 1U);
    expect_clean((*good)->bytes());
    EXPECT_EQ(gateway().counters().viewers_open, 1U);
}

TEST_F(GatewayTest, SlowViewerJumpsToANewerKeyFrameWithAnAnnouncedGap) {
    options.ring_bytes = 200'000;
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto slow = watch("5");
    auto good = watch("5");
    (void)(*slow)->wait_bytes(1);
    (void)(*good)->wait_bytes(1); // it starts here, not with what comes next
    (*slow)->stop_reading();
    std::size_t expected = 0;
    for (int i = 0; i < 40; ++i) {
        const ByteVector group = station.group(5, 3'000);
        expected += group.size();
        body->push(group);
        (void)(*good)->wait_bytes(expected);
    }
    (*slow)->read_again();
    eventually([&] { return gateway().counters().viewers_lapped == 1; }, "it was lapped");
    const ByteVector last = station.group();
    body->push(last);
    const std::int64_t end = video_times(last).front();
    eventually([&] { return video_times((*slow)->bytes()).back() >= end; }, "it goes on");
    const auto bytes = (*slow)->bytes();
    expect_clean(bytes);
    EXPECT_GT(announced_discontinuities(bytes), 0U);
    EXPECT_LT(bytes.size(), expected);
    expect_clean((*good)->bytes());
    EXPECT_EQ(announced_discontinuities((*good)->bytes()), 0U);
    EXPECT_EQ(gateway().counters().viewers_dropped, 0U);
}

TEST_F(GatewayTest, ViewerLappedTooOftenIsDropped) {
    options.ring_bytes = 100'000;
    options.max_laps = 1;
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto slow = watch("5");
    auto good = watch("5");
    (void)(*slow)->wait_bytes(1);
    (void)(*good)->wait_bytes(1); // it starts here, not with what comes next
    (*slow)->stop_reading();
    std::size_t expected = 0;
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 20; ++i) {
            const ByteVector group = station.group(5, 3'000);
            expected += group.size();
            body->push(group);
            (void)(*good)->wait_bytes(expected);
        }
        (*slow)->read_again(1);
    }
    (*slow)->read_again();
    ASSERT_TRUE(slow->wait_done());
    EXPECT_EQ(gateway().counters().viewers_dropped, 1U);
    EXPECT_EQ(gateway().counters().viewers_lapped, 2U);
    expect_clean((*slow)->bytes());
}

TEST_F(GatewayTest, DurationEndsTheStream) {
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch("5", net::Method::get, std::nullopt, std::chrono::seconds(1));
    (void)(*viewer)->wait_bytes(1);
    EXPECT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
}

TEST_F(GatewayTest, SourceFasterThanPlaybackWaitsForItsOnlyViewer) {
    options.ring_bytes = 2'000'000;
    options.write_deadline = std::chrono::hours(1);
    add_channel("5", {kUrl});
    auto body = origin.open(kUrl);
    Station station;
    body->push(station.group());
    auto viewer = watch_blocked("5");
    (*viewer)->wait_write_begun(1);
    // Eighty seconds of film at once, several times what the ring holds.
    ByteVector film;
    for (int i = 0; i < 400; ++i) {
        const ByteVector group = station.group(5, 3'000);
        film.insert(film.end(), group.begin(), group.end());
    }
    body->push(film);
    eventually([&] { return body->unread() < film.size() - 1'000'000; }, "it reads ahead");
    EXPECT_GT(body->unread(), film.size() / 2);
    (*viewer)->read_again();
    // The last one is not whole before another begins.
    eventually(
        [&] { return video_times((*viewer)->bytes()).size() == 401U * 5U - 1; }, "all of it");
    expect_seamless((*viewer)->bytes());
    EXPECT_EQ(gateway().counters().viewers_lapped, 0U);
}

TEST_F(GatewayTest, UpstreamThatBreaksOffIsAskedAgainWhileViewersStay) {
    add_channel("5", {kUrl});
    Station station;
    std::vector<std::shared_ptr<FakeBody>> bodies;
    for (int i = 0; i < 3; ++i) {
        bodies.push_back(std::make_shared<FakeBody>());
    }
    std::atomic<std::size_t> next{0};
    origin.on(kUrl, [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = bodies[std::min(next++, bodies.size() - 1)];
        return answer;
    });
    bodies[0]->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    bodies[0]->cut();
    origin.wait_requested(kUrl, 2);
    station.restart();
    bodies[1]->push(station.group());
    bodies[1]->finish();
    origin.wait_requested(kUrl, 3);
    bodies[2]->push(station.group(7));
    // The last picture of each, which nothing follows, may be a part.
    eventually(
        [&] { return video_times((*viewer)->bytes()).size() == 4 + 4 + 6; }, "the stream goes on");
    expect_seamless((*viewer)->bytes());
    EXPECT_EQ(gateway().counters().splices, 2U);
    EXPECT_EQ(gateway().counters().upstream_connects, 3U);
}

TEST_F(GatewayTest, BackupTakesOverWhenTheSourceStalls) {
    options.upstream_limits.stall = milliseconds(200);
    add_channel("5", {kUrl, kBackup});
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    Station station;
    body->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    body->wait_closed_by_client();
    backup->push(station.group(7));
    eventually(
        [&] { return video_times((*viewer)->bytes()).size() == 4 + 6; }, "the backup is seen");
    expect_seamless((*viewer)->bytes());
}

TEST_F(GatewayTest, StallLongerThanTheStartTimeoutStillFailsOver) {
    options.start_timeout = milliseconds(400);
    options.upstream_limits.stall = milliseconds(600);
    add_channel("5", {kUrl, kBackup});
    auto body = origin.open(kUrl);
    auto backup = origin.open(kBackup);
    Station station;
    body->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    origin.wait_requested(kBackup);
    backup->push(station.group(7));
    eventually(
        [&] { return video_times((*viewer)->bytes()).size() == 4 + 6; }, "the backup is seen");
    expect_seamless((*viewer)->bytes());
}

TEST_F(GatewayTest, FaultOfTheProviderAtTheStartIsAskedAgain) {
    add_channel("5", {kUrl});
    Station station;
    auto body = std::make_shared<FakeBody>();
    body->push(station.group());
    std::atomic<int> asked{0};
    origin.on(kUrl, [&](const fetch::Request&) {
        FakeAnswer answer;
        if (asked++ == 0) {
            answer.status = 503;
        } else {
            answer.body = body;
        }
        return answer;
    });
    auto viewer = watch("5");
    expect_clean((*viewer)->wait_bytes(5 * ts::kPacketSize));
    EXPECT_EQ((*viewer)->status(), 200);
}

TEST_F(GatewayTest, ChannelEndsWhenNothingBringsItBack) {
    options.start_timeout = milliseconds(500);
    add_channel("5", {kUrl});
    add_channel("6", {kOther});
    Station station;
    auto body = origin.open(kUrl);
    auto good_body = origin.open(kOther);
    body->push(station.group());
    Station other;
    good_body->push(other.group());
    auto viewer = watch("5");
    auto good = watch("6");
    (void)(*viewer)->wait_bytes(1);
    (void)(*good)->wait_bytes(1);
    body->cut();
    ASSERT_TRUE(viewer->wait_done());
    EXPECT_EQ((*viewer)->status(), 200);
    expect_clean((*viewer)->bytes());
    EXPECT_LT(origin.count(kUrl), 6U) << "it must not ask in a tight loop";
    const std::size_t before = (*good)->bytes().size();
    good_body->push(other.group());
    (void)(*good)->wait_bytes(before + 1);
    expect_clean((*good)->bytes());
}

TEST_F(GatewayTest, TooManyViewersOfAChannelAreRefused) {
    options.max_viewers_per_channel = 1;
    add_channel("5", {kUrl});
    Station station;
    origin.open(kUrl)->push(station.group());
    auto viewer = watch("5");
    (void)(*viewer)->wait_bytes(1);
    EXPECT_EQ(watch("5")->refusal(), "803 System Busy");
}

} // namespace
} // namespace plex_tuner::testing
