// SPDX-License-Identifier: GPL-3.0-or-later
#include "packet_watch.hpp"
#include "support/ts_builder.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using namespace plex_tuner::testing;

void feed(PacketWatch& watch, const ByteVector& bytes) {
    watch.feed(bytes, kVideoPid, kPmtPid);
}

TEST(PacketWatch, TablesAndNullPacketsAreNoMedia) {
    PacketWatch watch;
    TsBuilder builder;
    builder.tables().null().null();
    feed(watch, builder.bytes());
    EXPECT_EQ(watch.media_packets(), 0U);
    builder.clear();
    builder.video(h264::key_frame(), 0);
    feed(watch, builder.bytes());
    EXPECT_EQ(watch.media_packets(), 1U);
}

TEST(PacketWatch, CountsLostPackets) {
    PacketWatch watch;
    TsBuilder builder;
    for (int i = 0; i < 40; ++i) {
        builder.audio(i * 100);
    }
    feed(watch, builder.bytes());
    EXPECT_EQ(watch.continuity_errors(), 0U);
    builder.clear();
    builder.set_counter(kAudioPid, 3);
    builder.audio(5'000);
    feed(watch, builder.bytes());
    EXPECT_EQ(watch.continuity_errors(), 1U);
}

TEST(PacketWatch, AnnouncedJumpsAndRepetitionsAreNoErrors) {
    PacketWatch watch;
    TsBuilder builder;
    builder.audio(0);
    const ByteVector packet = builder.bytes();
    feed(watch, packet);
    feed(watch, packet);
    builder.clear();
    builder.set_counter(kAudioPid, 9);
    builder.raw(ts::adaptation_only_packet(kAudioPid, 8, true)).audio(100);
    feed(watch, builder.bytes());
    EXPECT_EQ(watch.continuity_errors(), 0U);
}

TEST(PacketWatch, TellsHowFarTheSourceIsAhead) {
    PacketWatch watch;
    EXPECT_EQ(watch.ahead(std::chrono::steady_clock::now()).count(), 0);
    TsBuilder builder;
    for (int i = 0; i <= 20; ++i) {
        builder.video(h264::p_frame(), i * 90'000); // a picture each second
    }
    feed(watch, builder.bytes());
    const auto ahead = watch.ahead(std::chrono::steady_clock::now());
    EXPECT_LE(ahead, std::chrono::seconds(20));
    EXPECT_GT(ahead, std::chrono::seconds(10));
    EXPECT_LE(watch.ahead(std::chrono::steady_clock::now() + std::chrono::seconds(20)).count(), 0);
}

TEST(PacketWatch, ClockJumpsAreNoTime) {
    PacketWatch watch;
    TsBuilder builder;
    builder.video(h264::p_frame(), 0)
        .video(h264::p_frame(), 90'000 * 3'600)
        .video(h264::p_frame(), 5);
    feed(watch, builder.bytes());
    EXPECT_LE(watch.ahead(std::chrono::steady_clock::now()).count(), 0);
}

} // namespace
} // namespace plex_tuner::gateway
