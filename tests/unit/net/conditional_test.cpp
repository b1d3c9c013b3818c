// SPDX-License-Identifier: GPL-3.0-or-later
#include "server_fixture.hpp"

#include <plex_tuner/net/conditional.hpp>
#include <plex_tuner/net/http_date.hpp>

#include <filesystem>
#include <fstream>

namespace plex_tuner::net {
namespace {

constexpr WallTime kModified{std::chrono::seconds(784111777)};
constexpr WallTime kNow{std::chrono::seconds(1790000000)};
const Validators kValidators{"\"v1\"", kModified};

struct Field {
    std::string name;
    std::string value;
};

Selection select(std::vector<Field> fields, Method method = Method::get,
    const Validators& validators = kValidators, std::uint64_t size = 100,
    RangePolicy policy = RangePolicy::single) {
    Request request;
    request.method = method;
    for (Field& field : fields) {
        request.headers.add(std::move(field.name), std::move(field.value));
    }
    return select_content(request, validators, size, policy, kNow);
}

std::string date(int offset_seconds) {
    return format_http_date(kModified + std::chrono::seconds(offset_seconds));
}

TEST(Conditional, WithoutConditionsEverythingIsSent) {
    const Selection all = select({});
    EXPECT_EQ(all.status, 200);
    EXPECT_EQ(all.length, 100U);
}

TEST(Conditional, IfNoneMatchComparesWeakly) {
    EXPECT_EQ(select({{"If-None-Match", "\"v1\""}}).status, 304);
    EXPECT_EQ(select({{"If-None-Match", "W/\"v1\""}}).status, 304);
    EXPECT_EQ(select({{"If-None-Match", "*"}}).status, 304);
    EXPECT_EQ(select({{"If-None-Match", "\"a,b\" , W/\"c\",\"v1\""}}).status, 304);
    EXPECT_EQ(select({{"If-None-Match", "\"v2\""}}).status, 200);
    EXPECT_EQ(select({{"If-None-Match", "v1"}}).status, 200);
    EXPECT_EQ(select({{"If-None-Match", "\"x"}}).status, 200);
    EXPECT_EQ(select({{"If-None-Match", "\"a\""}, {"If-None-Match", "\"v1\""}}).status, 304);
    EXPECT_EQ(select({{"If-None-Match", "\"v1\""}}, Method::head).status, 304);
    EXPECT_EQ(select({{"If-None-Match", "\"v1\""}}, Method::post).status, 412);
}

TEST(Conditional, IfModifiedSinceCountsOnlyWithoutIfNoneMatch) {
    EXPECT_EQ(select({{"If-Modified-Since", date(0)}}).status, 304);
    EXPECT_EQ(select({{"If-Modified-Since", date(1)}}).status, 304);
    EXPECT_EQ(select({{"If-Modified-Since", date(-1)}}).status, 200);
    EXPECT_EQ(select({{"If-Modified-Since", "soon"}}).status, 200);
    EXPECT_EQ(select({{"If-None-Match", "\"v2\""}, {"If-Modified-Since", date(0)}}).status, 200);
    EXPECT_EQ(select({{"If-Modified-Since", date(0)}}, Method::post).status, 200);
}

TEST(Conditional, IfMatchComparesStrongly) {
    EXPECT_EQ(select({{"If-Match", "\"v1\""}}).status, 200);
    EXPECT_EQ(select({{"If-Match", "*"}}).status, 200);
    EXPECT_EQ(select({{"If-Match", "W/\"v1\""}}).status, 412);
    EXPECT_EQ(select({{"If-Match", "\"v2\""}}).status, 412);
    EXPECT_EQ(select({{"If-Unmodified-Since", date(-1)}}).status, 412);
    EXPECT_EQ(select({{"If-Unmodified-Since", date(0)}}).status, 200);
    EXPECT_EQ(select({{"If-Match", "\"v1\""}, {"If-Unmodified-Since", date(-1)}}).status, 200);
}

struct RangeCase {
    const char* range;
    int status;
    std::uint64_t offset;
    std::uint64_t length;
};

TEST(Conditional, RangesOfAHundredBytes) {
    for (const RangeCase& expected : std::initializer_list<RangeCase>{
             {"bytes=0-", 206, 0, 100},
             {"bytes=0-0", 206, 0, 1},
             {"BYTES = 0-0", 200, 0, 100},
             {"Bytes=10-19", 206, 10, 10},
             {"bytes=99-500", 206, 99, 1},
             {"bytes=0-18446744073709551615", 206, 0, 100},
             {"bytes=-1", 206, 99, 1},
             {"bytes=-500", 206, 0, 100},
             {"bytes=-0", 416, 0, 0},
             {"bytes=100-", 416, 0, 0},
             {"bytes=100-200", 416, 0, 0},
             {"bytes=20-10", 200, 0, 100},
             {"bytes=0-1,5-6", 200, 0, 100},
             {"bytes=", 200, 0, 100},
             {"bytes=-", 200, 0, 100},
             {"bytes=a-b", 200, 0, 100},
             {"bytes=--1", 200, 0, 100},
             {"bytes=99999999999999999999-", 200, 0, 100},
             {"lines=1-2", 200, 0, 100},
         }) {
        const Selection got = select({{"Range", expected.range}});
        EXPECT_EQ(got.status, expected.status) << expected.range;
        EXPECT_EQ(got.offset, expected.offset) << expected.range;
        EXPECT_EQ(got.length, expected.length) << expected.range;
    }
}

TEST(Conditional, NoRangeOfAnEmptyFileCanBeSatisfied) {
    EXPECT_EQ(select({{"Range", "bytes=0-"}}, Method::get, kValidators, 0).status, 416);
    EXPECT_EQ(select({{"Range", "bytes=-5"}}, Method::get, kValidators, 0).status, 416);
}

TEST(Conditional, RangesAreForGetAndWherePolicyAllows) {
    EXPECT_EQ(select({{"Range", "bytes=0-1"}}, Method::head).status, 200);
    EXPECT_EQ(
        select({{"Range", "bytes=0-1"}}, Method::get, kValidators, 100, RangePolicy::ignore).status,
        200);
}

TEST(Conditional, IfRangeNeedsExactlyThisVersion) {
    const auto with = [](std::string value) {
        return select({{"Range", "bytes=0-1"}, {"If-Range", std::move(value)}}).status;
    };
    EXPECT_EQ(with("\"v1\""), 206);
    EXPECT_EQ(with("W/\"v1\""), 200);
    EXPECT_EQ(with("\"v2\""), 200);
    EXPECT_EQ(with(date(0)), 206);
    EXPECT_EQ(with(date(5)), 200);
    EXPECT_EQ(with("junk"), 200);
}

TEST(Conditional, NotModifiedWinsOverRange) {
    EXPECT_EQ(select({{"If-None-Match", "\"v1\""}, {"Range", "bytes=0-1"}}).status, 304);
}

TEST(QuotedEtag, HoldsOnlyWhatATagMayHold) {
    EXPECT_EQ(quoted_etag("abc-1"), "\"abc-1\"");
    EXPECT_EQ(quoted_etag("a\"b c\n"), "\"a_b_c_\"");
}

class ConditionalServer : public test::ServerTest {
protected:
    ConditionalServer() {
        std::filesystem::create_directories(directory_);
        write("0123456789");
        std::filesystem::last_write_time(path_, std::filesystem::file_time_type::clock::now());
    }

