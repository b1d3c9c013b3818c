// SPDX-License-Identifier: GPL-3.0-or-later
#include "fetch_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/fetch/http_cache.hpp>

#include <atomic>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

namespace fs = std::filesystem;

class HttpCacheTest : public FetchTest {
protected:
    HttpCacheTest() { options_.retry_base = 1ms; }

    /// As a process of its own has it.
    [[nodiscard]] HttpCache cache(std::chrono::milliseconds max_age = 60s) {
        return HttpCache(
            *client_, {.directory = directory_.path() / "http", .max_age = max_age}, log::Logger());
    }

    static std::string bytes_of(const Result<Download>& download) {
        if (!download) {
            return download.error().message();
        }
        return read_file(download->file, kPlenty).value_or("<unreadable>");
    }

    Result<Download> get(HttpCache& from, const ScriptedOrigin& origin) {
        return run(from.get(Request(origin.url("/list?password=hunter2")), options_));
    }

    plex_tuner::testing::TemporaryDirectory directory_;
    DownloadOptions options_;
};

TEST_F(HttpCacheTest, SeveralProcessesMakeOneRequest) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "body"); }));
    for (int process = 0; process < 3; ++process) {
        auto own = cache();
        const auto download = get(own, origin);
        EXPECT_EQ(bytes_of(download), "body");
        EXPECT_EQ(download->body_id.empty(), false);
    }
    EXPECT_EQ(origin.requests().size(), 1U);
}

TEST_F(HttpCacheTest, ThoseWhoComeWhileItIsFetchedWaitForIt) {
    using namespace boost::asio::experimental::awaitable_operators;
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "body"); }));
    auto one = cache();
    auto two = cache();
    const Url url = origin.url("/list");
    const auto both = [&]() -> asio::awaitable<bool> {
        auto [first, second] =
            co_await (one.get(Request(url), options_) && two.get(Request(url), options_));
        co_return first.has_value() && second.has_value();
    };
    EXPECT_TRUE(run(both()));
    EXPECT_EQ(origin.requests().size(), 1U);
}

TEST_F(HttpCacheTest, WhatAProcessHasTakenItAsksForAgain) {
    std::atomic<int> version{1};
    ScriptedOrigin origin(ScriptedOrigin::answering(
        [&](const std::string&) { return response(200, "version " + std::to_string(version)); }));
    auto one = cache();
    auto two = cache();
    EXPECT_EQ(bytes_of(get(one, origin)), "version 1");
    EXPECT_EQ(bytes_of(get(two, origin)), "version 1");
    version = 2;
    EXPECT_EQ(bytes_of(get(one, origin)), "version 2");
    EXPECT_EQ(bytes_of(get(two, origin)), "version 2");
    EXPECT_EQ(origin.requests().size(), 2U);
}

TEST_F(HttpCacheTest, WithoutAnAgeEverybodyAsks) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return request.contains("If-None-Match: \"v1\"")
                   ? response(304, "")
                   : response(200, "body", "ETag: \"v1\"\r\n");
    }));
    auto one = cache(0ms);
    auto two = cache(0ms);
    const auto first = get(one, origin);
    const auto second = get(two, origin);
    EXPECT_EQ(bytes_of(second), "body");
    EXPECT_TRUE(second->not_modified);
    EXPECT_EQ(first->body_id, second->body_id);
    EXPECT_EQ(origin.requests().size(), 2U);
}

TEST_F(HttpCacheTest, NotModifiedCountsAsFetched) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        return request.contains("If-None-Match") ? response(304, "")
                                                 : response(200, "body", "ETag: \"v1\"\r\n");
    }));
    auto one = cache();
    EXPECT_EQ(bytes_of(get(one, origin)), "body");
    EXPECT_EQ(bytes_of(get(one, origin)), "body");
    auto two = cache();
    EXPECT_EQ(bytes_of(get(two, origin)), "body");
    EXPECT_EQ(origin.requests().size(), 2U);
}

TEST_F(HttpCacheTest, FailureLeavesTheLastBodyToTheOthers) {
    std::atomic<bool> well{true};
    ScriptedOrigin origin(ScriptedOrigin::answering(
        [&](const std::string&) { return well ? response(200, "body") : response(404, "gone"); }));
    auto one = cache();
    (void)get(one, origin);
    well = false;
    EXPECT_FALSE(get(one, origin));
    auto two = cache();
    EXPECT_EQ(bytes_of(get(two, origin)), "body");
}

TEST_F(HttpCacheTest, FilesAreTheOwnersAndTellNoSecret) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "body"); }));
    auto own = cache();
    const auto download = get(own, origin);
    ASSERT_TRUE(download);
    struct stat status{};
    ASSERT_EQ(::stat(download->file.parent_path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077U, 0U);
    for (const auto& entry : fs::directory_iterator(download->file.parent_path())) {
        EXPECT_THAT(entry.path().string(), Not(HasSubstr("hunter2")));
    }
}

TEST_F(HttpCacheTest, LockOfAHangingProcessIsNotWaitedForWithoutEnd) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "body"); }));
    auto own = cache();
    const auto download = get(own, origin);
    ASSERT_TRUE(download);
    fs::path lock = download->file;
    const auto held = FileLock::try_lock(lock.replace_extension(".lock"));
    ASSERT_TRUE(held && *held);
    options_.total = 100ms;
    const auto refused = get(own, origin);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), ErrorCode::unavailable);
}

TEST_F(HttpCacheTest, TheLastGoodBodyOutlivesABadOne) {
    std::atomic<bool> well{true};
    ScriptedOrigin origin(ScriptedOrigin::answering([&](const std::string&) {
        return response(200, well ? "good" : "bad", "ETag: \"x\"\r\n");
    }));
    const Request request(origin.url("/list"));
    auto own = cache();
    EXPECT_TRUE(own.last_good(request).empty());
    const auto good = run(own.get(request, options_));
    ASSERT_TRUE(good);
    own.keep_as_good(good->file);
    well = false;
    const auto bad = run(own.get(request, options_));
    EXPECT_EQ(bytes_of(bad), "bad");
    EXPECT_EQ(read_file(own.last_good(request), kPlenty).value_or(""), "good");
    own.forget(bad->file);
    well = true;
    EXPECT_EQ(bytes_of(run(own.get(request, options_))), "good");
    EXPECT_THAT(origin.requests().back(), Not(HasSubstr("If-None-Match")));
}

TEST_F(HttpCacheTest, BodiesNobodyWantsAreRemoved) {
    ScriptedOrigin origin(
        ScriptedOrigin::answering([](const std::string&) { return response(200, "body"); }));
    auto own = cache();
    const auto old = run(own.get(Request(origin.url("/old")), options_));
    const auto used = run(own.get(Request(origin.url("/used")), options_));
    ASSERT_TRUE(old && used);
    for (const auto& entry : fs::directory_iterator(old->file.parent_path())) {
        if (entry.path().filename().string().starts_with(old->file.stem().string())) {
            fs::last_write_time(
                entry.path(), fs::file_time_type::clock::now() - std::chrono::days(70));
        }
    }
    own.remove_unused();
    EXPECT_FALSE(fs::exists(old->file));
    EXPECT_TRUE(fs::exists(used->file));
}

} // namespace
} // namespace plex_tuner::fetch::testing
