// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_clip.hpp"
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/inspector.hpp>

#include <functional>

#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

using testing::ByteVector;
using testing::TsBuilder;

constexpr std::int64_t kFrame = 3600; // 90 kHz ticks of 40 ms
constexpr Ticks kFrameTicks = kFrame * 300;

/// Ten frames of 40 ms, a join point at 0 and at 5; audio and tables between.
media::DemoClip small_clip(const std::function<void(TsBuilder&)>& extra = {}) {
    TsBuilder builder;
    for (int frame = 0; frame < 10; ++frame) {
        const bool key = frame % 5 == 0;
        if (key) {
            builder.tables();
        }
        builder.video(ByteVector(key ? 500 : 300, 0x42), 90'000 + frame * kFrame, key);
        builder.audio(90'000 + frame * kFrame);
    }
    if (extra) {
        extra(builder);
    }
    return {.transport_stream = std::string(builder.bytes().begin(), builder.bytes().end()),
        .duration = std::chrono::milliseconds(400)};
}

LoopClip indexed(media::DemoClip clip) {
    auto loop = LoopClip::create(std::move(clip));
    EXPECT_TRUE(loop.has_value()) << loop.error().message();
    return std::move(loop).value();
}

std::string whole_turn(const LoopClip& clip, std::int64_t turn) {
    std::string out;
    clip.append(out, turn, 0, clip.packets());
    return out;
}

TEST(LoopClip, GivesTheFirstTurnAsItWasEncoded) {
    const media::DemoClip source = small_clip();
    const LoopClip clip = indexed(source);
    EXPECT_EQ(whole_turn(clip, 0), source.transport_stream);
    EXPECT_EQ(clip.duration(), 10 * kFrameTicks);
}

TEST(LoopClip, ContinuesClocksAndCountersFromTurnToTurn) {
    const LoopClip clip = indexed(small_clip());
    ts::Inspector inspector;
    for (std::int64_t turn = 0; turn < 40; ++turn) {
        inspector.feed(ts::bytes_of(whole_turn(clip, turn)));
    }
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(inspector.totals().duplicates, 0U);
    const ts::PidStats* video = inspector.pid(testing::kVideoPid);
    ASSERT_NE(video, nullptr);
    EXPECT_EQ(video->pcr.count, 400U);
    EXPECT_EQ(video->pcr.min_step, kFrameTicks);
    EXPECT_EQ(video->pcr.max_step, kFrameTicks);
    EXPECT_EQ(video->pts.min_step, kFrame);
    EXPECT_EQ(video->pts.max_step, kFrame);
}

TEST(LoopClip, WrapsItsClocksAfterADay) {
    const LoopClip clip = indexed(small_clip());
    const std::int64_t wrap_turn = ts::kPcrWrap / clip.duration();
    ts::Inspector inspector;
    for (std::int64_t turn = wrap_turn - 5; turn < wrap_turn + 5; ++turn) {
        inspector.feed(ts::bytes_of(whole_turn(clip, turn)));
    }
    const ts::PidStats* video = inspector.pid(testing::kVideoPid);
    ASSERT_NE(video, nullptr);
    EXPECT_LT(video->pcr.last, video->pcr.first) << "the wrap lies between";
    EXPECT_LT(video->pts.last, video->pts.first);
    EXPECT_EQ(video->pcr.min_step, kFrameTicks);
    EXPECT_EQ(video->pcr.max_step, kFrameTicks);
    EXPECT_EQ(video->pts.min_step, kFrame);
    EXPECT_EQ(video->pts.max_step, kFrame);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
}

TEST(LoopClip, GivesTheSameBytesInAnyPortion) {
    const LoopClip clip = indexed(small_clip());
    const std::string whole = whole_turn(clip, 7);
    for (std::size_t portion = 1; portion <= clip.packets(); ++portion) {
        std::string joined;
        for (std::size_t at = 0; at < clip.packets(); at += portion) {
            clip.append(joined, 7, at, std::min(clip.packets(), at + portion));
        }
        EXPECT_EQ(joined, whole) << "in portions of " << portion;
    }
}

TEST(LoopClip, IsDueWhenItsClockSays) {
    const LoopClip clip = indexed(small_clip());
    EXPECT_EQ(clip.due(0), 0);
    EXPECT_EQ(clip.due(clip.packets() - 1), 9 * kFrameTicks);
    for (std::size_t i = 1; i < clip.packets(); ++i) {
        EXPECT_GE(clip.due(i), clip.due(i - 1));
    }
}

TEST(LoopClip, JoinsAtTablesBeforeAKeyFrame) {
    const LoopClip clip = indexed(small_clip());
    EXPECT_EQ(clip.join_at(0), 0U);
    EXPECT_EQ(clip.join_at(5 * kFrameTicks - 1), 0U);
    const std::size_t second = clip.join_at(5 * kFrameTicks);
    EXPECT_GT(second, 0U);
    EXPECT_EQ(clip.join_at(clip.duration() - 1), second);
    std::string out;
    clip.append(out, 0, second, second + 3);
    const auto at = [&](std::size_t i) {
        return ts::PacketView(ts::bytes_of(out).subspan(i * ts::kPacketSize).data());
    };
    EXPECT_EQ(at(0).pid(), ts::kPatPid);
    EXPECT_EQ(at(1).pid(), testing::kPmtPid);
    EXPECT_EQ(at(2).pid(), testing::kVideoPid);
    EXPECT_TRUE(at(2).random_access());
}

TEST(LoopClip, RefusesWhatCannotBeLooped) {
    const auto refused = [](media::DemoClip clip) {
        const auto result = LoopClip::create(std::move(clip));
        return !result && result.error().code() == ErrorCode::parse;
    };
    EXPECT_TRUE(refused({})) << "empty";

    media::DemoClip cut = small_clip();
    cut.transport_stream.pop_back();
    EXPECT_TRUE(refused(cut)) << "no whole packets";

    media::DemoClip odd = small_clip();
    odd.duration += std::chrono::nanoseconds(1);
    EXPECT_TRUE(refused(odd)) << "between two ticks";

    media::DemoClip brief = small_clip();
    brief.duration = std::chrono::milliseconds(200);
    EXPECT_TRUE(refused(brief)) << "its clock passes its end";

    media::DemoClip unsynchronised = small_clip();
    unsynchronised.transport_stream[ts::kPacketSize] = 'x';
    EXPECT_TRUE(refused(unsynchronised)) << "sync byte";

    EXPECT_TRUE(refused(small_clip([](TsBuilder& builder) {
        builder.set_counter(testing::kAudioPid, 3);
        builder.audio(500'000);
    }))) << "continuity error";

    TsBuilder no_clock;
    no_clock.tables().audio(0);
    EXPECT_TRUE(
        refused({.transport_stream = std::string(no_clock.bytes().begin(), no_clock.bytes().end()),
            .duration = std::chrono::milliseconds(400)}))
        << "no PCR";

    TsBuilder no_tables;
    no_tables.video(ByteVector(100, 1), 90'000, true);
    EXPECT_TRUE(refused(
        {.transport_stream = std::string(no_tables.bytes().begin(), no_tables.bytes().end()),
            .duration = std::chrono::milliseconds(400)}))
        << "no tables";
}

} // namespace
} // namespace plex_tuner::demo
