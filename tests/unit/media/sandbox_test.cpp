// SPDX-License-Identifier: GPL-3.0-or-later
// What a worker that was taken over can do: nothing. Each deed is done by a real process in the
// real sandbox (helper.cpp).
#include "worker_bench.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::media {
namespace {

using ::testing::HasSubstr;
using testing::WorkerBench;

TEST(Sandbox, LetsTheWorkerWork) {
    for (const char* deed : {"nothing", "memory"}) {
        WorkerBench bench(deed);
        EXPECT_TRUE(bench.run({}, {"some input"})) << deed;
    }
}

TEST(Sandbox, LetsThoseMakeThreadsThatNeedThem) {
    WorkerBench bench("thread threads");
    EXPECT_TRUE(bench.run({}, {"some input"}));
    WorkerBench reader("open threads"); // is told that it may not
    EXPECT_TRUE(reader.run({}, {"some input"}));
}

TEST(Sandbox, KillsWhoReachesOut) {
    for (const char* deed : {"open", "socket", "fork", "exec", "kill", "write-elsewhere", "code",
             "map-file", "socket threads", "fork threads", "exec threads"}) {
        WorkerBench bench(deed);
        const auto result = bench.run({}, {"some input"});
        ASSERT_FALSE(result) << deed;
        EXPECT_THAT(result.error().message(), HasSubstr("killed by signal 31")) << deed;
    }
}

} // namespace
} // namespace plex_tuner::media
