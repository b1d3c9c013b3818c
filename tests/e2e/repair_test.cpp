// SPDX-License-Identifier: GPL-3.0-or-later
// Sources with the faults that Plex stumbles over, and what a viewer of them records.
#include "playlists.hpp"
#include "support/child_process.hpp"
#include "support/media.hpp"
#include "support/second_demuxer.hpp"
#include "support/temporary_directory.hpp"
#include "support/timeline_origin.hpp"
#include "support/ts_facts.hpp"
#include "support/tuner.hpp"

#include <plex_tuner/ts/psi.hpp>

#include <algorithm>
#include <fstream>
#include <functional>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kPacket = 188;
constexpr std::size_t kSecondsOfMedia = 180'000; // bytes, of the clip
constexpr std::int64_t kSecond = 27'000'000;

/// The clip with its PMT as `edit` leaves it.
std::string with_pmt(const std::string& clip, const std::function<void(ts::Pmt&)>& edit) {
    std::string out;
    ts::SectionAssembler pats;
    ts::SectionAssembler pmts;
    std::uint16_t pmt_pid = ts::kNullPid;
    for (std::size_t at = 0; at + kPacket <= clip.size(); at += kPacket) {
        const ts::PacketView packet(ts::bytes_of(clip).data() + at);
        std::vector<std::uint8_t> bytes(packet.bytes().begin(), packet.bytes().end());
        if (packet.pid() == ts::kPatPid) {
            pats.feed(packet,
                [&](ts::Bytes pat) { pmt_pid = ts::parse_pat(pat).value().programs.at(0).pid; });
        } else if (packet.pid() == pmt_pid) {
            pmts.feed(packet, [&](ts::Bytes section) {
                ts::Pmt pmt = ts::parse_pmt(section).value();
                edit(pmt);
                bytes.clear();
                ts::append_section_packets(
                    pmt_pid, ts::write_pmt(pmt), packet.continuity_counter(), bytes);
            });
        }
        out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    return out;
}

class Repair : public ::testing::Test {
protected:
    /// Serves what the script makes of the clip as channel 1.
    void start(const std::string& clip, std::string_view script) {
        const TimelineOrigin origin(provider_, "/a", script, {.clips = {{"A", clip}}});
        start_with({origin.ts_url()});
    }

    void start_with(const std::vector<std::string>& sources) {
        std::string urls;
        for (const std::string& source : sources) {
            urls += (urls.empty() ? "" : "\n") + source;
        }
        provider_.on("/list.m3u", behave::content(playlist_of({{"one", urls}})));
        tuner_.start({.settings = {{"M3U_URL", provider_.url("/list.m3u")}, {"START_TIMEOUT", "6s"},
                          {"STALL_TIMEOUT", "1s"}}});
        ASSERT_TRUE(tuner_.wait_until_ready()) << tuner_.process().stderr_text();
    }

    /// The last three seconds of seven.
    std::string settled() {
        StreamClient viewer(tuner_.port(), "/auto/v1");
        EXPECT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
        EXPECT_TRUE(viewer.read(4 * kSecondsOfMedia)) << tuner_.process().stderr_text();
        const std::size_t begin = viewer.body().size() / kPacket * kPacket;
        EXPECT_TRUE(viewer.read(3 * kSecondsOfMedia)) << tuner_.process().stderr_text();
        EXPECT_EQ(inspect_ts(viewer.body()).continuity_errors, 0U);
        EXPECT_EQ(complaints_of_tsreport(viewer.body()), "");
        return viewer.body().substr(begin);
    }

    static std::string in_scratch(const TemporaryDirectory& scratch, const std::string& bytes) {
        std::string file = (scratch.path() / "seen.ts").string();
        std::ofstream(file, std::ios::binary) << bytes;
        return file;
    }

    /// The streams as ffprobe finds them: codec, and the stream type of the PMT.
    static std::vector<std::string> streams_of(const std::string& bytes) {
        const TemporaryDirectory scratch;
        const auto probed = run_command({"ffprobe", "-v", "quiet", "-show_entries",
            "stream=codec_name,codec_tag", "-of", "csv=p=0", in_scratch(scratch, bytes)});
        EXPECT_EQ(probed.exit_code, 0);
        std::vector<std::string> lines;
        std::istringstream in(probed.output);
        for (std::string line; std::getline(in, line);) {
            // It names them twice, as streams of the program too.
            if (!line.empty() && std::ranges::find(lines, line) == lines.end()) {
                lines.push_back(line);
            }
        }
        return lines;
    }

    /// ffmpeg decodes two seconds without a word, from the first key frame on.
    static void expect_decodes(const std::string& bytes) {
        const TemporaryDirectory scratch;
        const auto decoded = run_command({"ffmpeg", "-v", "error", "-nostdin", "-t", "2", "-i",
            in_scratch(scratch, bytes), "-f", "null", "-"});
        EXPECT_EQ(decoded.exit_code, 0);
        EXPECT_EQ(decoded.errors, "");
    }

    /// How far those packets are apart at most, in bytes of the recording.
    template <class Predicate>
    static std::size_t widest_gap(const std::string& bytes, Predicate predicate) {
        std::size_t last = 0;
        std::size_t widest = 0;
        for (std::size_t at = 0; at + kPacket <= bytes.size(); at += kPacket) {
            if (predicate(ts::PacketView(ts::bytes_of(bytes).data() + at))) {
                widest = std::max(widest, at - last);
                last = at;
            }
        }
        return std::max(widest, bytes.size() - last);
    }

    ScriptedProvider provider_;
    Tuner tuner_;
};

TEST_F(Repair, StreamsThatNeverComeAreTakenOutOfThePmt) {
    const std::string clip = with_pmt(h264_clip(), [](ts::Pmt& pmt) {
        ts::ElementaryStream silent;
        silent.pid = 0x1F0;
        silent.stream_type = 0x81;
        pmt.streams.push_back(silent);
    });
    ASSERT_THAT(streams_of(clip), ElementsAre("h264,0x001b", "aac,0x000f", "ac3,0x0081"));
    start(clip, "serve");
    const std::string seen = settled();
    EXPECT_THAT(streams_of(seen), ElementsAre("h264,0x001b", "aac,0x000f"));
}

TEST_F(Repair, AProgramWithoutClockReferencesGetsThem) {
    start(h264_clip(), "no pcr; serve");
    const std::string seen = settled();
    std::vector<std::int64_t> clocks;
    (void)widest_gap(seen, [&](ts::PacketView packet) {
        if (const auto pcr = packet.pcr()) {
            clocks.push_back(*pcr);
        }
        return false;
    });
    ASSERT_GT(clocks.size(), 20U);
    for (std::size_t i = 1; i < clocks.size(); ++i) {
        EXPECT_GT(clocks[i], clocks[i - 1]);
        EXPECT_LE(clocks[i] - clocks[i - 1], kSecond / 10) << "ISO/IEC 13818-1 2.7.2";
    }
    // They stand in the stream that the PMT names for them.
    const TemporaryDirectory scratch;
    const auto check = run_command({PT_TS_CHECK_BINARY, "--any-start", in_scratch(scratch, seen)});
    EXPECT_THAT(check.output, HasSubstr("pcr_count=" + std::to_string(clocks.size()) + "\n"));
    EXPECT_THAT(check.output, HasSubstr("continuity_errors=0\n"));
}

struct Types {
    const char* name;
    std::uint8_t video, audio;
};

void PrintTo(const Types& types, std::ostream* out) {
    *out << types.name;
}

class StreamTypes : public Repair, public ::testing::WithParamInterface<Types> {};

TEST_P(StreamTypes, AreThoseOfTheStreamsWhateverThePmtSays) {
    start(with_pmt(h264_clip(),
              [](ts::Pmt& pmt) {
                  for (ts::ElementaryStream& stream : pmt.streams) {
                      stream.stream_type =
                          stream.stream_type == 0x1B ? GetParam().video : GetParam().audio;
                      stream.descriptors.clear();
                  }
              }),
        "serve");
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(viewer.read(4 * kSecondsOfMedia)) << tuner_.process().stderr_text();
    EXPECT_THAT(streams_of(viewer.body()), ElementsAre("h264,0x001b", "aac,0x000f"));
    EXPECT_EQ(inspect_ts(viewer.body()).continuity_errors, 0U);
    expect_decodes(viewer.body());
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"stream types corrected", "channel=1"}, std::chrono::seconds(1)))
        << tuner_.process().stderr_text();
}

