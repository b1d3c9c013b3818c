// SPDX-License-Identifier: GPL-3.0-or-later
#include "host_ranking.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::engine {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

HostHealth good(const std::string& base, int latency) {
    HostHealth host{.base = base, .latency = milliseconds(latency), .account = {}, .error = {}};
    host.account = provider::XtreamAccount();
    return host;
}

HostHealth bad(const std::string& base) {
    return {.base = base,
        .latency = milliseconds(1),
        .account = {},
        .error = Error(ErrorCode::network, "down")};
}

TEST(RankHosts, GoodOnesByLatencyThenTheOthersAsGiven) {
    EXPECT_THAT(rank_hosts({bad("a"), good("b", 300), bad("c"), good("d", 50)}, ""),
        ElementsAre(3, 1, 0, 2));
}

TEST(RankHosts, TheBestStaysUnlessAnotherIsMuchFaster) {
    EXPECT_THAT(rank_hosts({good("a", 250), good("b", 50)}, "a"), ElementsAre(0, 1));
    EXPECT_THAT(rank_hosts({good("a", 600), good("b", 50)}, "a"), ElementsAre(1, 0));
    EXPECT_THAT(rank_hosts({bad("a"), good("b", 50)}, "a"), ElementsAre(1, 0));
}

TEST(RankHosts, NoneIsNoProblem) {
    EXPECT_THAT(rank_hosts({}, ""), ElementsAre());
}

} // namespace
} // namespace plex_tuner::engine
