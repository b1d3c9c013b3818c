// SPDX-License-Identifier: GPL-3.0-or-later
#include "compress.hpp"
#include "fetch_fixture.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/fetch/download.hpp>

#include <atomic>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>
#include <sys/stat.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kPlaylist = "#EXTM3U\n#EXTINF:-1,One\nhttp://h/1\n";

class DownloadTest : public FetchTest {
protected:
    DownloadTest() { options_.retry_base = 1ms; }

    Result<Download> fetch(Request request) {
        return run(download(*client_, std::move(request), file_, options_, {}));
    }

    Result<Download> fetch(const Url& url) { return fetch(Request(url)); }

    /// A server that gives these answers in turn, the last one for ever.
    static ScriptedOrigin::Script in_turn(std::vector<std::string> answers) {
        return ScriptedOrigin::answering(
            [answers = std::move(answers), next = std::make_shared<std::atomic<std::size_t>>(0)](
                const std::string&) { return answers[std::min((*next)++, answers.size() - 1)]; });
    }

    Error refused(std::vector<std::string> answers) {
        ScriptedOrigin origin(in_turn(std::move(answers)));
        const auto result = fetch(origin.url("/get.php?username=u&password=hunter2"));
        requests_ = origin.requests().size();
        if (result) {
            ADD_FAILURE() << "accepted";
            return {ErrorCode::internal, ""};
        }
        EXPECT_THAT(result.error().message(), Not(HasSubstr("hunter2")));
        return result.error();
    }

    [[nodiscard]] std::string content() const {
        const auto bytes = read_file(file_, kPlenty);
        return bytes ? *bytes : "<" + bytes.error().message() + ">";
    }

    [[nodiscard]] std::string meta() const {
        const auto bytes = read_file(file_.string() + ".meta", kPlenty);
        return bytes ? *bytes : "<none>";
    }

    void write(const std::filesystem::path& path, std::string_view bytes) {
        auto file = AtomicFile::create(path);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file->write(bytes));
        ASSERT_TRUE(file->commit());
    }

    plex_tuner::testing::TemporaryDirectory directory_;
    std::filesystem::path file_ = directory_.path() / "cache" / "playlist.m3u";
    DownloadOptions options_;
    std::size_t requests_ = 0;
};

TEST_F(DownloadTest, WritesTheBodyReadableByItsOwnerOnly) {
    ScriptedOrigin origin(in_turn({response(200, kPlaylist)}));
    const auto result = fetch(origin.url("/list?password=hunter2"));
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_EQ(result->file, file_);
    EXPECT_FALSE(result->not_modified);
    EXPECT_EQ(result->effective_url, origin.url("/list?password=hunter2"));
    EXPECT_EQ(content(), kPlaylist);
    struct stat status{};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_THAT(meta(), Not(HasSubstr("hunter2")));
}

TEST_F(DownloadTest, AsksConditionallyTheSecondTime) {
    ScriptedOrigin origin(ScriptedOrigin::answering([](const std::string& request) {
        if (field(request, "If-None-Match") == "W/\"v1\"") {
            return std::string("HTTP/1.1 304 Not Modified\r\n\r\n");
        }
        return response(
            200, kPlaylist, "ETag: W/\"v1\"\r\nLast-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\n");
    }));
    ASSERT_TRUE(fetch(origin.url("/list")));
    const auto second = fetch(origin.url("/list"));
    ASSERT_TRUE(second) << second.error().message();
    EXPECT_TRUE(second->not_modified);
    EXPECT_EQ(content(), kPlaylist);
    EXPECT_EQ(field(origin.requests()[0], "If-None-Match"), "<none>");
    EXPECT_EQ(field(origin.requests()[1], "If-Modified-Since"), "Mon, 01 Jan 2024 00:00:00 GMT");
}

TEST_F(DownloadTest, ValidatorsBelongToOneUrlAndUser) {
    ScriptedOrigin origin(in_turn({response(200, kPlaylist, "ETag: \"v1\"\r\n")}));
    ASSERT_TRUE(fetch(origin.url("/list?user=a")));
    ASSERT_TRUE(fetch(origin.url("/list?user=b")));
    Request other(origin.url("/list?user=b"));
    other.credentials = Credentials{origin.origin(), "c", Secret("x")};
    ASSERT_TRUE(fetch(other));
    for (const std::string& request : origin.requests()) {
        EXPECT_EQ(field(request, "If-None-Match"), "<none>");
    }
}

TEST_F(DownloadTest, MissingFileIsFetchedInFullWhateverTheMetaSays) {
    ScriptedOrigin origin(in_turn({response(200, kPlaylist, "ETag: \"v1\"\r\n")}));
    ASSERT_TRUE(fetch(origin.url("/list")));
    std::filesystem::remove(file_);
    const auto second = fetch(origin.url("/list"));
    ASSERT_TRUE(second) << second.error().message();
    EXPECT_FALSE(second->not_modified);
    EXPECT_EQ(field(origin.requests()[1], "If-None-Match"), "<none>");
    EXPECT_EQ(content(), kPlaylist);
}