    ~ConditionalServer() override { std::filesystem::remove_all(directory_); }

    void write(const std::string& text) {
        std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    }

    void serve_file() {
        serve([this](Exchange& exchange) -> asio::awaitable<void> {
            auto body = open_file_body(path_);
            Headers headers;
            headers.add("Content-Type", "text/plain");
            headers.add("Cache-Control", "no-cache");
            Validators validators{"\"f1\"", kModified};
            co_await send_file_conditional(
                exchange, std::move(*body), std::move(validators), std::move(headers));
        });
    }

    std::filesystem::path directory_ = std::filesystem::path(::testing::TempDir()) /
                                       ("net_conditional_" + std::to_string(getpid()));
    std::filesystem::path path_ = directory_ / "file";
};

TEST_F(ConditionalServer, SendsTheWholeFileWithItsValidators) {
    serve_file();
    auto peer = client();
    peer.get("/");
    const auto answer = peer.read_response();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "0123456789");
    EXPECT_EQ(answer.field("etag"), "\"f1\"");
    EXPECT_EQ(answer.field("last-modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(answer.field("accept-ranges"), "bytes");
}

TEST_F(ConditionalServer, SendsPartsAndKeepsTheConnection) {
    serve_file();
    auto peer = client();
    peer.get("/", "Range: bytes=2-4\r\n");
    const auto part = peer.read_response();
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, "234");
    EXPECT_EQ(part.field("content-range"), "bytes 2-4/10");
    EXPECT_EQ(part.field("content-length"), "3");

    peer.get("/", "Range: bytes=10-\r\n");
    const auto outside = peer.read_response();
    EXPECT_EQ(outside.status, 416);
    EXPECT_EQ(outside.field("content-range"), "bytes */10");

    peer.get("/", "Range: bytes=0-1,3-4\r\n");
    EXPECT_EQ(peer.read_response().body, "0123456789");
}

TEST_F(ConditionalServer, NotModifiedHasTheCacheFieldsAndNothingElse) {
    serve_file();
    auto peer = client();
    peer.get("/", "If-None-Match: \"f1\"\r\n");
    const auto answer = peer.read_response();
    EXPECT_EQ(answer.status, 304);
    EXPECT_EQ(answer.field("etag"), "\"f1\"");
    EXPECT_EQ(answer.field("cache-control"), "no-cache");
    EXPECT_EQ(answer.field("content-type"), std::nullopt);
    EXPECT_EQ(answer.field("content-length"), std::nullopt);
    peer.get("/"); // the connection goes on, so nothing followed the 304
    EXPECT_EQ(peer.read_response().status, 200);
}

TEST_F(ConditionalServer, HeadMeasuresTheFile) {
    serve_file();
    auto peer = client();
    peer.request("HEAD", "/");
    const auto answer = peer.read_response(true);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.field("content-length"), "10");
    peer.get("/");
    EXPECT_EQ(peer.read_response().body, "0123456789");
}

TEST_F(ConditionalServer, PreparedBodiesKnow304) {
    const auto body = std::make_shared<const std::string>("[1,2,3]");
    serve([body](Exchange& exchange) -> asio::awaitable<void> {
        Headers headers;
        headers.add("Content-Type", "application/json");
        Validators validators{quoted_etag("p1"), std::nullopt};
        co_await send_prepared(exchange, body, std::move(validators), std::move(headers));
    });
    auto peer = client();
    peer.get("/", "Range: bytes=0-1\r\n");
    const auto whole = peer.read_response();
    EXPECT_EQ(whole.status, 200);
    EXPECT_EQ(whole.body, "[1,2,3]");
    EXPECT_EQ(whole.field("etag"), "\"p1\"");
    EXPECT_EQ(whole.field("accept-ranges"), std::nullopt);
    peer.get("/", "If-None-Match: W/\"p1\"\r\n");
    EXPECT_EQ(peer.read_response().status, 304);
    peer.get("/", "If-Match: \"other\"\r\n");
    EXPECT_EQ(peer.read_response().status, 412);
}

} // namespace
} // namespace plex_tuner::net
