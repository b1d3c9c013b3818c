// SPDX-License-Identifier: GPL-3.0-or-later
#include "compress.hpp"
#include "fetch_fixture.hpp"

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;

class EncodingTest : public FetchTest {
protected:
    Result<Response> get_encoded(
        const std::string& body, const std::string& encoding, bool accept = true) {
        ScriptedOrigin origin(ScriptedOrigin::answering([&](const std::string&) {
            return response(200, body, "Content-Encoding: " + encoding + "\r\n");
        }));
        Request request(origin.url("/"));
        request.accept_compressed = accept;
        return get(std::move(request));
    }

    const std::string text_ = guide_like(300'000);
};

TEST_F(EncodingTest, KnownCodingsAreDecoded) {
    const std::pair<std::string, std::string> cases[] = {
        {"gzip", gzipped(text_)}, {"x-gzip", gzipped(text_)}, {"GZIP", gzipped(text_)},
        {"br", brotli_compressed(text_)}, {"deflate", deflated(text_, 15)},
        {"deflate", deflated(text_, -15)}, {"identity", text_}, {"UTF-8", text_},
        {"gzip, br", brotli_compressed(gzipped(text_))},
        {"gzip", text_}, // labelled wrongly, seen in the wild
    };
    for (const auto& [encoding, body] : cases) {
        const auto answer = get_encoded(body, encoding);
        ASSERT_TRUE(answer) << encoding << ": " << answer.error().message();
        EXPECT_TRUE(answer->body == text_) << encoding << ", " << answer->body.size() << " bytes";
        EXPECT_EQ(answer->head.content_length, body.size());
    }
}

TEST_F(EncodingTest, EmptyBodiesStayEmpty) {
    for (const char* encoding : {"gzip", "br", "deflate"}) {
        const auto answer = get_encoded("", encoding);
        ASSERT_TRUE(answer) << encoding << ": " << answer.error().message();
        EXPECT_EQ(answer->body, "");
    }
}

TEST_F(EncodingTest, ArchivesThatAreNotAContentCodingStayAsTheyAre) {
    ScriptedOrigin origin(ScriptedOrigin::answering([&](const std::string&) {
        return response(200, gzipped(text_), "Content-Type: application/gzip\r\n");
    }));
    const auto answer = get(origin.url("/guide.xml.gz"));
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->body == gzipped(text_));
}

TEST_F(EncodingTest, MediaIsNeverDecoded) {
    const auto answer = get_encoded(gzipped(text_), "gzip", false);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->body == gzipped(text_));
}

TEST_F(EncodingTest, BodiesThatEndInTheMiddleAreErrors) {
    for (const auto& [encoding, body] :
        {std::pair<std::string, std::string>{"gzip", gzipped(text_)},
            {"br", brotli_compressed(text_)}, {"deflate", deflated(text_, 15)}}) {
        const auto answer = get_encoded(body.substr(0, body.size() / 2), encoding);
        ASSERT_FALSE(answer) << encoding;
        EXPECT_EQ(answer.error().code(), ErrorCode::parse);
        EXPECT_THAT(answer.error().message(), HasSubstr("ends in the middle"));
        EXPECT_THAT(answer.error().message(), HasSubstr("http://127.0.0.1"));
    }
}

TEST_F(EncodingTest, DamagedBodiesAreErrors) {
    std::string body = gzipped(text_);
    for (std::size_t i = 2000; i < 2100; ++i) {
        body[i] = static_cast<char>(~body[i]);
    }
    const auto answer = get_encoded(body, "gzip");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::parse);
    EXPECT_THAT(answer.error().message(), HasSubstr("damaged"));
}

TEST_F(EncodingTest, CodingsThatWereNotOfferedAreNamed) {
    const auto answer = get_encoded("xyz", "zstd");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::unsupported);
    EXPECT_THAT(answer.error().message(), HasSubstr("zstd"));
}

TEST_F(EncodingTest, BombsEnd) {
    const std::string zeros(40 * 1024 * 1024, '\0');
    const std::string bomb = brotli_compressed(zeros);
    ASSERT_LT(bomb.size(), 16U * 1024);
    const auto answer = get_encoded(bomb, "br");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::too_large);

    const auto slower = get_encoded(gzipped(zeros), "gzip");
    ASSERT_TRUE(slower) << "a large body that arrives in pieces is no bomb by itself";
    EXPECT_EQ(slower->body.size(), zeros.size());
}

TEST_F(EncodingTest, WhatALaterCodingSwallowsCountsToo) {
    // 40 MB of gzip members in which there is nothing, out of a few bytes.
    std::string members;
    const std::string nothing = gzipped("");
    while (members.size() < 40U * 1024 * 1024) {
        members += nothing;
    }
    const std::string bomb = brotli_compressed(members);
    ASSERT_LT(bomb.size(), 16U * 1024);
    const auto answer = get_encoded(bomb, "gzip, br");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code(), ErrorCode::too_large);
    EXPECT_THAT(answer.error().message(), HasSubstr("expands too much"));
}

TEST_F(EncodingTest, LittleMayFollowTheEndOfTheData) {
    const auto padded = [&](const std::string& body, std::size_t padding) {
        return body + std::string(padding, '\0');
    };
    for (const auto& [encoding, body] :
        {std::pair<std::string, std::string>{"gzip", gzipped(text_)},
            {"br", brotli_compressed(text_)}, {"deflate", deflated(text_, 15)}}) {
        const auto little = get_encoded(padded(body, 1'000), encoding);
        ASSERT_TRUE(little) << encoding << ": " << little.error().message();
        EXPECT_TRUE(little->body == text_) << encoding;
        const auto much = get_encoded(padded(body, 2'000'000), encoding);
        ASSERT_FALSE(much) << encoding;
        EXPECT_EQ(much.error().code(), ErrorCode::parse);
        EXPECT_THAT(much.error().message(), HasSubstr("follows the end"));
    }
    const auto hidden =
        get_encoded(brotli_compressed(padded(gzipped("x"), 30U * 1024 * 1024)), "gzip, br");
    ASSERT_FALSE(hidden);
    EXPECT_THAT(hidden.error().message(), HasSubstr("follows the end of the gzip data"));
}

} // namespace
} // namespace plex_tuner::fetch::testing
