// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/ts_builder.hpp"

#include <plex_tuner/ts/inspector.hpp>
#include <plex_tuner/ts/program_merger.hpp>
#include <plex_tuner/ts/program_tracker.hpp>

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::ts {
namespace {

using namespace plex_tuner::testing;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::int64_t kSecond = kTimestampHz;
constexpr std::int64_t kFrame = 3'600;
constexpr std::int64_t kSoundFrame = 1'920;
constexpr std::uint16_t kSoundPid = kVideoPid; ///< the renditions know nothing of each other

class Merged final : public PacketSink {
public:
    void packets(Bytes packets) override {
        ASSERT_EQ(packets.size() % kPacketSize, 0U);
        bytes.insert(bytes.end(), packets.begin(), packets.end());
    }

    /// PTS of the PES packets of a PID, in order.
    [[nodiscard]] std::vector<std::int64_t> times(std::uint16_t pid) const {
        std::vector<std::int64_t> times;
        for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
            const PacketView packet(bytes.data() + at);
            if (packet.pid() == pid && packet.unit_start()) {
                times.push_back(parse_pes_header(packet.payload())->pts.value_or(-1));
            }
        }
        return times;
    }

    [[nodiscard]] std::shared_ptr<const ProgramTables> tables() const {
        ProgramTracker tracker;
        for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
            static_cast<void>(tracker.feed(PacketView(bytes.data() + at)));
        }
        return tracker.tables();
    }

    [[nodiscard]] std::uint16_t sound_pid() const {
        return tables() && tables()->audio() != nullptr ? tables()->audio()->pid : kNullPid;
    }

    [[nodiscard]] std::vector<std::int64_t> sound() const { return times(sound_pid()); }

    /// How far sound is from the nearer of the pictures it stands between, at most.
    [[nodiscard]] std::int64_t farthest() const {
        std::optional<std::int64_t> before;
        std::vector<std::int64_t> between;
        std::int64_t farthest = 0;
        const auto settle = [&](std::optional<std::int64_t> after) {
            for (const std::int64_t time : between) {
                std::int64_t distance = kTimestampWrap;
                for (const auto& picture : {before, after}) {
                    distance = std::min(distance,
                        picture ? std::abs(timestamp_difference(time, *picture)) : distance);
                }
                farthest = std::max(farthest, distance);
            }
            between.clear();
            before = after;
        };
        for (std::size_t at = 0; at < bytes.size(); at += kPacketSize) {
            const PacketView packet(bytes.data() + at);
            if (!packet.unit_start() || packet.pid() == kPatPid || packet.pid() == kPmtPid) {
                continue;
            }
            const auto time = parse_pes_header(packet.payload())->pts;
            if (packet.pid() == kVideoPid) {
                settle(time);
            } else {
                between.push_back(*time);
            }
        }
        settle(std::nullopt);
        return farthest;
    }

    void expect_clean() const {
        Inspector inspector;
        inspector.feed(bytes);
        EXPECT_EQ(inspector.totals().continuity_errors, 0U);
        EXPECT_EQ(inspector.totals().duplicates, 0U);
        EXPECT_EQ(inspector.totals().discontinuities, 0U);
    }

    ByteVector bytes;
};

class ProgramMergerTest : public ::testing::Test {
protected:
    /// A segment of pictures, 25 each second.
    ByteVector pictures(std::int64_t begin, std::int64_t length,
        std::vector<ElementaryStream> streams = {TsBuilder::stream(kVideoPid, 0x1B)}) {
        pictures_.clear();
        pictures_.pat().pmt(std::move(streams));
        for (std::int64_t at = 0; at < length; at += kFrame) {
            pictures_.video(
                at == 0 ? h264::key_frame() : h264::p_frame(), timestamp_add(begin, at), at == 0);
        }
        return pictures_.bytes();
    }

    /// A segment of sound; its multiplexer begins anew with each.
    static ByteVector sound(std::int64_t begin, std::int64_t length, std::uint8_t type = 0x0F) {
        TsBuilder builder;
        builder.pat().pmt({TsBuilder::stream(kSoundPid, type)});
        for (std::int64_t at = 0; at < length; at += kSoundFrame) {
            PesOptions options;
            options.stream_id = 0xC0;
            options.pts = timestamp_add(begin, at);
            options.pcr = at == 0 ? std::optional(*options.pts * 300) : std::nullopt;
            builder.pes(kSoundPid, ByteVector(200, 0x55), options);
        }
        return builder.bytes();
    }

    void feed_sound(const ByteVector& segment) {
        merger_.feed_sound(segment);
        merger_.finish_sound_piece();
    }

    /// A segment of either, of one second.
    void feed_second(std::int64_t begin) {
        feed_sound(sound(begin, kSecond));
        merger_.feed(pictures(begin, kSecond));
    }

    Merged merged_;
    ProgramMerger merger_{merged_};
    TsBuilder pictures_;
};

