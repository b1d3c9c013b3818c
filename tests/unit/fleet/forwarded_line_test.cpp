// SPDX-License-Identifier: GPL-3.0-or-later
#include "forwarded_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::fleet {
namespace {

TEST(ForwardedLine, AsTextTheNameStandsInFront) {
    EXPECT_EQ(forwarded_line("sports", Stream::errors, "2026 info  net x=1", log::Format::text),
        "[sports stderr] 2026 info  net x=1\n");
    EXPECT_EQ(
        forwarded_line("sports", Stream::output, "", log::Format::text), "[sports stdout] \n");
}

TEST(ForwardedLine, NothingMovesTheCursor) {
    EXPECT_EQ(forwarded_line("a", Stream::errors, "x\x1b[2Jy\rz\t\xC3\xA4", log::Format::text),
        "[a stderr] x?[2Jy?z\t\xC3\xA4\n");
}

TEST(ForwardedLine, AnObjectOfTheChildStaysOne) {
    EXPECT_EQ(
        forwarded_line("a", Stream::errors, R"({"time":"t","level":"info"})", log::Format::json),
        R"({"instance":"a","time":"t","level":"info"})"
        "\n");
    EXPECT_EQ(forwarded_line("a", Stream::output, "it \"is\" not", log::Format::json),
        R"({"instance":"a","stream":"stdout","message":"it \"is\" not"})"
        "\n");
}

} // namespace
} // namespace plex_tuner::fleet