TEST_F(DownloadTest, FileThatWasChangedIsFetchedInFull) {
    ScriptedOrigin origin(in_turn({response(200, kPlaylist, "ETag: \"v1\"\r\n")}));
    ASSERT_TRUE(fetch(origin.url("/list")));
    write(file_, "cut");
    ASSERT_TRUE(fetch(origin.url("/list")));
    EXPECT_EQ(field(origin.requests()[1], "If-None-Match"), "<none>");
    EXPECT_EQ(content(), kPlaylist);
}

TEST_F(DownloadTest, DamagedFileOfTheSameSizeIsFetchedInFull) {
    for (const std::string_view validator : {"ETag: \"v1\"\r\n", ""}) {
        ScriptedOrigin origin(in_turn({response(200, kPlaylist, validator)}));
        ASSERT_TRUE(fetch(origin.url("/list")));
        write(file_, std::string(kPlaylist.size(), '\0'));
        const auto second = fetch(origin.url("/list"));
        ASSERT_TRUE(second);
        EXPECT_FALSE(second->not_modified);
        EXPECT_EQ(field(origin.requests()[1], "If-None-Match"), "<none>");
        EXPECT_EQ(content(), kPlaylist);
    }
}

TEST_F(DownloadTest, ValidatorsThatCannotBeSentBackAreNotKept) {
    ScriptedOrigin origin(in_turn({response(
        200, kPlaylist, "ETag: \"a\rb\"\r\nLast-Modified: Mon, 01 Jan 2024\r00:00:00 GMT\r\n")}));
    for (int i = 0; i < 2; ++i) {
        const auto result = fetch(origin.url("/list"));
        ASSERT_TRUE(result) << result.error().message();
        EXPECT_EQ(field(origin.requests().back(), "If-None-Match"), "<none>");
        EXPECT_THAT(meta(), Not(HasSubstr("\r")));
    }
    // Kept by an earlier version.
    write(file_.string() + ".meta", meta() + "etag \"a\rb\"\n");
    ASSERT_TRUE(fetch(origin.url("/list")));
    EXPECT_EQ(field(origin.requests().back(), "If-None-Match"), "<none>");
}

TEST_F(DownloadTest, DamagedMetaIsIgnored) {
    ScriptedOrigin origin(in_turn({response(200, kPlaylist, "ETag: \"v1\"\r\n")}));
    for (const std::string_view damage :
        {"", "nonsense", "plex-tuner download 1\nsize x\n", "plex-tuner download 1\nurl\n"}) {
        ASSERT_TRUE(fetch(origin.url("/list")));
        write(file_.string() + ".meta", damage);
        ASSERT_TRUE(fetch(origin.url("/list")));
        EXPECT_EQ(field(origin.requests().back(), "If-None-Match"), "<none>");
    }
}

TEST_F(DownloadTest, Stray304IsAskedAgain) {
    ScriptedOrigin origin(in_turn({"HTTP/1.1 304 Not Modified\r\n\r\n", response(200, kPlaylist)}));
    const auto result = fetch(origin.url("/list"));
    ASSERT_TRUE(result) << result.error().message();
    EXPECT_FALSE(result->not_modified);
    EXPECT_EQ(content(), kPlaylist);
}

TEST_F(DownloadTest, Stray304ForEverIsAnError) {
    const Error error = refused({"HTTP/1.1 304 Not Modified\r\n\r\n"});
    EXPECT_EQ(error.http_status(), 304);
    EXPECT_EQ(requests_, 2U);
}

TEST_F(DownloadTest, EqualBodyIsNotModified) {
    ScriptedOrigin origin(in_turn({response(200, kPlaylist, "ETag: \"v1\"\r\n"),
        response(200, kPlaylist, "ETag: \"v2\"\r\n"), response(200, kPlaylist + "#\n")}));
    ASSERT_TRUE(fetch(origin.url("/list")));
    const auto written = std::filesystem::last_write_time(file_);
    const auto second = fetch(origin.url("/list"));
    ASSERT_TRUE(second);
    EXPECT_TRUE(second->not_modified);
    EXPECT_EQ(std::filesystem::last_write_time(file_), written);
    const auto third = fetch(origin.url("/list"));
    ASSERT_TRUE(third);
    EXPECT_EQ(field(origin.requests()[2], "If-None-Match"), "\"v2\"");
    EXPECT_FALSE(third->not_modified);
}

