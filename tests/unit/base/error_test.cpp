// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/result.hpp>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

TEST(Error, ErrnoMapsToCodesAndKeepsTheTask) {
    EXPECT_EQ(Error::from_errno(ENOSPC, "x").code(), ErrorCode::disk_full);
    EXPECT_EQ(Error::from_errno(EDQUOT, "x").code(), ErrorCode::disk_full);
    EXPECT_EQ(Error::from_errno(ENOENT, "x").code(), ErrorCode::not_found);
    EXPECT_EQ(Error::from_errno(EACCES, "x").code(), ErrorCode::io);
    EXPECT_EQ(Error::from_errno(ENOENT, "cannot open 'f'").message(),
        "cannot open 'f': No such file or directory");
}

TEST(Error, ContextGoesInFrontAndKeepsCodeAndStatus) {
    const Error error = Error::from_http_status(503, "busy").with_context("playlist");
    EXPECT_EQ(error.message(), "playlist: busy");
    EXPECT_EQ(error.code(), ErrorCode::http_status);
    EXPECT_EQ(error.http_status(), 503);
    const Error outer = error.with_context("refresh");
    EXPECT_EQ(outer.message(), "refresh: playlist: busy");
    EXPECT_EQ(error.message(), "playlist: busy");
    EXPECT_EQ(Error(ErrorCode::io, "x").http_status(), std::nullopt);
}

TEST(Error, FailHelpersMakeResults) {
    const Result<int> failed = fail(ErrorCode::parse, "bad");
    ASSERT_FALSE(failed);
    Result<int> source = failed;
    const Result<std::string> wrapped = fail_with(std::move(source), "line 3");
    ASSERT_FALSE(wrapped);
    EXPECT_EQ(wrapped.error().message(), "line 3: bad");
    EXPECT_EQ(wrapped.error().code(), ErrorCode::parse);
}

TEST(Error, EveryCodeHasItsOwnName) {
    std::vector<std::string_view> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::internal); ++code) {
        names.push_back(to_string(static_cast<ErrorCode>(code)));
    }
    EXPECT_THAT(names, testing::Not(testing::Contains("unknown")));
    std::ranges::sort(names);
    EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

} // namespace
} // namespace plex_tuner
