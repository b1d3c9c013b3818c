// SPDX-License-Identifier: GPL-3.0-or-later
#include "unit/media/external_tool.hpp"

#include <plex_tuner/media/demo_clip.hpp>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

using test::run_over;

constexpr std::size_t kPacketBytes = 188;
constexpr std::int64_t kPcrHertz = 27'000'000;

/// One transport packet, read independently of the code under test (13818-1 2.4.3.2).
class Packet {
public:
    explicit Packet(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] bool synchronised() const { return byte(0) == 0x47; }

    [[nodiscard]] unsigned pid() const { return (byte(1) & 0x1FU) << 8U | byte(2); }

    [[nodiscard]] bool starts_unit() const { return (byte(1) & 0x40U) != 0; }

    [[nodiscard]] bool random_access() const { return adaptation_flags() & 0x40U; }

    [[nodiscard]] bool has_pcr() const { return adaptation_flags() & 0x10U; }

    [[nodiscard]] std::int64_t pcr() const {
        std::int64_t base = 0;
        for (std::size_t i = 6; i < 10; ++i) {
            base = base << 8 | byte(i);
        }
        base = base << 1 | byte(10) >> 7U;
        return base * 300 + ((byte(10) & 1U) << 8U | byte(11));
    }

private:
    [[nodiscard]] unsigned byte(std::size_t index) const {
        return static_cast<unsigned char>(bytes_[index]);
    }

    [[nodiscard]] unsigned adaptation_flags() const {
        return (byte(3) & 0x20U) != 0 && byte(4) > 0 ? byte(5) : 0;
    }

    std::string_view bytes_;
};

struct Expectation {
    DemoPicture picture;
    std::string_view codecs; ///< as ffprobe names them
    bool has_video;
};

void PrintTo(const Expectation& expectation, std::ostream* out) {
    *out << static_cast<int>(expectation.picture);
}

class DemoClips : public testing::TestWithParam<Expectation> {
protected:
    /// Each clip is encoded once for all tests of this binary.
    static const DemoClip& clip(DemoPicture picture) {
        static std::map<DemoPicture, DemoClip> clips;
        auto found = clips.find(picture);
        if (found == clips.end()) {
            auto made = make_demo_clip(picture);
            EXPECT_TRUE(made.has_value()) << made.error().message();
            found = clips.emplace(picture, made ? std::move(*made) : DemoClip{}).first;
        }
        return found->second;
    }

    [[nodiscard]] const DemoClip& clip() const { return clip(GetParam().picture); }

    [[nodiscard]] Packet packet(std::size_t index) const {
        return Packet(
            std::string_view(clip().transport_stream).substr(index * kPacketBytes, kPacketBytes));
    }

    [[nodiscard]] std::size_t packets() const {
        return clip().transport_stream.size() / kPacketBytes;
    }
};

TEST_P(DemoClips, AreWholePacketsOfAFewMegabytes) {
    EXPECT_EQ(clip().transport_stream.size() % kPacketBytes, 0U);
    EXPECT_GT(packets(), 1000U);
    EXPECT_LT(clip().transport_stream.size(), 5'000'000U);
    for (std::size_t i = 0; i < packets(); ++i) {
        ASSERT_TRUE(packet(i).synchronised()) << "packet " << i;
    }
}

TEST_P(DemoClips, StartWithTablesAndARandomAccessPoint) {
    std::size_t index = 0;
    bool pat = false;
    bool pmt = false;
    constexpr unsigned kPmtPid = 0x1000;
    constexpr unsigned kFirstStreamPid = 0x100;
    for (; index < packets() && packet(index).pid() != kFirstStreamPid; ++index) {
        pat = pat || packet(index).pid() == 0;
        pmt = pmt || packet(index).pid() == kPmtPid;
    }
    EXPECT_TRUE(pat && pmt);
    EXPECT_LE(index, 4U) << "tables only";
    EXPECT_TRUE(packet(index).starts_unit());
    EXPECT_TRUE(packet(index).random_access());
    EXPECT_TRUE(packet(index).has_pcr());
}

TEST_P(DemoClips, RepeatTablesBeforeEachKeyFrame) {
    constexpr unsigned kFirstStreamPid = 0x100;
    if (!GetParam().has_video) {
        return; // every audio frame is a key frame; tables come ten times a second
    }
    int key_frames = 0;
    unsigned previous_pid = 0x1FFF;
    for (std::size_t i = 0; i < packets(); ++i) {
        if (packet(i).pid() == kFirstStreamPid && packet(i).random_access()) {
            EXPECT_TRUE(previous_pid == 0x1000)
                << "packet " << i << " follows PID " << previous_pid;
            ++key_frames;
        }
        previous_pid = packet(i).pid();
    }
    EXPECT_GT(key_frames, 10);
}

TEST_P(DemoClips, CarryAPcrThatFitsWhenTheClipFollowsItself) {
    std::int64_t first = -1;
    std::int64_t last = -1;
    constexpr std::int64_t kMostApart = kPcrHertz / 10; // 13818-1 2.7.2
    for (std::size_t i = 0; i < packets(); ++i) {
        if (!packet(i).has_pcr()) {
            continue;
        }
        const std::int64_t pcr = packet(i).pcr();
        if (first < 0) {
            first = pcr;
        } else {
            EXPECT_GT(pcr, last);
            EXPECT_LE(pcr - last, kMostApart);
        }
        last = pcr;
    }
    const std::int64_t next = first + clip().duration.count() * 27 / 1000;
    EXPECT_GT(next, last);
    EXPECT_LE(next - last, kMostApart);
}

TEST_P(DemoClips, AreSeenByFfprobeWithTheDeclaredDuration) {
    const auto codecs = run_over(clip().transport_stream,
        "ffprobe -v error -show_entries stream=codec_name -of default=nw=1 FILE | sort -u");
    EXPECT_EQ(codecs.status, 0);
    EXPECT_EQ(codecs.output, GetParam().codecs);

    const auto durations = run_over(clip().transport_stream,
        "ffprobe -v error -show_entries stream=duration -of default=nw=1:nk=1 FILE | sort -u");
    EXPECT_NEAR(std::strtod(durations.output.c_str(), nullptr),
        static_cast<double>(clip().duration.count()) / 1e9, 0.0001);
    EXPECT_EQ(durations.output.find('\n'), durations.output.size() - 1)
        << "one value, so all streams have the same duration: " << durations.output;
}

TEST_P(DemoClips, DecodeWithoutAComplaint) {
    const auto decoded =
        run_over(clip().transport_stream, "ffmpeg -nostdin -v error -xerror -i FILE -f null -");
    EXPECT_EQ(decoded.status, 0);
    EXPECT_EQ(decoded.output, "");
}

INSTANTIATE_TEST_SUITE_P(All, DemoClips,
    testing::Values(
        Expectation{DemoPicture::colour_bars, "codec_name=ac3\ncodec_name=mpeg2video\n", true},
        Expectation{DemoPicture::motion, "codec_name=ac3\ncodec_name=mpeg2video\n", true},
        Expectation{DemoPicture::radio, "codec_name=mp2\n", false}));

} // namespace
} // namespace plex_tuner::media