TEST_F(DownloadTest, RetriesWhatPassesAndHonoursRetryAfter) {
    const std::string firsts[] = {response(503, "", "Retry-After: 0\r\n"),
        response(429, "", "Retry-After: 0\r\n"), response(403, "", "Retry-After: 0\r\n"),
        response(429, "", "Retry-After: Mon, 01 Jan 2024 00:00:00 GMT\r\n"), response(500, "oops"),
        response(884, "busy"),
        std::string("HTTP/1.1 200 X\r\nContent-Length: 100\r\nConnection: close\r\n\r\ncut")};
    for (const std::string& first : firsts) {
        std::atomic<int> visits = 0;
        ScriptedOrigin origin([&](Connection& connection) {
            while (!connection.read_request().empty()) {
                connection.send(++visits == 1 ? first : response(200, kPlaylist));
                if (visits == 1) {
                    return;
                }
            }
        });
        std::filesystem::remove_all(file_.parent_path());
        const auto result = fetch(origin.url("/list"));
        ASSERT_TRUE(result) << first << result.error().message();
        EXPECT_EQ(content(), kPlaylist);
        EXPECT_EQ(origin.requests().size(), 2U);
    }
}

TEST_F(DownloadTest, GivesUpAfterTheLastRetryAndNamesTheAnswer) {
    options_.retries = 2;
    const Error error = refused({response(503, "down", "Retry-After: 0\r\nServer: nginx\r\n")});
    EXPECT_EQ(requests_, 3U);
    EXPECT_EQ(error.code(), ErrorCode::http_status);
    EXPECT_EQ(error.http_status(), 503);
    EXPECT_THAT(error.message(), HasSubstr("status 503"));
    EXPECT_THAT(error.message(), HasSubstr("Server=nginx"));
}

TEST_F(DownloadTest, OtherRefusalsAreFinal) {
    for (const int status : {400, 401, 404, 410, 458}) {
        EXPECT_EQ(refused({response(status, "no")}).http_status(), status);
        EXPECT_EQ(requests_, 1U);
    }
}

TEST_F(DownloadTest, WaitsThatDoNotFitIntoTheTotalAreNotBegun) {
    options_.total = 5s;
    const Error error = refused({response(503, "", "Retry-After: 60\r\n")});
    EXPECT_EQ(error.http_status(), 503);
    EXPECT_EQ(requests_, 1U);
}

TEST_F(DownloadTest, TotalEndsADownloadThatHangs) {
    options_.total = 150ms;
    ScriptedOrigin origin([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send("HTTP/1.1 200 X\r\n\r\n" + kPlaylist);
        connection.wait_for_close();
    });
    const auto result = fetch(origin.url("/list"));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code(), ErrorCode::timeout);
    EXPECT_FALSE(std::filesystem::exists(file_));
}

/// Every one of these must leave the last good file, and say what was wrong.
struct BadBody {
    std::string name;
    std::string answer;
    ErrorCode code;
    std::string says;
};

class BadBodyTest : public DownloadTest, public ::testing::WithParamInterface<BadBody> {};

TEST_P(BadBodyTest, LastGoodFileStays) {
    options_.retries = 0;
    options_.accept = [](std::string_view first) -> Result<void> {
        if (!first.starts_with("#EXTM3U")) {
            return fail(ErrorCode::parse, "no playlist");
        }
        return {};
    };
    {
        ScriptedOrigin good(in_turn({response(200, kPlaylist, "ETag: \"v1\"\r\n")}));
        ASSERT_TRUE(fetch(good.url("/list")));
    }
    const std::string meta_before = meta();
    const Error error = refused({GetParam().answer});
    EXPECT_EQ(error.code(), GetParam().code) << error.message();
    EXPECT_THAT(error.message(), HasSubstr(GetParam().says));
    EXPECT_THAT(error.message(), HasSubstr("http://127.0.0.1"));
    EXPECT_EQ(content(), kPlaylist);
    EXPECT_EQ(meta(), meta_before);
    std::size_t files = 0;
    for ([[maybe_unused]] const auto& entry :
        std::filesystem::directory_iterator(file_.parent_path())) {
        ++files;
    }
    EXPECT_EQ(files, 2U) << "temporary files are gone";
}

std::string half(const std::string& text) {
    return text.substr(0, text.size() / 2);
}

