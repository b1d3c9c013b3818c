// SPDX-License-Identifier: GPL-3.0-or-later
#include "range_answer.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::vodfs {
namespace {

using ::testing::HasSubstr;

fetch::ResponseHead head(
    int status, fetch::HeaderList headers, std::optional<std::uint64_t> length = std::nullopt) {
    return {.status = status,
        .effective_url = *Url::parse("http://h/1.mkv"),
        .headers = std::move(headers),
        .content_length = length};
}

TEST(RangeAnswer, ARangeIsTakenAtItsWord) {
    const auto answer = read_range_answer(
        head(206, {{"Content-Range", "bytes 100-199/1000"}, {"ETag", "\"a\""}}, 100), 100);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->begin, 100U);
    EXPECT_EQ(answer->end, 200U);
    EXPECT_EQ(answer->total, 1000U);
    EXPECT_TRUE(answer->has_ranges);
    EXPECT_EQ(answer->validator, "E\"a\"");
    EXPECT_FALSE(read_range_answer(head(206, {{"content-range", "bytes 100-199/*"}}), 100)->total);
}

TEST(RangeAnswer, AnotherRangeThanTheOneAskedForIsAnError) {
    for (const char* text : {"bytes 0-99/1000", "bytes 101-199/1000", "bytes 100-99/1000",
             "bytes 100-1000/1000", "100-199/1000", "bytes */1000", "bytes 100-x/1000", ""}) {
        EXPECT_FALSE(read_range_answer(head(206, {{"Content-Range", text}}), 100)) << text;
    }
    EXPECT_FALSE(read_range_answer(head(206, {}), 100));
    EXPECT_FALSE(read_range_answer(head(206, {{"Content-Range", "bytes 100-199/1000"}}, 50), 100));
}

TEST(RangeAnswer, AWholeFileSaysThatThereAreNoRanges) {
    auto answer = read_range_answer(head(200, {{"Last-Modified", "then"}}, 1000), 100);
    ASSERT_TRUE(answer);
    EXPECT_FALSE(answer->has_ranges);
    EXPECT_EQ(answer->begin, 0U);
    EXPECT_EQ(answer->total, 1000U);
    EXPECT_EQ(answer->validator, "Mthen");
    answer = read_range_answer(head(200, {{"Accept-Ranges", "bytes"}, {"ETag", "W/\"a\""}}, 10), 0);
    EXPECT_TRUE(answer->has_ranges);
    EXPECT_EQ(answer->validator, "");
    EXPECT_FALSE(read_range_answer(head(200, {{"Content-Encoding", "gzip"}}, 1000), 0));
}

TEST(RangeAnswer, StatusesAreErrorsOfWhichSomePass) {
    const auto error = [](int status) {
        return read_range_answer(head(status, {}), 5).error();
    };
    EXPECT_EQ(error(404).http_status(), 404);
    EXPECT_FALSE(may_pass(error(404)));
    EXPECT_FALSE(may_pass(error(410)));
    EXPECT_TRUE(may_pass(error(503)));
    EXPECT_TRUE(may_pass(error(429)));
    EXPECT_TRUE(may_pass(error(403)));
    EXPECT_TRUE(is_over_limit(error(458)));
    EXPECT_FALSE(may_pass(error(416)));
    EXPECT_THAT(error(416).message(), HasSubstr("byte 5"));
}

} // namespace
} // namespace plex_tuner::vodfs
