// SPDX-License-Identifier: GPL-3.0-or-later
// One session in which everything breaks again and again: reconnects, failovers, clocks that jump
// and wrap, discontinuities of HLS. What a viewer records is one clean stream.
#include "playlists.hpp"
#include "support/child_process.hpp"
#include "support/live_hls.hpp"
#include "support/marks.hpp"
#include "support/media.hpp"
#include "support/second_demuxer.hpp"
#include "support/timeline_origin.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
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

/// Whoever decodes `recording` has nothing to complain about, and what belongs together comes
/// together. Returns how many flashes there are.
std::size_t expect_clean(const std::string& recording, const std::filesystem::path& file) {
    const TsFacts facts = inspect_ts(recording);
    EXPECT_EQ(facts.continuity_errors, 0U);
    EXPECT_EQ(facts.discontinuities, 0U);
    EXPECT_EQ(complaints_of_tsreport(recording), "");
    std::ofstream(file, std::ios::binary) << recording;
    const auto check = run_command({PT_TS_CHECK_BINARY, file.string()});
    EXPECT_NE(check.output.find("pcr_backwards=0\n"), std::string::npos) << check.output;
    EXPECT_NE(check.output.find("pcr_jumps=0\n"), std::string::npos) << check.output;
    const auto decoded =
        run_command({"ffmpeg", "-v", "error", "-nostdin", "-i", file.string(), "-f", "null", "-"});
    EXPECT_EQ(decoded.errors, "");

    const auto [flashes, beeps, said] = marks_of(file.string());
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
    EXPECT_GE(together, flashes.size() * 3 / 4) << said;
    return flashes.size();
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

    EXPECT_GT(expect_clean(std::string(recording), tuner.file("seen.ts")), 50U);
}

TEST(ForcedSwitches, AVariantThatTheLineDoesNotCarryIsLeftUnseen) {
    ScriptedProvider provider;
    const auto& segments = hls_segments();
    constexpr std::size_t kWindow = 5;
    std::string list = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n";
    for (std::size_t i = 0; i < kWindow; ++i) {
        const std::string path = "/high/" + std::to_string(i) + ".ts";
        list += "#EXTINF:1,\n" + path + "\n";
        // At less than the pace at which they play.
        provider.on(path, behave::stream_once(segments[i], segments[i].size() * 6 / 10));
    }
    provider.on("/high/list.m3u8", behave::content(list));
    const LiveHls low(provider, "/low", segments, {.window = kWindow, .with_master = false});
    provider.on("/master.m3u8",
        behave::content("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=4000000,RESOLUTION=1920x1080\n" +
                        provider.url("/high/list.m3u8") +
                        "\n#EXT-X-STREAM-INF:BANDWIDTH=1000000,RESOLUTION=640x360\n" +
                        low.entry_url() + "\n"));
    provider.on("/list.m3u", behave::content(playlist_of({{"one", provider.url("/master.m3u8")}})));
    Tuner tuner;
    tuner.start({.settings = {{"M3U_URL", provider.url("/list.m3u")}}});
    ASSERT_TRUE(tuner.wait_until_ready()) << tuner.process().stderr_text();
    StreamClient viewer(tuner.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner.process().stderr_text();
    ASSERT_TRUE(tuner.process().wait_for_line({"variant changed"}, std::chrono::seconds(60)))
        << tuner.process().stderr_text();
    constexpr std::size_t kBehind = 600'000;
    ASSERT_TRUE(viewer.read(viewer.body().size() + kBehind)) << tuner.process().stderr_text();
    expect_clean(std::string(whole_units(viewer.body())), tuner.file("seen.ts"));
}

} // namespace
} // namespace plex_tuner::testing