INSTANTIATE_TEST_SUITE_P(Wrong, StreamTypes,
    ::testing::Values(Types{"PrivateData", 0x06, 0x06}, Types{"None", 0x00, 0x00},
        Types{"OtherCodecs", 0x24, 0x81}, Types{"MpegOne", 0x02, 0x03}),
    [](const auto& types) { return types.param.name; });

TEST_F(Repair, AacSaysItsChannelConfigurationInEachHeader) {
    const std::string clip = hls_files("aac-pce-v1", 10,
        {"-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", "25", "-sc_threshold", "0",
            "-b:v", "1200k", "-c:a", "aac", "-aac_pce", "1", "-ac", "2", "-hls_time", "10"})
                                 .at("list0.ts");
    const auto configurations = [](const std::string& bytes) {
        const TemporaryDirectory scratch;
        const std::string frames = (scratch.path() / "frames.aac").string();
        const auto copied = run_command({"ffmpeg", "-v", "error", "-nostdin", "-i",
            in_scratch(scratch, bytes), "-map", "0:a", "-c", "copy", "-f", "data", frames});
        EXPECT_EQ(copied.exit_code, 0) << copied.errors;
        std::ifstream in(frames, std::ios::binary);
        const std::string adts{std::istreambuf_iterator<char>(in), {}};
        std::vector<int> found;
        for (std::size_t at = 0; at + 7 <= adts.size();) {
            const auto byte = [&](std::size_t i) {
                return static_cast<unsigned>(static_cast<std::uint8_t>(adts[at + i]));
            };
            if (byte(0) != 0xFF) {
                ADD_FAILURE() << "no frame at " << at;
                break;
            }
            found.push_back(static_cast<int>((byte(2) & 1) << 2 | byte(3) >> 6));
            at += (byte(3) & 3) << 11 | byte(4) << 3 | byte(5) >> 5;
        }
        return found;
    };
    ASSERT_THAT(configurations(clip), ::testing::Contains(0));
    start(clip, "serve");
    const std::string seen = settled();
    const auto said = configurations(seen);
    ASSERT_GT(said.size(), 50U);
    EXPECT_THAT(said, ::testing::Each(2));
    EXPECT_TRUE(tuner_.process().wait_for_line(
        {"AAC channel configuration written"}, std::chrono::seconds(1)));
}

