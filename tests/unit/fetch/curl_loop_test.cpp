// SPDX-License-Identifier: GPL-3.0-or-later
#include "curl_loop.hpp"
#include "scripted_origin.hpp"
#include "support/failing_syscall.hpp"

#include <plex_tuner/log/stderr_sink.hpp>

#include <cerrno>

#include <gtest/gtest.h>

namespace plex_tuner::fetch::testing {
namespace {

class NoOwner final : public CurlLoopOwner {
public:
    void on_transfer_done(CURL* /*easy*/, CURLcode /*result*/) override {}

    void on_round_done() override {}
};

TEST(CurlLoopDeathTest, ASocketThatCannotBeWatchedEndsTheProcessWithAReason) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    EXPECT_DEATH(
        {
            ScriptedOrigin origin([](Connection& connection) { connection.wait_for_close(); });
            const CurlGlobal global;
            asio::io_context context;
            NoOwner owner;
            CurlLoop loop(context, owner, 1, log::Logger(log::make_stderr_sink({}), "fetch"));
            const CurlEasy easy(curl_easy_init());
            curl_easy_setopt(easy.get(), CURLOPT_URL, origin.url("/").text().c_str());
            static_cast<void>(loop.add(easy.get()));
            plex_tuner::testing::with_failing_syscall(
                SYS_epoll_ctl, ENOSPC, [&] { context.run(); });
        },
        "cannot be watched.*No space left");
}

} // namespace
} // namespace plex_tuner::fetch::testing
