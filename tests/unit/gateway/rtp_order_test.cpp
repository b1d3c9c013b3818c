// SPDX-License-Identifier: GPL-3.0-or-later
#include "rtp_order.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

using namespace std::chrono_literals;

class RtpOrderTest : public ::testing::Test {
protected:
    /// The payload of a packet is its number modulo 10.
    void add(std::uint16_t sequence, std::uint32_t sender = 1) {
        const std::string payload = std::to_string(sequence % 10);
        order.add({.payload_type = 33, .sequence = sequence, .sender = sender, .payload = payload},
            now, out);
    }

    RtpOrder order;
    SteadyTime now = SteadyTime(1h);
    std::string out;
};

TEST_F(RtpOrderTest, OrderedPacketsPassAtOnceAlsoWhereNumbersWrap) {
    for (int i = 65'530; i < 65'546; ++i) {
        add(static_cast<std::uint16_t>(i));
    }
    EXPECT_EQ(out, "0123450123456789");
    EXPECT_EQ(order.lost(), 0U);
}

TEST_F(RtpOrderTest, SwappedPacketsArePutInOrder) {
    for (const std::uint16_t sequence : {10, 12, 11, 15, 14, 13, 16}) {
        add(sequence);
    }
    EXPECT_EQ(out, "0123456");
    EXPECT_EQ(order.lost(), 0U);
    EXPECT_EQ(order.dropped(), 0U);
}

TEST_F(RtpOrderTest, RepeatedPacketsAreDropped) {
    for (const std::uint16_t sequence : {10, 10, 12, 12, 11, 11}) {
        add(sequence);
    }
    EXPECT_EQ(out, "012");
    EXPECT_EQ(order.dropped(), 3U);
}

TEST_F(RtpOrderTest, AMissingPacketIsWaitedForUntilThePatienceEnds) {
    add(10);
    add(12);
    order.release(now + 99ms, out);
    EXPECT_EQ(out, "0");
    order.release(now + 100ms, out);
    EXPECT_EQ(out, "02");
    EXPECT_EQ(order.lost(), 1U);
    add(11);
    EXPECT_EQ(out, "02") << "too late";
    EXPECT_EQ(order.dropped(), 1U);
}

TEST_F(RtpOrderTest, AMissingPacketIsWaitedForUntilTheWindowIsFull) {
    add(10);
    for (int i = 12; i <= 11 + static_cast<int>(RtpOrder::kWindow); ++i) {
        add(static_cast<std::uint16_t>(i));
    }
    EXPECT_EQ(out.size(), RtpOrder::kWindow + 1);
    EXPECT_EQ(order.lost(), 1U);
}

TEST_F(RtpOrderTest, AGapIsCounted) {
    add(10);
    add(1010);
    order.release(now + 1s, out);
    EXPECT_EQ(out, "00");
    EXPECT_EQ(order.lost(), 999U);
}

TEST_F(RtpOrderTest, ASenderThatBeginsAnewIsFollowed) {
    add(10);
    add(12);
    add(30'000, 2);
    EXPECT_EQ(out, "020") << "what is held comes first";
    add(5, 2);
    add(6, 2);
    EXPECT_EQ(out, "02056");
    EXPECT_EQ(order.lost(), 1U) << "another sequence is no loss";
}

} // namespace
} // namespace plex_tuner::gateway
