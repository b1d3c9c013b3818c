// SPDX-License-Identifier: GPL-3.0-or-later
#include "loop_player.hpp"
#include "unit/media/external_tool.hpp"

#include <plex_tuner/ts/inspector.hpp>

#include <map>

#include <gtest/gtest.h>

namespace plex_tuner::demo {
namespace {

constexpr std::size_t kNoLimit = std::size_t{1} << 30;

class LoopPlayerOverRealClips : public ::testing::TestWithParam<media::DemoPicture> {
protected:
    [[nodiscard]] static std::shared_ptr<const LoopClip> clip() {
        static std::map<media::DemoPicture, std::shared_ptr<const LoopClip>> clips;
        auto& known = clips[GetParam()];
        if (!known) {
            auto made = media::make_demo_clip(GetParam());
            EXPECT_TRUE(made.has_value()) << made.error().message();
            auto loop = LoopClip::create(std::move(made).value());
            EXPECT_TRUE(loop.has_value()) << loop.error().message();
            known = std::make_shared<const LoopClip>(std::move(loop).value());
        }
        return known;
    }

    static std::string played(Ticks from, Ticks to, std::size_t max_bytes = kNoLimit) {
        LoopPlayer player(clip(), from);
        std::string out;
        while (player.take(to, max_bytes, out) > 0) {
        }
        return out;
    }
};

TEST_P(LoopPlayerOverRealClips, StartsWithTablesAndAKeyFrameWhereverItJoins) {
    const Ticks turn = clip()->duration();
    constexpr Ticks kLongestGroup = ts::kPcrHz / 2;
    for (Ticks start = turn; start < 2 * turn; start += turn / 37) {
        LoopPlayer player(clip(), start);
        EXPECT_GT(player.next_due(), start - kLongestGroup - ts::kPcrHz / 10);
        EXPECT_LE(player.next_due(), start);
        std::string out;
        player.take(start, 10 * ts::kPacketSize, out);
        ASSERT_GE(out.size(), 3 * ts::kPacketSize);
        const auto packet = [&](std::size_t i) {
            return ts::PacketView(ts::bytes_of(out).subspan(i * ts::kPacketSize).data());
        };
        EXPECT_EQ(packet(0).pid(), ts::kPatPid);
        EXPECT_EQ(packet(1).pid(), 0x1000) << "PMT";
        EXPECT_EQ(packet(2).pid(), 0x100);
        EXPECT_TRUE(packet(2).random_access());
    }
}

TEST_P(LoopPlayerOverRealClips, HasNoSeam) {
    const Ticks turn = clip()->duration();
    const std::string stream = played(turn / 3, 3 * turn + turn / 2);
    ts::Inspector inspector;
    inspector.feed(ts::bytes_of(stream));
    EXPECT_EQ(inspector.totals().invalid_packets, 0U);
    EXPECT_EQ(inspector.totals().continuity_errors, 0U);
    EXPECT_EQ(inspector.totals().duplicates, 0U);
    EXPECT_EQ(inspector.totals().discontinuities, 0U);
    for (const std::uint16_t pid : inspector.pids()) {
        const ts::PidStats& stats = *inspector.pid(pid);
        EXPECT_EQ(stats.pcr.backwards + stats.pcr.jumps, 0U) << "PID " << pid;
        EXPECT_LE(stats.pcr.max_step, ts::kPcrHz / 10) << "PID " << pid;
        // Constant frame durations: all steps are the same, also over the seam.
        EXPECT_EQ(stats.pts.min_step, stats.pts.max_step) << "PID " << pid;
    }
}

TEST_P(LoopPlayerOverRealClips, WrapsWithoutASeam) {
    const Ticks turn = clip()->duration();
    const std::string stream = played(ts::kPcrWrap - turn, ts::kPcrWrap + turn);
    ts::Inspector inspector;
    inspector.feed(ts::bytes_of(stream));
    const ts::PidStats& first = *inspector.pid(0x100);
    EXPECT_LT(first.pcr.last, first.pcr.first);
    EXPECT_LT(first.pts.last, first.pts.first);
    for (const std::uint16_t pid : inspector.pids()) {
        const ts::PidStats& stats = *inspector.pid(pid);
        EXPECT_EQ(stats.pcr.backwards + stats.pcr.jumps, 0U) << "PID " << pid;
        EXPECT_EQ(stats.pts.min_step, stats.pts.max_step) << "PID " << pid;
        EXPECT_EQ(stats.continuity_errors, 0U) << "PID " << pid;
    }
}

TEST_P(LoopPlayerOverRealClips, DecodesOverTwoSeamsWithoutAComplaint) {
    const Ticks turn = clip()->duration();
    constexpr Ticks kAround = 3 * ts::kPcrHz;
    const auto decoded = test::run_over(played(turn - kAround, 2 * turn + kAround),
        "ffmpeg -nostdin -v warning -xerror -i FILE -f null -");
    EXPECT_EQ(decoded.status, 0);
    EXPECT_EQ(decoded.output, "");
}

TEST_P(LoopPlayerOverRealClips, GivesTheSameBytesInAnyPortion) {
    const Ticks from = clip()->duration() * 9 / 10;
    const Ticks to = clip()->duration() * 11 / 10;
    const std::string whole = played(from, to);
    EXPECT_EQ(played(from, to, 1), whole);
    EXPECT_EQ(played(from, to, 7 * ts::kPacketSize + 5), whole);
    EXPECT_EQ(played(from, to, 65536), whole);
}

TEST_P(LoopPlayerOverRealClips, GivesNothingBeforeItIsDue) {
    LoopPlayer player(clip(), clip()->duration());
    std::string out;
    EXPECT_EQ(player.take(clip()->duration() - 1, kNoLimit, out), 0U);
    EXPECT_TRUE(out.empty());
    EXPECT_GT(player.take(clip()->duration(), kNoLimit, out), 0U);
    EXPECT_GT(player.next_due(), clip()->duration());
}

TEST_P(LoopPlayerOverRealClips, TakesAtMostWhatItIsAsked) {
    LoopPlayer player(clip(), 0);
    std::string out;
    const Ticks far = 3 * clip()->duration();
    EXPECT_EQ(player.take(far, 10 * ts::kPacketSize + 100, out), 10 * ts::kPacketSize);
    EXPECT_EQ(player.take(far, 0, out), ts::kPacketSize) << "always a whole packet";
}

INSTANTIATE_TEST_SUITE_P(All, LoopPlayerOverRealClips,
    ::testing::Values(
        media::DemoPicture::colour_bars, media::DemoPicture::motion, media::DemoPicture::radio));

} // namespace
} // namespace plex_tuner::demo
