// SPDX-License-Identifier: GPL-3.0-or-later
// HLS whose sound has a playlist of its own, as ffmpeg makes it, from the provider to what a viewer
// records. The clip flashes and beeps at once, each second.
#include "playlists.hpp"
#include "support/marks.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/second_demuxer.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kSeconds = 8;
constexpr double kTogether = 0.04;

/// ffmpeg's HLS with one variant and an audio group: list_0 has the pictures, list_1 the sound.
const std::map<std::string, std::string>& made(
    const std::string& name, const std::vector<std::string>& options) {
    std::vector<std::string> arguments{"-vf",
        "drawbox=color=black:t=fill:enable='gte(mod(t+0.5,1),0.08)'", "-af",
        "volume=volume=0:enable='gte(mod(t+0.5,1),0.08)'", "-map", "0:v", "-map", "1:a", "-c:v",
        "libx264", "-preset", "fast", "-bf", "2", "-g", "50", "-sc_threshold", "0", "-b:v", "600k",
        "-c:a", "aac", "-b:a", "96k", "-hls_time", "2", "-var_stream_map",
        "v:0,agroup:sound a:0,agroup:sound", "-master_pl_name", "master.m3u8"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    return hls_files(name, kSeconds, arguments, "list_%v.m3u8");
}

const std::map<std::string, std::string>& ts_files() {
    return made("separate-ts-v1", {});
}

const std::map<std::string, std::string>& mp4_files() {
    return made("separate-fmp4-v1",
        {"-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init_%v.mp4"});
}

class SeparateSound : public ::testing::Test {
protected:
    void serve(const std::string& directory, const std::map<std::string, std::string>& files) {
        for (const auto& [name, body] : files) {
            provider_.on(directory + "/" + name,
                [this, body](ProviderConnection& connection, const ProviderRequest& request) {
                    const int now = ++at_once_;
                    most_at_once_ = std::max<int>(most_at_once_, now);
                    behave::content(body, "application/octet-stream")(connection, request);
                    --at_once_;
                });
        }
    }

    void start(const std::string& path) {
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url(path)}})));
        tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}}});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    /// Watches a programme that ends to its end.
    std::string record() {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        EXPECT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
        EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(60)));
        return viewer.body();
    }

    /// One clean stream with both, that decodes without a word, where each flash has its beep.
    void expect_together(const std::string& recording, std::size_t marks) {
        const TsFacts facts = inspect_ts(recording);
        EXPECT_TRUE(facts.aligned);
        EXPECT_TRUE(facts.begins_with_key_frame);
        EXPECT_EQ(facts.continuity_errors, 0U);
        EXPECT_EQ(facts.discontinuities, 0U);
        EXPECT_EQ(complaints_of_tsreport(recording), "");
        const std::string file = tuner_.file("seen.ts").string();
        std::ofstream(file, std::ios::binary) << recording;
        const auto decoded =
            run_command({"ffmpeg", "-v", "error", "-nostdin", "-i", file, "-f", "null", "-"});
        EXPECT_EQ(decoded.exit_code, 0);
        EXPECT_EQ(decoded.errors, "");
        const auto streams = run_command({"ffprobe", "-v", "error", "-show_entries",
            "stream=codec_name", "-of", "default=nw=1:nk=1", file});
        EXPECT_THAT(streams.output, HasSubstr("h264\n"));
        EXPECT_THAT(streams.output, HasSubstr("aac\n"));
        const auto [flashes, beeps, said] = marks_of(file);
        EXPECT_GE(flashes.size(), marks) << said;
        const double last = flashes.empty() ? 0 : flashes.back();
        for (const double beep : beeps) {
            if (beep > last + 1 - kTogether || flashes.empty()) {
                continue; // silence ends with the stream, too
            }
            const double flash = *std::ranges::min_element(
                flashes, {}, [&](double time) { return std::abs(time - beep); });
            EXPECT_NEAR(flash, beep, kTogether);
        }
        EXPECT_GE(beeps.size() + 1, flashes.size()) << said;
    }

    std::atomic<int> at_once_{0};
    std::atomic<int> most_at_once_{0};
    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(SeparateSound, TransportStreams) {
    serve("/tv", ts_files());
    start("/tv/master.m3u8");
    expect_together(record(), kSeconds - 1);
    EXPECT_EQ(most_at_once_, 1) << "accounts may allow one connection";
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("sound from a playlist of its own"));
}

