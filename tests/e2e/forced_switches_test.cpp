// SPDX-License-Identifier: GPL-3.0-or-later
// One session in which everything breaks again and again: reconnects, failovers, clocks that jump
// and wrap, discontinuities of HLS. What a viewer records is one clean stream.
#include "playlists.hpp"
#include "support/child_process.hpp"
#include "support/marks.hpp"
#include "support/media.hpp"
#include "support/timeline_origin.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>

#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

constexpr double kSwitches = 50;
constexpr double kTogether = 0.04; // s
/// Further apart than that they are of different seconds, or one fell victim to a switch.
constexpr double kSameMark = 0.3;

/// Up to where the last access unit begins: a viewer that leaves cuts one in two.
std::string_view whole_units(std::string_view recording) {
    std::size_t end = recording.size() / ts::kPacketSize * ts::kPacketSize;
    while (end >= ts::kPacketSize) {
        end -= ts::kPacketSize;
        const ts::PacketView packet(ts::bytes_of(recording).data() + end);
        if (packet.unit_start()) {
            break;
        }
    }
    return recording.substr(0, end);
}

TEST(ForcedSwitches, FiftyInOneSessionAreNotSeen) {
    ScriptedProvider provider;
    const TimelineOptions clips{.clips = {{"A", flash_clip()}}};
    const TimelineOrigin first(provider, "/first",
        "pace 8x; serve 1800ms; jump pts +2^32; serve 2100ms; serve 1500ms; "
        "jump pts -1h; serve 1300ms; wrap pts in 1500ms; serve 2s; reset; "
        "jump pts +77s; serve 1700ms; jump pts +2^32; serve 1600ms; cut in packet; loop",
        clips);
    const TimelineOrigin second(provider, "/second",
        "pace 8x; serve 1700ms; jump pts +2^32; serve 1900ms; serve 1400ms; "
        "jump pts +30m; serve 2s; wrap pts in 1s; serve 2s; jump pts -1h; serve 1500ms; close; "
        "loop",
        clips);
    // It ends as a source, for what plays faster than its playlist says would be missed.
    const TimelineOrigin third(provider, "/third",
        "pace 2x; segments 1s; serve 8s; discontinuity; serve 2s; discontinuity; "
        "jump pts +2^32; serve 2s; discontinuity; serve 2s; status 404",
        clips);
    provider.on("/list.m3u",
        behave::content(playlist_of(
            {{"one", first.ts_url() + "\n" + third.hls_url() + "\n" + second.ts_url()}})));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();

    StreamClient viewer(tuner.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner.process().stderr_text();
    constexpr std::size_t kPiece = 200'000;
    while (tuner.metric("plex_tuner_ts_splices_total") < kSwitches) {
        ASSERT_TRUE(viewer.read(viewer.body().size() + kPiece)) << tuner.process().stderr_text();
    }
    EXPECT_GT(tuner.metric("plex_tuner_failovers_total{reason=\"cut\"}"), 4);
    const std::string_view recording = whole_units(viewer.body());

    const TsFacts facts = inspect_ts(std::string(recording));
    EXPECT_EQ(facts.continuity_errors, 0U);
    EXPECT_EQ(facts.discontinuities, 0U);
    const std::string file = tuner.file("seen.ts").string();
    std::ofstream(file, std::ios::binary) << recording;
    const auto check = run_command({PT_TS_CHECK_BINARY, file});
    EXPECT_NE(check.output.find("pcr_backwards=0\n"), std::string::npos) << check.output;
    EXPECT_NE(check.output.find("pcr_jumps=0\n"), std::string::npos) << check.output;
    const auto decoded =
        run_command({"ffmpeg", "-v", "error", "-nostdin", "-i", file, "-f", "null", "-"});
    EXPECT_EQ(decoded.errors, "");

    const auto [flashes, beeps, said] = marks_of(file);
    // A mark in which a switch fell may be of two pieces; that each sound keeps its distance to its
    // picture is shown unit by unit in splicer_media_test.
    std::size_t together = 0;
    for (const double flash : flashes) {
        const auto beep = std::ranges::min_element(
            beeps, {}, [&](double time) { return std::abs(time - flash); });
        if (beep == beeps.end() || std::abs(*beep - flash) > kSameMark) {
            continue;
        }
        together += std::abs(*beep - flash) <= kTogether ? 1 : 0;
    }
    EXPECT_GT(flashes.size(), 50U) << said;
    EXPECT_GT(together, flashes.size() * 3 / 4) << said;
}

} // namespace
} // namespace plex_tuner::testing
