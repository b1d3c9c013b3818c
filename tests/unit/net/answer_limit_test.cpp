// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/net/answer_limit.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

using boost::asio::ip::make_address;

TEST(AnswerLimit, OneSenderIsHeldBackAndOthersAreNot) {
    AnswerLimit limit;
    const SteadyTime now{std::chrono::hours(1)};
    std::size_t answered = 0;
    for (int i = 0; i < 1000; ++i) {
        answered += limit.allow(make_address("10.0.0.1"), now) ? 1 : 0;
    }
    EXPECT_EQ(answered, AnswerLimit::kPerSender);
    EXPECT_TRUE(limit.allow(make_address("10.0.0.2"), now));
    EXPECT_TRUE(limit.allow(make_address("10.0.0.1"), now + std::chrono::seconds(1)));
}

TEST(AnswerLimit, AFloodFromManyAddressesIsHeldBackAltogether) {
    AnswerLimit limit;
    const SteadyTime now{std::chrono::hours(1)};
    std::size_t answered = 0;
    for (std::uint32_t i = 1; i < 1000; ++i) {
        answered += limit.allow(boost::asio::ip::address_v4(i), now) ? 1 : 0;
    }
    EXPECT_EQ(answered, AnswerLimit::kTogether);
}

} // namespace
} // namespace plex_tuner::net
