// SPDX-License-Identifier: GPL-3.0-or-later
// HLS that has to be remuxed, as ffmpeg makes it, from the provider to what a viewer records.
#include "playlists.hpp"
#include "support/child_pids.hpp"
#include "support/live_hls.hpp"
#include "support/media.hpp"
#include "support/scripted_provider.hpp"
#include "support/second_demuxer.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <charconv>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;

class Remux : public ::testing::Test {
protected:
    void serve_files(
        const std::string& directory, const std::map<std::string, std::string>& files) {
        for (const auto& [name, body] : files) {
            provider_.on(directory + "/" + name, behave::content(body, "application/octet-stream"));
        }
    }

    void start(const std::string& path, std::map<std::string, std::string> settings = {}) {
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", provider_.url(path)}})));
        settings.emplace("M3U_URL", provider_.url("/list.m3u"));
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    /// Watches a programme that ends to its end.
    std::string record() {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        EXPECT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
        EXPECT_TRUE(viewer.read_to_end(std::chrono::seconds(60)));
        return viewer.body();
    }

    /// Keeps a recording where ffmpeg can see it.
    std::string save(const std::string& recording) {
        const std::string file = (scratch_.path() / "seen.ts").string();
        std::ofstream(file, std::ios::binary) << recording;
        return file;
    }

    /// The recording is what a player wants: aligned, no packet lost, both streams there with
    /// clocks that rise, and decodes without a word.
    void expect_plays(
        const std::string& recording, const std::vector<std::string>& codecs, double seconds) {
        const TsFacts facts = inspect_ts(recording);
        EXPECT_TRUE(facts.aligned);
        EXPECT_EQ(facts.continuity_errors, 0U);
        EXPECT_EQ(facts.discontinuities, 0U);
        EXPECT_EQ(complaints_of_tsreport(recording), "");
        const std::string file = save(recording);
        const auto decoded =
            run_command({"ffmpeg", "-v", "error", "-nostdin", "-i", file, "-f", "null", "-"});
        EXPECT_EQ(decoded.exit_code, 0);
        EXPECT_EQ(decoded.errors, "");
        const auto streams = run_command({"ffprobe", "-v", "error", "-show_entries",
            "stream=codec_name", "-of", "default=nw=1:nk=1", file});
        for (const std::string& codec : codecs) {
            EXPECT_THAT(streams.output, HasSubstr(codec + "\n"));
        }
        expect_rising_times(file, codecs.size(), seconds);
    }

    /// DTS of every stream rise in even steps from beginning to end.
    static void expect_rising_times(const std::string& file, std::size_t streams, double seconds) {
        const auto packets = run_command({"ffprobe", "-v", "error", "-show_entries",
            "packet=stream_index,dts_time", "-of", "csv=p=0", file});
        std::map<int, std::vector<double>> times;
        std::istringstream lines(packets.output);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t comma = line.find(',');
            double time = 0;
            if (comma != std::string::npos &&
                std::from_chars(line.data() + comma + 1, line.data() + line.size(), time).ec ==
                    std::errc{}) {
                times[std::stoi(line)].push_back(time);
            }
        }
        ASSERT_EQ(times.size(), streams);
        for (const auto& [stream, all] : times) {
            for (std::size_t i = 1; i < all.size(); ++i) {
                ASSERT_GT(all[i], all[i - 1]) << "stream " << stream << " packet " << i;
                ASSERT_LT(all[i] - all[i - 1], 0.2) << "stream " << stream << " packet " << i;
            }
            EXPECT_NEAR(all.back() - all.front(), seconds, 0.3) << "stream " << stream;
        }
    }

    ScriptedProvider provider_;
    Tuner tuner_;
    TemporaryDirectory scratch_;
};

TEST_F(Remux, FragmentedMp4OfH264AndAac) {
    serve_files("/tv", fmp4_files());
    start("/tv/list.m3u8");
    expect_plays(record(), {"h264", "aac"}, 8);
}

TEST_F(Remux, FragmentedMp4OfHevcAndAac) {
    serve_files("/tv", hls_files("fmp4-hevc-v1", 6,
                           {"-c:v", "libx265", "-preset", "ultrafast", "-x265-params",
                               "log-level=error:keyint=50:scenecut=0", "-tag:v", "hvc1", "-c:a",
                               "aac", "-hls_time", "2", "-hls_segment_type", "fmp4"}));
    start("/tv/list.m3u8");
    expect_plays(record(), {"hevc", "aac"}, 6);
}

