// SPDX-License-Identifier: GPL-3.0-or-later
#include "response_head.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::net {
namespace {

std::string head(int status, const Headers& headers, const ResponseFraming& framing) {
    std::string out;
    append_response_head(out, status, headers, framing);
    return out;
}

TEST(ResponseHead, HasStatusDateFieldsAndLength) {
    Headers headers;
    headers.add("Content-Type", "text/plain");
    ResponseFraming framing;
    framing.content_length = 5;
    EXPECT_EQ(head(200, headers, framing), "HTTP/1.1 200 OK\r\n"
                                           "Date: Thu, 01 Jan 1970 00:00:00 GMT\r\n"
                                           "Content-Type: text/plain\r\n"
                                           "Content-Length: 5\r\n\r\n");
}

TEST(ResponseHead, ConnectionIsSaidWhenItMatters) {
    ResponseFraming framing;
    framing.close = true;
    EXPECT_NE(head(200, {}, framing).find("\r\nConnection: close\r\n"), std::string::npos);
    framing.close = false;
    EXPECT_EQ(head(200, {}, framing).find("Connection"), std::string::npos);
    framing.announce_keep_alive = true;
    EXPECT_NE(head(200, {}, framing).find("\r\nConnection: keep-alive\r\n"), std::string::npos);
}

TEST(ResponseHead, FramingFieldsOfHandlersAreDropped) {
    Headers headers;
    headers.add("content-length", "999");
    headers.add("Transfer-Encoding", "chunked");
    headers.add("Connection", "keep-alive");
    headers.add("DATE", "now");
    ResponseFraming framing;
    framing.content_length = 1;
    const std::string text = head(200, headers, framing);
    EXPECT_EQ(text.find("999"), std::string::npos);
    EXPECT_EQ(text.find("chunked"), std::string::npos);
    EXPECT_EQ(text.find("keep-alive"), std::string::npos);
    EXPECT_EQ(text.find("now"), std::string::npos);
}

TEST(ResponseHead, ForeignTextCannotSplitTheResponse) {
    Headers headers;
    headers.add("X-Error", "a\r\nSet-Cookie: b\n\x01");
    headers.add("X Bad\r\nName", "v");
    const std::string text = head(200, headers, {});
    EXPECT_NE(text.find("X-Error: a  Set-Cookie: b  \r\n"), std::string::npos);
    EXPECT_EQ(text.find("Name"), std::string::npos);
}

TEST(ResponseHead, BodilessStatusesHaveNoLength) {
    ResponseFraming framing;
    framing.content_length = 0;
    EXPECT_EQ(head(304, {}, framing).find("Content-Length"), std::string::npos);
    EXPECT_EQ(head(204, {}, framing).find("Content-Length"), std::string::npos);
    EXPECT_NE(head(404, {}, framing).find("Content-Length: 0"), std::string::npos);
}

} // namespace
} // namespace plex_tuner::net
