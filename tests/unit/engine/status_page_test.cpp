// SPDX-License-Identifier: GPL-3.0-or-later
#include "lineup_fixture.hpp"
#include "status_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(StatusPage, NamesTheUrlsAndListsTheChannelsEscaped) {
    Snapshot snapshot;
    snapshot.lineup = lineup_of({"News & <b>More</b>", "Two"});
    const std::string page = status_page({snapshot, {}, "http://tv.lan:5004", "0.1.0", false, {}});
    EXPECT_THAT(page, HasSubstr("http://tv.lan:5004/guide.xml"));
    EXPECT_THAT(page, HasSubstr("News &amp; &lt;b&gt;More&lt;/b&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("<b>More</b>")));
    EXPECT_THAT(page, HasSubstr("/auto/v2"));
    EXPECT_THAT(page, Not(HasSubstr("demo provider")));
}

TEST(StatusPage, TellsANewcomerThatThisIsTheDemo) {
    const Snapshot snapshot;
    EXPECT_THAT(status_page({snapshot, {}, "http://h", "0.1.0", true, {}}),
        HasSubstr("PLEX_TUNER_M3U_URL"));
}

TEST(StatusPage, SaysWhatWasHeldBackAndWhoIsLeftAlone) {
    Snapshot snapshot;
    snapshot.held_back = "6 of 10 channels would go";
    const WallTime now{std::chrono::seconds(100)};
    state::GovernorStatus cooling;
    cooling.key = "panel.example:80#1a2b";
    cooling.last_status = 429;
    cooling.cool_down = state::Wait{
        .until = now + std::chrono::seconds(90), .reason = state::WaitReason::retry_after};
    state::GovernorStatus well;
    well.key = "well.example:80#1a2b";
    const std::string page =
        status_page({snapshot, {}, "http://h", "0.1.0", false, {}, {cooling, well}, now});
    EXPECT_THAT(page, HasSubstr("6 of 10 channels would go"));
    EXPECT_THAT(page, HasSubstr("plex-tuner index -accept-shrink"));
    EXPECT_THAT(page, HasSubstr("panel.example:80 is left alone for another 90 s (retry-after, its "
                                "last answer had status 429)"));
    EXPECT_THAT(page, Not(HasSubstr("well.example")));
    EXPECT_THAT(page, Not(HasSubstr("1a2b")));
}

TEST(StatusPage, SaysWhetherOtherMachinesCountToo) {
    const Snapshot snapshot;
    const auto page = [&](std::optional<state::CoordinationState> coordination) {
        StatusPageFacts facts{snapshot, {}, "http://h", "0.1.0", false, {}};
        facts.coordination = std::move(coordination);
        return status_page(facts);
    };
    EXPECT_THAT(page({}), Not(HasSubstr("machine")));
    using Phase = state::CoordinationState::Phase;
    EXPECT_THAT(page({{.phase = Phase::together, .machines = 2, .redis = "r:6379", .reason = ""}}),
        HasSubstr("counted for 2 machines together, by Redis at r:6379"));
    EXPECT_THAT(page({{.phase = Phase::alone, .machines = 2, .redis = "r", .reason = "<gone>"}}),
        HasSubstr("this one keeps to its part (&lt;gone&gt;)"));
    EXPECT_THAT(page({{.phase = Phase::returning, .machines = 2, .redis = "r", .reason = ""}}),
        HasSubstr("about to be counted with those of other machines"));
}

TEST(StatusPage, ShowsWhatTheMountDoes) {
    const Snapshot snapshot;
    EXPECT_THAT(status_page({snapshot, {}, "http://h", "0.1.0", false, {}}),
        Not(HasSubstr("Films and series")));
    VodMountStatus films{{.mount_point = "/media/a&b",
                             .films = 6,
                             .series = 3,
                             .episodes = 12,
                             .files_open = 2,
                             .reads_waiting = 1,
                             .provider_bytes = 2'500'000,
                             .provider_requests = 9,
                             .cache_bytes = 1'200'000'000,
                             .cache_limit = 50'000'000'000,
                             .sizes_known = 10,
                             .sizes_unknown = 8},
        {.scans = 4}};
    films.provider_failures = {1, 2};
    const std::string page =
        status_page({snapshot, {}, "http://h", "0.1.0", false, {}, {}, {}, {}, films});
    for (const char* text : {"/media/a&amp;b", "6 films, 3 series with 12 episodes",
             "the size of 10 files is known, of 8 not yet", "2 files, 1 reads wait",
             "2.5 MB from providers in 9 requests (3 failed)", "1.2 of 50.0 GB",
             "told 4 times to look"}) {
        EXPECT_THAT(page, HasSubstr(text));
    }
    films.library_scans.error = "<down>";
    EXPECT_THAT(status_page({snapshot, {}, "http://h", "0.1.0", false, {}, {}, {}, {}, films}),
        HasSubstr("not told of what changed: &lt;down&gt;"));
}

TEST(StatusPage, ShowsWhatTheTunersDo) {
    const Snapshot snapshot;
    gateway::TunerStatus busy;
    busy.channel_id = "a";
    busy.guide_number = "5.1";
    busy.guide_name = "Five";
    busy.viewers = 2;
    busy.bits_per_second = 4'400'000;
    busy.format = std::make_shared<const ts::StreamFormat>(
        ts::StreamFormat{.video = ts::VideoFormat{.codec = ts::Codec::h264,
                             .width = 1280,
                             .height = 720,
                             .rate = {.numerator = 50, .denominator = 1}}});
    busy.insight.key_frames = {.count = 1, .min = 180'000, .max = 180'000, .sum = 180'000};
    busy.insight.damaged_units = 4;
    gateway::TunerStatus idle;
    idle.index = 1;
    const std::string page = status_page({snapshot, {}, "http://h", "0.1.0", false, {busy, idle}});
    EXPECT_THAT(page, HasSubstr("5.1 Five"));
    EXPECT_THAT(page, HasSubstr("4.4"));
    EXPECT_THAT(page, HasSubstr("h264 1280x720, 50 fps"));
    EXPECT_THAT(page, HasSubstr("key frames every 2 s; 4 damaged units"));
    EXPECT_THAT(page, HasSubstr("idle"));
}

} // namespace
} // namespace plex_tuner::engine