INSTANTIATE_TEST_SUITE_P(Answers, BadBodyTest,
    ::testing::Values(BadBody{"Empty", response(200, ""), ErrorCode::empty_body, "is empty"},
        BadBody{"NoContent", "HTTP/1.1 204 X\r\n\r\n", ErrorCode::http_status, "status 204"},
        BadBody{"Html", response(200, "<!DOCTYPE html><html><body>Login</body></html>"),
            ErrorCode::blocked, "an HTML page"},
        BadBody{"Challenge",
            response(200, "<html><head><title>Just a moment...</title>", "CF-RAY: 1\r\n"),
            ErrorCode::blocked, "Cloudflare challenge"},
        BadBody{
            "Json", response(200, "{\"user_info\":{\"auth\":0}}"), ErrorCode::parse, "no playlist"},
        BadBody{"Cut", "HTTP/1.1 200 X\r\nContent-Length: 90\r\nConnection: close\r\n\r\n#EXTM3U",
            ErrorCode::network, "cut"},
        BadBody{"HalfGzip", response(200, half(gzipped("#EXTM3U\n" + guide_like(100'000)))),
            ErrorCode::parse, "gzip data ends in the middle"},
        BadBody{"HalfXz", response(200, half(xz_compressed("#EXTM3U\n" + guide_like(100'000)))),
            ErrorCode::parse, "xz data ends in the middle"},
        BadBody{"HalfEncoded",
            response(200, half(gzipped("#EXTM3U\n" + guide_like(100'000))),
                "Content-Encoding: gzip\r\n"),
            ErrorCode::parse, "ends in the middle"},
        BadBody{"HtmlInGzip", response(200, gzipped("<html>no</html>")), ErrorCode::blocked,
            "an HTML page"},
        BadBody{"Challenge503",
            response(503, "<html>checking your browser</html>", "Server: cloudflare\r\n"),
            ErrorCode::http_status, "Cloudflare challenge"}),
    [](const auto& instance) { return instance.param.name; });

TEST_F(DownloadTest, AcceptSeesTheDecompressedBeginning) {
    const std::string text = "#EXTM3U\n" + guide_like(200'000);
    for (const std::string& body :
        {text, gzipped(text), xz_compressed(text), gzipped(gzipped(text))}) {
        std::string seen;
        int calls = 0;
        options_.accept = [&](std::string_view first) -> Result<void> {
            seen = first;
            ++calls;
            return {};
        };
        ScriptedOrigin origin(in_turn({response(200, body)}));
        const auto result = fetch(origin.url("/list"));
        ASSERT_TRUE(result) << result.error().message();
        EXPECT_EQ(calls, 1);
        EXPECT_EQ(seen, text.substr(0, 4096));
        EXPECT_TRUE(content() == body) << "the file holds what was sent";
    }
}

TEST_F(DownloadTest, ContentEncodingIsUndoneInTheFile) {
    ScriptedOrigin origin(
        in_turn({response(200, gzipped(kPlaylist), "Content-Encoding: gzip\r\n")}));
    ASSERT_TRUE(fetch(origin.url("/list")));
    EXPECT_EQ(content(), kPlaylist);
}

TEST_F(DownloadTest, LimitsOfSizeHold) {
    options_.max_bytes = 10;
    EXPECT_EQ(refused({response(200, kPlaylist)}).code(), ErrorCode::too_large);
    options_.max_bytes = kPlaylist.size();
    ScriptedOrigin origin(in_turn({response(200, kPlaylist)}));
    EXPECT_TRUE(fetch(origin.url("/list")));

    options_.max_bytes = kPlenty;
    options_.max_decoded_bytes = 1'000'000;
    const Error bomb = refused({response(200, gzipped("#EXTM3U\n" + std::string(2'000'000, ' ')))});
    EXPECT_EQ(bomb.code(), ErrorCode::too_large);
}

TEST_F(DownloadTest, ABodyThatStandsForGigabytesDoesNotHoldUpItsCancellation) {
    options_.max_decoded_bytes = 30'000'000;
    ScriptedOrigin origin(
        in_turn({response(200, gzipped(gzipped("#EXTM3U\n" + std::string(40'000'000, ' '))))}));
    asio::cancellation_signal cancel;
    options_.accept = [&](std::string_view) -> Result<void> {
        asio::post(context_, [&] { cancel.emit(asio::cancellation_type::terminal); });
        return {};
    };
    std::optional<Result<Download>> result;
    const auto keep = [&]() -> asio::awaitable<void> {
        result = co_await download(*client_, Request(origin.url("/list")), file_, options_, {});
    };
    asio::co_spawn(context_, keep(), asio::bind_cancellation_slot(cancel.slot(), asio::detached));
    context_.run();
    ASSERT_TRUE(result);
    ASSERT_FALSE(*result);
    EXPECT_EQ(result->error().code(), ErrorCode::cancelled) << result->error().message();
}

TEST_F(DownloadTest, UnwritablePlaceIsNamed) {
    write(directory_.path() / "plain", "x");
    file_ = directory_.path() / "plain" / "playlist.m3u";
    const Error error = refused({response(200, kPlaylist)});
    EXPECT_EQ(error.code(), ErrorCode::io) << error.message();
    EXPECT_THAT(error.message(), HasSubstr("plain"));
}

} // namespace
} // namespace plex_tuner::fetch::testing