TEST_F(Repair, TablesThatComeOnceAreRepeated) {
    start(h264_clip(), "serve 500ms; psi silence; serve");
    const std::string seen = settled();
    // A tenth of a second of the clip, and what a picture has.
    constexpr std::size_t kAllowed = 2 * kSecondsOfMedia / 10;
    EXPECT_LT(widest_gap(seen, [](ts::PacketView packet) { return packet.pid() == ts::kPatPid; }),
        kAllowed);
    EXPECT_LT(widest_gap(seen, [pmt = inspect_ts(seen).pmt_pid](
                                   ts::PacketView packet) { return packet.pid() == pmt; }),
        kAllowed);
    // Whoever tunes in now finds what there is.
    StreamClient late(tuner_.port(), "/auto/v1");
    ASSERT_TRUE(late.read(2 * kSecondsOfMedia));
    EXPECT_THAT(streams_of(late.body()), ElementsAre("h264,0x001b", "aac,0x000f"));
    EXPECT_EQ(provider_.count("/a/live.ts"), 1U) << "another connection would get no tables";
}

/// Bytes that are no transport stream, without end.
struct Garbage {
    const char* name;
    std::size_t media;            ///< bytes of the clip before them
    std::size_t bytes_per_second; ///< 0: as fast as they are read
};

void PrintTo(const Garbage& garbage, std::ostream* out) {
    *out << garbage.name;
}

class EndlessGarbage : public Repair, public ::testing::WithParamInterface<Garbage> {
protected:
    /// No sync byte among them.
    static std::string noise() {
        std::string bytes(64 * kPacket, '\0');
        std::uint32_t state = 1;
        for (char& byte : bytes) {
            state = state * 1'664'525 + 1'013'904'223;
            byte = static_cast<char>(state >> 24);
            byte = byte == 0x47 ? '\x46' : byte;
        }
        return bytes;
    }
};

TEST_P(EndlessGarbage, IsLeftForTheNextSource) {
    const Garbage& garbage = GetParam();
    provider_.on("/bad.ts", [garbage](ProviderConnection& connection, const ProviderRequest&) {
        const std::string bytes = noise();
        bool alive = connection.send("HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n") &&
                     connection.send(h264_clip().substr(0, garbage.media));
        while (alive && !connection.stopping()) {
            if (garbage.bytes_per_second == 0) {
                alive = connection.send(bytes);
            } else {
                alive = connection.send(
                            std::string_view(bytes).substr(0, garbage.bytes_per_second / 20)) &&
                        connection.wait(std::chrono::milliseconds(50));
            }
        }
    });
    const TimelineOrigin good(provider_, "/good", "serve");
    start_with({provider_.url("/bad.ts"), good.ts_url()});
    StreamClient viewer(tuner_.port(), "/auto/v1");
    ASSERT_EQ(viewer.reply().status, 200) << tuner_.process().stderr_text();
    ASSERT_TRUE(provider_.wait_for_requests(good.ts_path(), 1)) << tuner_.process().stderr_text();
    ASSERT_TRUE(provider_.wait_until_idle("/bad.ts"));
    ASSERT_TRUE(viewer.read(viewer.body().size() + 4 * kSecondsOfMedia))
        << tuner_.process().stderr_text();
    const TsFacts facts = inspect_ts(viewer.body());
    EXPECT_TRUE(facts.aligned);
    EXPECT_EQ(facts.continuity_errors, 0U);
    EXPECT_EQ(facts.discontinuities, 0U);
    EXPECT_TRUE(facts.begins_with_key_frame);
    expect_decodes(viewer.body());
}

INSTANTIATE_TEST_SUITE_P(Sources, EndlessGarbage,
    ::testing::Values(Garbage{"Fast", 0, 0}, Garbage{"Slow", 0, 2'000},
        Garbage{"AfterMedia", 2 * kSecondsOfMedia / kPacket* kPacket, 200'000}),
    [](const auto& garbage) { return garbage.param.name; });

} // namespace
} // namespace plex_tuner::testing
