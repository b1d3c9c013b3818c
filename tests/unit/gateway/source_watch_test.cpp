// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_watch.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Progress = ts::Splicer::Progress;
using Program = ts::Splicer::Program;

constexpr SteadyTime kBegin{seconds(1000)};

/// A source that is looked at ten times a second.
class Watched {
public:
    Watched() { watch_.begin(kBegin); }

    std::optional<FailoverReason> run(
        seconds duration, Progress progress, double speed, milliseconds ahead = milliseconds(0)) {
        for (const SteadyTime end = now_ + duration; now_ < end; now_ += milliseconds(100)) {
            packets_ += 100;
            media_ += speed * 0.1;
            ahead_ = ahead + milliseconds(static_cast<int>(media_ * 1000)) -
                     std::chrono::duration_cast<milliseconds>(now_ - kBegin);
            progress.media_packets = packets_;
            if (progress.time) {
                progress.time = static_cast<std::int64_t>(media_ * 90'000);
            }
            if (const auto verdict = watch_.look(progress, ahead_, now_)) {
                return verdict->reason;
            }
        }
        return std::nullopt;
    }

private:
    SourceWatch watch_;
    SteadyTime now_ = kBegin;
    std::uint64_t packets_ = 0;
    double media_ = 0;
    milliseconds ahead_{0};
};

TEST(SourceWatch, LeavesAGoodSourceAlone) {
    EXPECT_EQ(
        Watched().run(seconds(300), {.program = Program::useful, .time = 0}, 1.0), std::nullopt);
    // One that waits for us from time to time has all the media there can be.
    EXPECT_EQ(
        Watched().run(seconds(300), {.program = Program::useful, .time = 0}, 0.7, seconds(200)),
        std::nullopt);
}

TEST(SourceWatch, Vp9IsRefusedAtOnce) {
    SourceWatch watch;
    watch.begin(kBegin);
    const auto verdict =
        watch.look({.program = Program::useful, .has_vp9 = true}, milliseconds(0), kBegin);
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->reason, FailoverReason::unsupported);
    EXPECT_NE(verdict->why.find("VP9"), std::string::npos);
}

TEST(SourceWatch, AProgramWithoutPicturesAndSoundIsLeft) {
    EXPECT_EQ(
        Watched().run(seconds(10), {.program = Program::useless}, 1.0), FailoverReason::no_media);
    EXPECT_EQ(Watched().run(seconds(10), {.program = Program::unknown}, 1.0), std::nullopt);
}

TEST(SourceWatch, AClockThatStandsStillIsLeft) {
    Watched watched;
    EXPECT_EQ(watched.run(seconds(5), {.program = Program::useful, .time = 0}, 1.0), std::nullopt);
    EXPECT_EQ(watched.run(seconds(20), {.program = Program::useful, .time = 0}, 0.0),
        FailoverReason::frozen_clock);
    // While a key frame is awaited it has to stand.
    EXPECT_EQ(
        Watched().run(seconds(20), {.program = Program::useful, .joining = true, .time = 0}, 0.0),
        std::nullopt);
}

TEST(SourceWatch, ASourceThatIsTooSlowIsLeft) {
    EXPECT_EQ(Watched().run(seconds(60), {.program = Program::useful, .time = 0}, 0.6),
        FailoverReason::too_slow);
    EXPECT_EQ(
        Watched().run(seconds(60), {.program = Program::useful, .time = 0}, 0.9), std::nullopt);
}

TEST(SourceWatch, SettlesWhenNoKeyFrameComes) {
    SourceWatch watch;
    watch.begin(kBegin);
    const Progress joining{.joining = true};
    EXPECT_FALSE(watch.wants_to_settle(joining, kBegin));
    EXPECT_FALSE(watch.wants_to_settle(joining, kBegin + seconds(5)));
    EXPECT_TRUE(watch.wants_to_settle(joining, kBegin + seconds(7)));
    EXPECT_FALSE(watch.wants_to_settle({}, kBegin + seconds(8)));
}

} // namespace
} // namespace plex_tuner::gateway