TEST_F(SeparateSound, FragmentedMp4) {
    serve("/tv", mp4_files());
    start("/tv/master.m3u8");
    expect_together(record(), kSeconds - 1);
    EXPECT_EQ(provider_.count("/tv/init_0.mp4"), 1U);
    EXPECT_EQ(provider_.count("/tv/init_1.mp4"), 1U);
}

TEST_F(SeparateSound, PackedAacBesideTransportStreams) {
    auto files = ts_files();
    // The sound as it is in the transport streams, with its time in an ID3 tag instead.
    for (int i = 0; i < 4; ++i) {
        const std::string name = "list_1" + std::to_string(i) + ".ts";
        const std::string from = tuner_.file(name).string();
        const std::string to = tuner_.file("packed.aac").string();
        std::ofstream(from, std::ios::binary) << files.at(name);
        const auto time = run_command({"ffprobe", "-v", "error", "-show_entries", "packet=pts",
            "-read_intervals", "%+#1", "-of", "csv=p=0", from});
        const auto cut = run_command(
            {"ffmpeg", "-v", "error", "-y", "-i", from, "-c", "copy", "-f", "adts", to});
        ASSERT_EQ(cut.errors, "");
        std::ifstream in(to, std::ios::binary);
        files[name] =
            id3_time_tag(std::stoull(time.output)) + std::string(std::istreambuf_iterator(in), {});
    }
    serve("/tv", files);
    start("/tv/master.m3u8");
    expect_together(record(), kSeconds - 1);
}

TEST_F(SeparateSound, SoundThatHangsCostsNoPicture) {
    serve("/tv", ts_files());
    for (const std::string name : {"list_11.ts", "list_12.ts", "list_13.ts"}) {
        provider_.on("/tv/" + name, behave::stall(ts_files().at(name), 1'000));
    }
    start("/tv/master.m3u8");
    const std::string recording = record();
    const std::string file = tuner_.file("seen.ts").string();
    std::ofstream(file, std::ios::binary) << recording;
    const auto pictures = run_command({"ffprobe", "-v", "error", "-select_streams", "v",
        "-count_packets", "-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", file});
    EXPECT_EQ(std::atoi(pictures.output.c_str()), kSeconds * 25);
    EXPECT_EQ(inspect_ts(recording).continuity_errors, 0U);
    EXPECT_THAT(tuner_.process().stderr_text(), HasSubstr("segment of sound lost"));
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("upstream failed")));
}

/// A live channel that plays the clip over and over, its two playlists with numbers of their own.
TEST_F(SeparateSound, ALiveChannelOverDiscontinuities) {
    static constexpr std::size_t kRound = 4;
    static constexpr std::size_t kWindow = 6;
    static constexpr std::size_t kLast = 12;
    const auto begin = std::chrono::steady_clock::now();
    const auto list = [begin](std::size_t track) {
        const auto passed =
            std::min(kLast, static_cast<std::size_t>((std::chrono::steady_clock::now() - begin) /
                                                     std::chrono::milliseconds(500)));
        const std::size_t shift = track == 0 ? 0 : 5'000;
        std::string text = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n"
                           "#EXT-X-MEDIA-SEQUENCE:" +
                           std::to_string(passed + shift) + "\n#EXT-X-DISCONTINUITY-SEQUENCE:" +
                           std::to_string((passed + kRound - 1) / kRound) + "\n";
        for (std::size_t i = passed; i < passed + kWindow; ++i) {
            text += i % kRound == 0 ? "#EXT-X-DISCONTINUITY\n" : "";
            text += "#EXTINF:2,\nlist_" + std::to_string(track) + std::to_string(i % kRound) +
                    ".ts?" + std::to_string(i) + "\n";
        }
        return text + (passed == kLast ? "#EXT-X-ENDLIST\n" : "");
    };
    serve("/tv", ts_files());
    for (std::size_t track = 0; track < 2; ++track) {
        provider_.on("/tv/list_" + std::to_string(track) + ".m3u8",
            [list, track](ProviderConnection& connection, const ProviderRequest& request) {
                behave::content(list(track))(connection, request);
            });
    }
    start("/tv/master.m3u8");
    expect_together(record(), 12);
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("of sound lost")));
    EXPECT_THAT(tuner_.process().stderr_text(), Not(HasSubstr("another clock")));
}

} // namespace
} // namespace plex_tuner::testing