TEST_F(ProgramMergerTest, OneProgramWithBothInTheOrderOfTheirTimes) {
    for (int i = 0; i < 4; ++i) {
        feed_second(kSecond * (10 + i));
    }
    merger_.finish();
    merged_.expect_clean();
    ASSERT_NE(merged_.tables(), nullptr);
    EXPECT_EQ(merged_.tables()->pmt.streams.size(), 2U);
    EXPECT_EQ(merged_.tables()->pmt.pcr_pid, kVideoPid);
    EXPECT_NE(merged_.sound_pid(), kVideoPid);
    EXPECT_EQ(merged_.times(kVideoPid).size(), 100U);
    const auto times = merged_.sound();
    EXPECT_EQ(times.size(), 4U * 47U);
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_LE(merged_.farthest(), ProgramMerger::kLead);
    EXPECT_EQ(merger_.counters().misplaced, 0U);
}

TEST_F(ProgramMergerTest, TheFirstTablesNameTheSoundThatWaits) {
    feed_sound(sound(kSecond * 10 + kSecond / 2, kSecond));
    merger_.feed(pictures(kSecond * 10, kFrame));
    EXPECT_NE(merged_.sound_pid(), kNullPid);
}

TEST_F(ProgramMergerTest, PicturesNeverWaitForSound) {
    merger_.feed(pictures(kSecond, kSecond));
    EXPECT_EQ(merged_.times(kVideoPid).size(), 25U);
    EXPECT_EQ(merged_.tables()->audio(), nullptr);
    feed_sound(sound(kSecond * 2, kSecond));
    merger_.feed(pictures(kSecond * 2, kSecond));
    EXPECT_GT(merged_.sound().size(), 40U) << "it is announced when it comes";
    merged_.expect_clean();
}

TEST_F(ProgramMergerTest, SoundOfLostTimeIsLeftOut) {
    feed_second(kSecond);
    merger_.feed(pictures(kSecond * 2, kSecond * 4));
    EXPECT_LT(*merger_.sound_ahead(), -kSecond * 3);
    feed_sound(sound(kSecond * 2, kSecond * 5));
    merger_.feed(pictures(kSecond * 6, kSecond));
    merged_.expect_clean();
    EXPECT_LE(merged_.farthest(), ProgramMerger::kLate + kFrame);
    EXPECT_GT(merger_.counters().misplaced, 0U);
    EXPECT_GE(merged_.sound().back(), kSecond * 6 + kSecond / 2);
}

TEST_F(ProgramMergerTest, SoundThatComesTwiceIsSentOnce) {
    feed_sound(sound(kSecond, kSecond));
    feed_sound(sound(kSecond, kSecond));
    merger_.feed(pictures(kSecond, kSecond));
    merger_.finish();
    EXPECT_EQ(merged_.sound().size(), 47U);
    EXPECT_EQ(merger_.counters().repeated, 47U);
}

TEST_F(ProgramMergerTest, TellsHowFarSoundReaches) {
    EXPECT_EQ(merger_.sound_ahead(), 0);
    feed_sound(sound(kSecond, kSecond * 2));
    EXPECT_NEAR(static_cast<double>(*merger_.sound_ahead()), kSecond * 2, kSoundFrame);
    merger_.feed(pictures(kSecond, kSecond));
    EXPECT_NEAR(static_cast<double>(*merger_.sound_ahead()), kSecond, kFrame + kSoundFrame);
}

TEST_F(ProgramMergerTest, ClocksWrapTogether) {
    const std::int64_t begin = kTimestampWrap - kSecond / 2;
    feed_second(begin);
    feed_second(timestamp_add(begin, kSecond));
    merger_.finish();
    EXPECT_EQ(merged_.sound().size(), 94U);
    EXPECT_LE(merged_.farthest(), ProgramMerger::kLead);
}

TEST_F(ProgramMergerTest, TimeBasesBeginTogether) {
    feed_second(kSecond * 100);
    // The new one begins a little before where the old one ended: times alone do not tell.
    for (int i = 0; i < 3; ++i) {
        const std::int64_t begin = kSecond * 80 + kSecond * 10 * i;
        merger_.begin_time_base();
        EXPECT_LT(*merger_.sound_ahead(), kSecond / 4) << "there is none for it";
        merger_.begin_sound_time_base();
        feed_sound(sound(begin, kSecond));
        EXPECT_GT(*merger_.sound_ahead(), kSecond * 9 / 10);
        merger_.feed(pictures(begin, kSecond));
    }
    merger_.finish();
    EXPECT_GE(merged_.sound().size(), 4U * 46U);
    EXPECT_LE(merged_.farthest(), kSecond / 2);
}

TEST_F(ProgramMergerTest, SoundMayKnowOfTheNewTimeBaseFirst) {
    feed_sound(sound(kSecond * 100, kSecond));
    merger_.begin_sound_time_base();
    feed_sound(sound(kSecond, kSecond));
    merger_.feed(pictures(kSecond * 100, kSecond));
    EXPECT_GT(*merger_.sound_ahead(), kSecond * 10) << "complete for this time base";
    merger_.begin_time_base();
    merger_.feed(pictures(kSecond, kSecond));
    merger_.finish();
    EXPECT_GE(merged_.sound().size(), 93U);
}

