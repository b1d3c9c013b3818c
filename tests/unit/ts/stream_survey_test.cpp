// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/media.hpp"
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/stream_survey.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;

constexpr SteadyTime kBegin{std::chrono::hours(1)};

/// Four seconds: tables twice a second, a key frame each second, 25 pictures, sound beside them.
class Programme {
public:
    explicit Programme(std::int64_t first = 90'000) : first_(first), time_(first) {}

    ByteVector seconds(int count) {
        builder_.clear();
        for (int i = 0; i < 25 * count; ++i, time_ += 3'600) {
            const std::int64_t picture = (time_ - first_) / 3'600;
            if (picture % 25 == 0 || picture % 25 == 12) {
                builder_.tables();
            }
            const bool key = picture % 25 == 0;
            ByteVector units = key ? h264::key_frame() : h264::p_frame();
            units.resize(units.size() + 500, 0x55);
            builder_.video(units, time_, key).audio(time_);
        }
        return builder_.bytes();
    }

    TsBuilder& builder() { return builder_; }

private:
    TsBuilder builder_;
    std::int64_t first_;
    std::int64_t time_;
};

SurveyReport survey_of(const ByteVector& bytes) {
    StreamSurvey survey;
    survey.feed(bytes, kBegin);
    survey.finish_piece();
    return survey.report();
}

const SurveyPid& row(const SurveyReport& report, std::uint16_t pid) {
    static const SurveyPid none;
    const auto found = std::ranges::find(report.pids, pid, &SurveyPid::pid);
    EXPECT_NE(found, report.pids.end()) << pid;
    return found == report.pids.end() ? none : *found;
}

TEST(StreamSurvey, ACleanStreamNeedsNothing) {
    const SurveyReport report = survey_of(Programme().seconds(4));
    EXPECT_EQ(report.packet_size, 188U);
    EXPECT_EQ(report.totals.continuity_errors, 0U);
    EXPECT_EQ(report.pieces, 1U);
    EXPECT_TRUE(report.useful);
    EXPECT_FALSE(report.needs_repair());
    ASSERT_TRUE(report.program);
    EXPECT_EQ(report.program->number, 1);
    EXPECT_EQ(report.program->programs, 1U);
    EXPECT_EQ(report.program->pmt_pid, kPmtPid);
    EXPECT_EQ(report.program->pcr_pid, kVideoPid);
    EXPECT_EQ(report.program->changes, 0U);
    ASSERT_EQ(report.pids.size(), 4U);
    EXPECT_EQ(row(report, kPatPid).role, PidRole::pat);
    EXPECT_EQ(row(report, kPmtPid).role, PidRole::pmt);
    EXPECT_EQ(row(report, kVideoPid).role, PidRole::stream);
    EXPECT_EQ(row(report, kVideoPid).codec, Codec::h264);
    EXPECT_EQ(row(report, kAudioPid).codec, Codec::aac_adts);
    EXPECT_EQ(report.played, 99 * 3'600 * 300);
    EXPECT_EQ(report.clock_references, 100U);
    EXPECT_EQ(report.clock.interval.max, 3'600 * 300);
    EXPECT_EQ(report.key_frames, 4U);
    EXPECT_EQ(report.key_frame_interval.min, 90'000);
    EXPECT_EQ(report.key_frame_interval.max, 90'000);
    EXPECT_EQ(report.first_access, AccessReason::key_frame);
    EXPECT_EQ(report.pat.count, 8U);
    EXPECT_EQ(report.pat.interval.max, 13 * 3'600 * 300);
    EXPECT_EQ(report.pmt.count, 8U);
}

TEST(StreamSurvey, RatesAreThoseOfTheStreamsOwnTime) {
    const ByteVector bytes = Programme().seconds(4);
    const SurveyReport report = survey_of(bytes);
    ASSERT_TRUE(report.bits_per_second);
    const double expected = static_cast<double>(bytes.size()) * 8 / 4;
    EXPECT_NEAR(static_cast<double>(*report.bits_per_second), expected, expected / 50);
    std::uint64_t sum = 0;
    for (const SurveyPid& pid : report.pids) {
        sum += pid.bits_per_second.value_or(0);
    }
    EXPECT_NEAR(static_cast<double>(sum), static_cast<double>(*report.bits_per_second), 8);
}

TEST(StreamSurvey, SaysTheSameInEveryChunking) {
    const ByteVector bytes = Programme().seconds(2);
    const SurveyReport whole = survey_of(bytes);
    for (const std::size_t size : {1UL, 187UL, 188UL, 1'000UL}) {
        StreamSurvey survey;
        for (std::size_t at = 0; at < bytes.size(); at += size) {
            survey.feed(Bytes(bytes).subspan(at, std::min(size, bytes.size() - at)), kBegin);
        }
        survey.finish_piece();
        const SurveyReport report = survey.report();
        EXPECT_EQ(report.totals.packets, whole.totals.packets);
        EXPECT_EQ(report.bits_per_second, whole.bits_per_second);
        EXPECT_EQ(report.key_frame_interval, whole.key_frame_interval);
        EXPECT_EQ(report.pat.interval, whole.pat.interval);
        EXPECT_FALSE(report.needs_repair());
    }
}

TEST(StreamSurvey, DamageIsCountedAndNeedsRepair) {
    ByteVector bytes = Programme().seconds(4);
    // One packet of a picture in the middle is missing, another has its error bit set.
    const auto packet_of = [&](std::uint16_t pid, std::size_t after) {
        for (std::size_t at = after / 188 * 188; at < bytes.size(); at += 188) {
            if (const PacketView view(bytes.data() + at); view.pid() == pid && !view.unit_start()) {
                return at;
            }
        }
        return std::size_t{0};
    };
    const auto lost = static_cast<std::ptrdiff_t>(packet_of(kVideoPid, bytes.size() / 2));
    bytes.erase(bytes.begin() + lost, bytes.begin() + lost + 188);
    bytes[packet_of(kVideoPid, bytes.size() * 3 / 4) + 1] |= 0x80;
    const SurveyReport report = survey_of(bytes);
    EXPECT_EQ(report.totals.transport_errors, 1U);
    EXPECT_EQ(report.totals.continuity_errors, 2U);
    EXPECT_EQ(row(report, kVideoPid).stats.continuity_errors, 2U);
    EXPECT_EQ(report.splicing.damaged_units, 2U);
    EXPECT_EQ(report.splicing.dropped_packets, 1U);
    EXPECT_TRUE(report.needs_repair());
}

TEST(StreamSurvey, AClockThatJumpsWouldBeSpliced) {
    ByteVector bytes = Programme().seconds(2);
    const ByteVector later = Programme(50'000'000).seconds(2);
    bytes.insert(bytes.end(), later.begin(), later.end());
    const SurveyReport report = survey_of(bytes);
    EXPECT_EQ(report.clock_jumps, 1U);
    EXPECT_EQ(row(report, kVideoPid).stats.pts.jumps, 1U);
    EXPECT_GE(report.splicing.jumps, 1U);
    EXPECT_TRUE(report.needs_repair());
    EXPECT_NEAR(static_cast<double>(report.played), 98 * 3'600 * 300, 1);
    EXPECT_LE(report.key_frame_interval.max, 2 * 90'000) << "the jump is no interval";
}

TEST(StreamSurvey, AnnouncedSeamsAreNoErrors) {
    StreamSurvey survey;
    survey.feed(Programme().seconds(2), kBegin);
    survey.finish_piece();
    survey.seam(Seam::discontinuity);
    survey.feed(Programme(50'000'000).seconds(2), kBegin);
    survey.finish_piece();
    const SurveyReport report = survey.report();
    EXPECT_EQ(report.pieces, 2U);
    EXPECT_EQ(report.seams, 1U);
    EXPECT_EQ(report.totals.continuity_errors, 0U);
    EXPECT_EQ(report.clock_jumps, 0U);
    EXPECT_EQ(report.splicing.splices, 1U);
    EXPECT_TRUE(report.needs_repair());
    EXPECT_EQ(report.key_frames, 4U);
}

TEST(StreamSurvey, AStreamUnderAFalseTypeIsNamedAsWhatItIs) {
    StreamSurvey survey;
    // The first second of a real clip under the type of MPEG-2 video.
    const std::string& clip = h264_clip();
    TsBuilder builder;
    StreamScanner scanner;
    std::vector<AccessPoint> points;
    ByteVector bytes(clip.begin(), clip.end());
    for (std::size_t at = 0; at + 188 <= bytes.size(); at += 188) {
        scanner.feed(Bytes(bytes).subspan(at, 188), at, points);
    }
    ASSERT_TRUE(scanner.tables());
    Pmt pmt = scanner.tables()->pmt;
    const std::uint16_t pmt_pid = scanner.tables()->pmt_pid;
    std::uint16_t video = 0;
    for (ElementaryStream& stream : pmt.streams) {
        if (stream.stream_type == 0x1B) {
            stream.stream_type = 0x02;
            video = stream.pid;
        }
    }
    builder.pat(0, pmt_pid).section(pmt_pid, write_pmt(pmt));
    for (std::size_t at = 0; at + 188 <= bytes.size(); at += 188) {
        if (const PacketView view(bytes.data() + at); view.pid() != pmt_pid && view.pid() != 0) {
            builder.raw(view.bytes());
        }
    }
    survey.feed(builder.bytes(), kBegin);
    const SurveyReport report = survey.report();
    EXPECT_EQ(report.splicing.corrected_types, 1U);
    EXPECT_TRUE(report.needs_repair());
    EXPECT_EQ(row(report, video).stream_type, 0x02);
    EXPECT_EQ(row(report, video).codec, Codec::h264);
    ASSERT_TRUE(row(report, video).video);
    EXPECT_EQ(row(report, video).video->width, 640U);
}

TEST(StreamSurvey, RealMediaIsDescribedInFull) {
    const std::string& clip = h264_clip();
    StreamSurvey survey;
    survey.feed(bytes_of(clip), kBegin);
    survey.finish_piece();
    const SurveyReport report = survey.report();
    EXPECT_FALSE(report.needs_repair());
    EXPECT_NEAR(static_cast<double>(report.played) / kPcrHz, 20, 0.5);
    EXPECT_EQ(report.key_frame_interval.max, 90'000);
    const auto video = std::ranges::find_if(
        report.pids, [](const SurveyPid& pid) { return pid.video.has_value(); });
    ASSERT_NE(video, report.pids.end());
    EXPECT_EQ(video->video->height, 360U);
    EXPECT_EQ(video->video->rate, (FrameRate{.numerator = 25, .denominator = 1}));
    EXPECT_EQ(video->video->scan, ScanType::progressive);
    const auto audio = std::ranges::find_if(
        report.pids, [](const SurveyPid& pid) { return pid.audio.has_value(); });
    ASSERT_NE(audio, report.pids.end());
    EXPECT_EQ(audio->audio->channels, 2);
}

TEST(StreamSurvey, WhatIsNoTransportStreamIsToldApart) {
    StreamSurvey survey;
    const ByteVector page(100'000, '<');
    survey.feed(page, kBegin);
    EXPECT_FALSE(survey.plausible());
    const SurveyReport report = survey.report();
    EXPECT_EQ(report.totals.packets, 0U);
    EXPECT_EQ(report.packet_size, 0U);
    EXPECT_FALSE(report.program);
    EXPECT_FALSE(report.bits_per_second);
}

} // namespace
} // namespace plex_tuner::ts
