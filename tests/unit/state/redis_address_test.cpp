// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/state/coordination.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::state {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisAddressTest, ReadsWhatAUrlSays) {
    const auto whole = RedisAddress::parse("redis://joe:p%40ss%2Fw:x@redis.example:7000/2");
    ASSERT_TRUE(whole);
    EXPECT_EQ(whole->host, "redis.example");
    EXPECT_EQ(whole->port, 7000);
    EXPECT_EQ(whole->user, "joe");
    EXPECT_EQ(whole->password.reveal(), "p@ss/w:x");
    EXPECT_EQ(whole->database, 2);
    EXPECT_EQ(whole->text(), "redis.example:7000/2");

    const auto least = RedisAddress::parse("redis://10.0.0.5");
    ASSERT_TRUE(least);
    EXPECT_EQ(least->text(), "10.0.0.5:6379");
    EXPECT_TRUE(least->password.empty());

    const auto six = RedisAddress::parse("redis://:pw@[fd00::5]:6380/");
    ASSERT_TRUE(six);
    EXPECT_EQ(six->host, "fd00::5");
    EXPECT_EQ(six->text(), "[fd00::5]:6380");
    EXPECT_EQ(six->user, "");
}

TEST(RedisAddressTest, RefusesWhatItCannotUseWithoutRepeatingIt) {
    for (const char* wrong :
        {"", "redis", "http://h", "redis://", "redis://hunter2@h", "redis://joe:hunter2@",
            "redis://joe:hunter2@h:0", "redis://joe:hunter2@h:99999", "redis://joe:hunter2@h/x",
            "redis://joe:hunter2@h/-1", "redis://joe:hunter2@[::1", "redis://joe:@h"}) {
        const auto address = RedisAddress::parse(wrong);
        ASSERT_FALSE(address) << wrong;
        EXPECT_THAT(address.error().message(), Not(HasSubstr("hunter2")));
    }
    const auto tls = RedisAddress::parse("rediss://:hunter2@h");
    ASSERT_FALSE(tls);
    EXPECT_EQ(tls.error().code(), ErrorCode::unsupported);
    EXPECT_THAT(tls.error().message(), HasSubstr("rediss://"));
}

} // namespace
} // namespace plex_tuner::state