TEST_F(ProgramMergerTest, MarksOfOneSideAloneChangeNothing) {
    feed_second(kSecond);
    merger_.begin_time_base();
    feed_second(kSecond * 2);
    merger_.begin_sound_time_base();
    feed_second(kSecond * 3);
    merger_.begin_sound_time_base();
    feed_second(kSecond * 4);
    merger_.finish();
    EXPECT_EQ(merged_.sound().size(), 4U * 47U);
    merged_.expect_clean();
}

TEST_F(ProgramMergerTest, CountsThatWentApartAreFoundOut) {
    feed_second(kSecond);
    merger_.begin_sound_time_base();
    for (int i = 0; i < 30; ++i) { // sound is a second behind, and of a time base to come
        feed_sound(sound(kSecond * (2 + i), kSecond));
        merger_.feed(pictures(kSecond * (3 + i), kSecond));
    }
    feed_second(kSecond * 33);
    EXPECT_GT(merged_.sound().back(), kSecond * 30);
}

TEST_F(ProgramMergerTest, SoundOfAnotherClockIsSaidToBe) {
    feed_sound(sound(kSecond * 50'000, kSecond));
    merger_.feed(pictures(kSecond, kSecond));
    EXPECT_EQ(merger_.sound_ahead(), std::nullopt);
    EXPECT_THAT(merged_.sound(), IsEmpty());
    EXPECT_EQ(merger_.counters().misplaced, 47U);
}

TEST_F(ProgramMergerTest, SoundBesideThePicturesReplacesThatAmongThem) {
    const std::vector<ElementaryStream> both{
        TsBuilder::stream(kVideoPid, 0x1B), TsBuilder::stream(kAudioPid, 0x0F)};
    const auto segment = [&](std::int64_t begin) {
        ByteVector bytes = pictures(begin, kSecond, both);
        pictures_.clear();
        pictures_.audio(begin);
        return joined({bytes, pictures_.bytes()});
    };
    merger_.feed(segment(kSecond));
    ASSERT_NE(merged_.tables()->audio(), nullptr) << "what there is, until there is better";
    EXPECT_EQ(merged_.tables()->audio()->pid, kAudioPid);
    feed_sound(sound(kSecond * 2, kSecond, 0x81));
    merger_.feed(segment(kSecond * 2));
    const auto tables = merged_.tables();
    ASSERT_EQ(tables->pmt.streams.size(), 2U);
    EXPECT_EQ(tables->audio()->codec, Codec::ac3);
    EXPECT_NE(tables->audio()->pid, kAudioPid);
    EXPECT_EQ(merged_.times(kAudioPid).size(), 1U);
}

TEST_F(ProgramMergerTest, AnotherRenditionIsAnnouncedWhereItsSoundBegins) {
    feed_sound(sound(kSecond, kSecond * 2));
    merger_.change_sound();
    feed_sound(sound(kSecond * 2, kSecond * 2, 0x81));
    merger_.feed(pictures(kSecond, kSecond));
    EXPECT_EQ(merged_.tables()->audio()->codec, Codec::aac_adts) << "that is what waits";
    merger_.feed(pictures(kSecond * 2, kSecond * 2));
    EXPECT_EQ(merged_.tables()->audio()->codec, Codec::ac3);
    const auto times = merged_.sound();
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_EQ(std::ranges::adjacent_find(times), times.end());
    merged_.expect_clean();
}

TEST_F(ProgramMergerTest, APieceThatBreaksOffGivesItsWholePacketsOnly) {
    ByteVector segment = sound(kSecond, kSecond);
    segment.resize(segment.size() / 2 / kPacketSize * kPacketSize + kPacketSize);
    merger_.feed_sound(segment);
    merger_.abandon_sound_piece();
    feed_sound(sound(kSecond * 2, kSecond));
    merger_.feed(pictures(kSecond, kSecond * 2));
    merged_.expect_clean();
    const auto times = merged_.sound();
    EXPECT_TRUE(std::ranges::is_sorted(times));
    EXPECT_GT(times.size(), 60U);
}

TEST_F(ProgramMergerTest, RadioStaysAsItIs) {
    TsBuilder radio;
    radio.radio_tables().audio(kSecond).audio(kSecond + kSoundFrame);
    feed_sound(sound(kSecond, kSecond));
    merger_.feed(radio.bytes());
    EXPECT_THAT(merged_.times(kAudioPid), ElementsAre(kSecond, kSecond + kSoundFrame));
    EXPECT_EQ(merged_.tables()->pmt.streams.size(), 1U);
}

TEST_F(ProgramMergerTest, WhatWaitsIsBounded) {
    TsBuilder builder;
    builder.pat().pmt({TsBuilder::stream(kSoundPid, 0x0F)});
    merger_.feed_sound(builder.bytes());
    for (int i = 0; i < 40; ++i) {
        builder.clear();
        PesOptions options;
        options.stream_id = 0xC0;
        options.pts = kSecond + kSoundFrame * i;
        builder.pes(kSoundPid, ByteVector(500'000, 0x55), options);
        merger_.feed_sound(builder.bytes());
    }
    EXPECT_GT(merger_.counters().overflowed, 0U);
}

} // namespace
} // namespace plex_tuner::ts
