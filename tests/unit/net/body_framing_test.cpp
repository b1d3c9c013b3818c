// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_framing.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

using Kind = BodyFraming::Kind;

struct Seen {
    std::string taken;
    std::string payload;
    bool done = false;
    bool failed = false;
    friend bool operator==(const Seen&, const Seen&) = default;
};

Seen feed(BodyFraming body, std::string_view bytes, std::size_t piece) {
    Seen seen;
    while (!bytes.empty() && !body.done() && !body.failed()) {
        const std::string_view part = bytes.substr(0, piece);
        const std::size_t taken = body.take(part, &seen.payload);
        seen.taken += part.substr(0, taken);
        bytes.remove_prefix(taken);
    }
    seen.done = body.done();
    seen.failed = body.failed();
    return seen;
}

TEST(BodyFraming, AMessageEndsWhereItSays) {
    EXPECT_TRUE(BodyFraming(Kind::none).done());
    EXPECT_TRUE(BodyFraming(Kind::length, 0).done());
    const std::string chunked = "5;a=\"b\"\r\nhello\r\n00A \r\n0123456789\r\n0\r\nX-A: 1\r\n\r\n";
    for (std::size_t piece = 1; piece < 70; ++piece) {
        EXPECT_EQ(feed(BodyFraming(Kind::length, 5), "hellonext", piece),
            (Seen{.taken = "hello", .payload = "hello", .done = true}));
        EXPECT_EQ(feed(BodyFraming(Kind::chunked), chunked + "next", piece),
            (Seen{.taken = chunked, .payload = "hello0123456789", .done = true}))
            << piece;
        EXPECT_EQ(feed(BodyFraming(Kind::until_close), "hello", piece),
            (Seen{.taken = "hello", .payload = "hello"}));
    }
}

TEST(BodyFraming, ChunksThatAreNoneFail) {
    for (const std::string bad : {"\r\n", "x\r\n", "-1\r\n", "5\nhello\r\n", "5\r\nhelloX\n",
             "5\r\nhello\rX", "1000000000000000\r\n"}) {
        for (const std::size_t piece : {1, 100}) {
            EXPECT_TRUE(feed(BodyFraming(Kind::chunked), bad, piece).failed) << bad;
        }
    }
    EXPECT_TRUE(
        feed(BodyFraming(Kind::chunked), "5;" + std::string(9'000, 'x') + "\r\n", 100).failed);
    EXPECT_TRUE(
        feed(BodyFraming(Kind::chunked), "0\r\n" + std::string(70'000, 'x') + "\r\n", 100).failed);
}

} // namespace
} // namespace plex_tuner::net
