// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/timeline_script.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using namespace std::chrono_literals;
using Kind = ScriptError::Kind;

/// The one step of a script; statements that may not be the last get one behind them.
Step only(const std::string& statement) {
    auto script = parse_script(statement);
    if (!script) {
        script = parse_script(statement + "; serve");
    }
    EXPECT_TRUE(script) << script.error().message();
    return script ? script->front() : Step(step::Loop{});
}

ScriptError error_of(const std::string& text) {
    const auto script = parse_script(text);
    EXPECT_FALSE(script) << text;
    return script ? ScriptError{} : script.error();
}

TEST(TimelineScript, EveryStatementOfTheReferenceIsReadIntoItsStep) {
    using Answer = step::Answer;
    using Damage = step::Damage;
    using Mark = step::MarkSegment::Mark;
    using What = step::Mask::What;
    EXPECT_EQ(only("serve"), Step(step::Serve{}));
    EXPECT_EQ(only("serve 3s"), Step(step::Serve{.time = 3s}));
    EXPECT_EQ(only("serve 40 packets"), Step(step::Serve{.packets = 40}));
    EXPECT_EQ(only("pace 1.5x"), Step(step::Pace{.times = 1.5}));
    EXPECT_EQ(only("slow to 500 kbit/s"), Step(step::Pace{.bits_per_second = 500'000}));
    EXPECT_EQ(only("burst"), Step(step::Pace{}));
    EXPECT_EQ(only("head"), Step(step::Head{}));
    EXPECT_EQ(only("stall"), Step(step::Stall{}));
    EXPECT_EQ(only("stall 250ms"), Step(step::Stall{.time = 250ms}));
    EXPECT_EQ(only("close"), Step(step::End{.kind = step::End::Kind::close}));
    EXPECT_EQ(only("reset"), Step(step::End{.kind = step::End::Kind::reset}));
    EXPECT_EQ(only("cut in packet"), Step(step::End{.kind = step::End::Kind::cut}));
    EXPECT_EQ(only("status 403 x2"),
        Step(Answer{.kind = Answer::Kind::status, .status = 403, .times = 2}));
    EXPECT_EQ(only("status 503 retry-after 1"),
        Step(Answer{.kind = Answer::Kind::status, .status = 503, .retry_after = 1}));
    EXPECT_EQ(only("html"), Step(Answer{.kind = Answer::Kind::html}));
    EXPECT_EQ(only("json x3"), Step(Answer{.kind = Answer::Kind::json, .times = 3}));
    EXPECT_EQ(only("empty"), Step(Answer{.kind = Answer::Kind::empty}));
    EXPECT_EQ(only("redirect /b/live.ts x2"),
        Step(Answer{
            .kind = Answer::Kind::redirect, .status = 302, .target = "/b/live.ts", .times = 2}));
    EXPECT_EQ(only("redirect x2"),
        Step(Answer{.kind = Answer::Kind::redirect, .status = 302, .times = 2}));
    EXPECT_EQ(only("drop 5 packets"), Step(Damage{.kind = Damage::Kind::drop, .count = 5}));
    EXPECT_EQ(
        only("duplicate 3 packets"), Step(Damage{.kind = Damage::Kind::duplicate, .count = 3}));
    EXPECT_EQ(only("corrupt 10 packets"), Step(Damage{.kind = Damage::Kind::corrupt, .count = 10}));
    EXPECT_EQ(only("garbage 500 bytes"), Step(Damage{.kind = Damage::Kind::garbage, .count = 500}));
    EXPECT_EQ(only("jump pts +2^32"), Step(step::Jump{.ticks = 4'294'967'296}));
    EXPECT_EQ(only("jump pts -10s"), Step(step::Jump{.ticks = -900'000}));
    EXPECT_EQ(only("jump pts +4500"), Step(step::Jump{.ticks = 4500}));
    EXPECT_EQ(only("wrap pts in 1s"), Step(step::Wrap{.in = 1s}));
    EXPECT_EQ(only("switch clip B"), Step(step::SwitchClip{.name = "B"}));
    EXPECT_EQ(only("pids shift"), Step(step::ShiftPids{}));
    EXPECT_EQ(only("psi silence 2s"), Step(step::Mask{.what = What::psi, .time = 2s}));
    EXPECT_EQ(only("no pcr"), Step(step::Mask{.what = What::pcr}));
    EXPECT_EQ(only("no video 1m"), Step(step::Mask{.what = What::video, .time = 60s}));
    EXPECT_EQ(only("no audio"), Step(step::Mask{.what = What::audio}));
    EXPECT_EQ(only("segments 2s"), Step(step::SegmentLength{.time = 2s}));
    EXPECT_EQ(only("window 3 segments"), Step(step::Window{.segments = 3}));
    EXPECT_EQ(only("discontinuity"), Step(step::MarkSegment{.mark = Mark::discontinuity}));
    EXPECT_EQ(only("gap"), Step(step::MarkSegment{.mark = Mark::gap}));
    EXPECT_EQ(only("segment 404"), Step(step::MarkSegment{.mark = Mark::status, .status = 404}));
    EXPECT_EQ(only("sequence reset"), Step(step::MarkSegment{.mark = Mark::sequence_reset}));
    EXPECT_EQ(only("sequence back 3"), Step(step::SequenceBack{.segments = 3}));
    EXPECT_EQ(only("playlist stall 4s"), Step(step::PlaylistStall{.time = 4s}));
    EXPECT_EQ(only("token expires"), Step(step::TokenExpires{}));
    EXPECT_EQ(only("byte ranges"), Step(step::ByteRanges{}));
}

TEST(TimelineScript, LinesSemicolonsBlanksAndCommentsSeparate) {
    const auto script = parse_script("# a channel that breaks off\n"
                                     "  serve   10s ; stall 5s; ;\r\n"
                                     "\n"
                                     "status 403 x2 # twice\n"
                                     "loop");
    ASSERT_TRUE(script) << script.error().message();
    ASSERT_EQ(script->size(), 4u);
    EXPECT_EQ(script->at(1), Step(step::Stall{.time = 5s}));
    EXPECT_EQ(script->at(3), Step(step::Loop{}));
}

TEST(TimelineScript, ErrorsNameTheKindTheLineAndTheStatement) {
    EXPECT_EQ(error_of("serve 1s\n  sing a song ; serve"),
        (ScriptError{Kind::unknown_statement, 2, "sing a song"}));
    EXPECT_EQ(
        error_of("serve 1s\n\ndrop x packets").message(), "line 3: bad value: drop x packets");
}

TEST(TimelineScript, WrongStatementsAreToldApart) {
    const std::vector<std::pair<const char*, Kind>> cases = {
        {"drop", Kind::missing_value},
        {"drop 5", Kind::missing_value},
        {"drop 5 bytes", Kind::missing_value},
        {"status", Kind::missing_value},
        {"jump pts", Kind::missing_value},
        {"switch clip", Kind::missing_value},
        {"window 3", Kind::missing_value},
        {"stall soon", Kind::bad_value},
        {"stall 5", Kind::bad_value},
        {"stall -5s", Kind::bad_value},
        {"status ok", Kind::bad_value},
        {"jump pts 10s", Kind::bad_value},
        {"jump pts +2^x", Kind::bad_value},
        {"redirect elsewhere", Kind::bad_value},
        {"pace fast", Kind::bad_value},
        {"status 403 xx", Kind::bad_value},
        {"drop 0 packets", Kind::out_of_range},
        {"drop 99999999999999999999999 packets", Kind::out_of_range},
        {"status 42", Kind::out_of_range},
        {"status 403 x0", Kind::out_of_range},
        {"serve 0s", Kind::out_of_range},
        {"stall 49h", Kind::out_of_range},
        {"jump pts +2^34", Kind::out_of_range},
        {"pace 0x", Kind::out_of_range},
        {"burst now", Kind::too_many_words},
        {"serve 3s 4s", Kind::too_many_words},
        {"switch clip B C", Kind::too_many_words},
        {"serv", Kind::unknown_statement},
        {"no tables", Kind::unknown_statement},
        {"cut", Kind::unknown_statement},
    };
    for (const auto& [statement, kind] : cases) {
        EXPECT_EQ(to_string(error_of(std::string(statement) + "; serve").kind), to_string(kind))
            << statement;
    }
}

TEST(TimelineScript, LoopAndEndlistMustBeLast) {
    EXPECT_EQ(error_of("serve 1s; loop\nserve"), (ScriptError{Kind::not_at_the_end, 2, "loop"}));
    EXPECT_EQ(error_of("serve 1s; endlist; serve").kind, Kind::not_at_the_end);
}

TEST(TimelineScript, AScriptMustServeOrAnswerInTheEnd) {
    for (const char* text : {"", "\n # nothing\n", "loop", "serve 1s; jump pts +1s", "burst; loop",
             "window 3 segments; endlist"}) {
        EXPECT_EQ(error_of(text).kind, Kind::nothing_served) << text;
    }
}

} // namespace
} // namespace plex_tuner::testing
