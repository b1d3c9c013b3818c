// SPDX-License-Identifier: GPL-3.0-or-later
// A tuner with channels of real media, and what is asked of a recording of a transcode.
#pragma once

#include "playlists.hpp"
#include "support/child_pids.hpp"
#include "support/child_process.hpp"
#include "support/marks.hpp"
#include "support/media.hpp"
#include "support/second_demuxer.hpp"
#include "support/timeline_origin.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace plex_tuner::testing {

/// MPEG-TS of H.264 with AAC in LATM, which browsers have no decoder for.
inline const std::string& latm_clip() {
    return made_clip("h264_latm", 10,
        {"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-sc_threshold", "0",
            "-b:v", "800k", "-c:a", "aac", "-ac", "2", "-b:a", "96k", "-mpegts_flags", "latm"});
}

class Transcode : public ::testing::Test {
protected:
    static constexpr std::size_t kPacket = 188;
    static constexpr double kTogether = 0.04; ///< s

    void start(const std::vector<std::pair<std::string, std::string>>& channels,
        std::map<std::string, std::string> settings = {}) {
        provider_.on("/list.m3u", behave::content(playlist_of(channels)));
        settings.emplace("M3U_URL", provider_.url("/list.m3u"));
        tuner_.start({.settings = std::move(settings)});
        ASSERT_TRUE(tuner_.wait_until_ready()) << log();
    }

    [[nodiscard]] std::string log() { return tuner_.process().stderr_text(); }

    /// A live channel; `script` as in timeline_script.hpp, `clip` what it plays.
    std::string live(const std::string& path, const std::string& clip = flash_clip(),
        const std::string& script = "pace 2x; serve") {
        return TimelineOrigin(provider_, path, script, {.clips = {{"A", clip}}}).ts_url();
    }

    [[nodiscard]] std::vector<pid_t> workers() { return children_of(tuner_.process().pid()); }

    /// Up to where the last access unit begins: a viewer that leaves cuts one in two.
    static std::string whole_units(const std::string& recording) {
        std::size_t end = recording.size() / kPacket * kPacket;
        bool is_start = false;
        while (end >= kPacket && !is_start) {
            end -= kPacket;
            is_start = (recording[end + 1] & 0x40) != 0;
        }
        return recording.substr(0, end);
    }

    /// Up to the last packet with a clock reference: behind it tsreport would have to guess.
    static std::string up_to_last_clock(const std::string& recording) {
        std::size_t end = recording.size() / kPacket * kPacket;
        const auto has_clock = [&](std::size_t at) {
            const bool has_field = (recording[at + 3] & 0x20) != 0 && recording[at + 4] != 0;
            return has_field && (recording[at + 5] & 0x10) != 0;
        };
        while (end >= kPacket && !has_clock(end - kPacket)) {
            end -= kPacket;
        }
        return recording.substr(0, end);
    }

    std::string save(const std::string& recording) {
        const std::string file = tuner_.file("seen.ts").string();
        std::ofstream(file, std::ios::binary) << recording;
        return file;
    }

    static std::vector<std::string> codecs_of(const std::string& file) {
        const auto probed = run_command({"ffprobe", "-v", "error", "-show_entries",
            "stream=codec_name", "-of", "default=nw=1:nk=1", file});
        EXPECT_EQ(probed.errors, "");
        std::vector<std::string> codecs;
        std::istringstream lines(probed.output);
        for (std::string line; std::getline(lines, line);) {
            if (std::ranges::find(codecs, line) == codecs.end()) {
                codecs.push_back(line);
            }
        }
        return codecs;
    }

    /// The recording is what a player wants, whatever happened behind it: nothing lost, nothing
    /// announced, clocks that go on, and decoders have nothing to say. Returns the file.
    std::string expect_plays(const std::string& body, const std::vector<std::string>& codecs) {
        EXPECT_EQ(complaints_of_tsreport(up_to_last_clock(body)), "");
        return expect_decodes(body, codecs);
    }

    /// The same of a channel as it is, of whose pace its source is the author.
    std::string expect_decodes(const std::string& body, const std::vector<std::string>& codecs) {
        const std::string recording = whole_units(body);
        const TsFacts facts = inspect_ts(recording);
        EXPECT_TRUE(facts.aligned);
        EXPECT_EQ(facts.continuity_errors, 0U);
        EXPECT_EQ(facts.discontinuities, 0U);
        std::string file = save(recording);
        EXPECT_EQ(codecs_of(file), codecs);
        const auto decoded =
            run_command({"ffmpeg", "-v", "error", "-nostdin", "-i", file, "-f", "null", "-"});
        EXPECT_EQ(decoded.errors, "");
        return file;
    }

    /// Flashes and beeps of flash_clip() come together, but for a mark in which a seam may have
    /// fallen; returns how many flashes there are.
    static std::size_t expect_lip_sync(const std::string& file) {
        const auto [flashes, beeps, said] = marks_of(file);
        std::size_t together = 0;
        for (const double flash : flashes) {
            const auto beep = std::ranges::min_element(
                beeps, {}, [&](double time) { return std::abs(time - flash); });
            together += beep != beeps.end() && std::abs(*beep - flash) <= kTogether ? 1 : 0;
        }
        // Where the clip and the recording begin and end there is half of one.
        EXPECT_GE(together + 3, flashes.size()) << said;
        return flashes.size();
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

} // namespace plex_tuner::testing