TEST_F(Remux, OneFileWithRangesOfH264AndAc3) {
    serve_files("/tv", hls_files("fmp4-single-v1", 6,
                           {"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-sc_threshold",
                               "0", "-c:a", "ac3", "-b:a", "128k", "-hls_time", "2",
                               "-hls_segment_type", "fmp4", "-hls_flags", "single_file"}));
    start("/tv/list.m3u8");
    expect_plays(record(), {"h264", "ac3"}, 6);
}

TEST_F(Remux, PackedAac) {
    std::string list = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n";
    int number = 0;
    for (const std::string& segment : packed_aac_segments(900'000)) {
        const std::string name = std::to_string(number++) + ".aac";
        provider_.on("/radio/" + name, behave::content(segment, "audio/aac"));
        list += "#EXTINF:1.067,\n" + name + "\n";
    }
    provider_.on("/radio/list.m3u8", behave::content(list + "#EXT-X-ENDLIST\n"));
    start("/radio/list.m3u8");
    expect_plays(record(), {"aac"}, 8);
}

TEST_F(Remux, ALiveChannelGoesOnOverDiscontinuities) {
    const auto& files = fmp4_files();
    LiveHls hls(provider_, "/live",
        {files.at("list0.m4s"), files.at("list1.m4s"), files.at("list2.m4s"),
            files.at("list3.m4s")},
        {.segment_time = std::chrono::milliseconds(400),
            .seconds = 2,
            .window = 6,
            .map = files.at("init.mp4")});
    start("/live/master.m3u8");
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(viewer.read(2'500'000)) << tuner_.process().stderr_text();
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_TRUE(facts.aligned);
    EXPECT_TRUE(facts.begins_with_key_frame);
    EXPECT_EQ(facts.continuity_errors, 0U);
    EXPECT_EQ(facts.discontinuities, 0U);
    EXPECT_EQ(complaints_of_tsreport(viewer.body()), "");
    EXPECT_EQ(provider_.count("/live/hi/init.mp4"), 1U);
}

TEST_F(Remux, TheWorkerIsShutOffAndEndsWithTheChannel) {
    LiveHls hls(provider_, "/live", {fmp4_files().at("list0.m4s")},
        {.segment_time = std::chrono::milliseconds(500),
            .seconds = 2,
            .map = fmp4_files().at("init.mp4")});
    start("/live/master.m3u8", {{"LINGER", "100ms"}});
    {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        ASSERT_TRUE(viewer.read(100'000)) << tuner_.process().stderr_text();
        const auto workers = children_of(tuner_.process().pid());
        ASSERT_EQ(workers.size(), 1U);
        const std::string proc = "/proc/" + std::to_string(workers.front());
        std::ifstream status(proc + "/status");
        const std::string text(std::istreambuf_iterator<char>(status), {});
        EXPECT_THAT(text, HasSubstr("NoNewPrivs:\t1"));
        EXPECT_THAT(text, HasSubstr("Seccomp:\t2"));
    }
    ASSERT_TRUE(tuner_.wait_for_metric("plex_tuner_upstreams", 0));
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!children_of(tuner_.process().pid()).empty() && std::chrono::steady_clock::now() < end) {
    }
    EXPECT_THAT(children_of(tuner_.process().pid()), ::testing::IsEmpty());
    EXPECT_EQ(tuner_.stop(), 0);
}

TEST_F(Remux, EncryptedMp4IsRefusedByName) {
    const std::string key = "000102030405060708090a0b0c0d0e0f";
    serve_files(
        "/tv", hls_files("fmp4-cenc-v1", 4,
                   {"-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac",
                       "-hls_time", "2", "-hls_segment_type", "fmp4", "-hls_segment_options",
                       "encryption_scheme=cenc-aes-ctr:encryption_key=" + key +
                           ":encryption_kid=" + key}));
    start("/tv/list.m3u8", {{"START_TIMEOUT", "5s"}});
    const HttpReply reply = tuner_.get("/auto/v1");
    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(reply.body, HasSubstr("encrypted"));
}

} // namespace
} // namespace plex_tuner::testing
