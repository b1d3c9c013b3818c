// SPDX-License-Identifier: GPL-3.0-or-later
#include "gateway_fixture.hpp"
#include "support/aes_encrypt.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace plex_tuner::testing {
namespace {

using ::testing::HasSubstr;
using Block = std::array<std::uint8_t, 16>;

const std::string kMedia = "http://origin/tv/list.m3u8";

Block block(std::uint8_t fill) {
    Block result{};
    result.fill(fill);
    return result;
}

Block sequence_vector(std::uint8_t sequence) {
    Block result{};
    result.back() = sequence;
    return result;
}

std::string text(const Block& key) {
    return {key.begin(), key.end()};
}

std::string text(const ByteVector& bytes) {
    return {bytes.begin(), bytes.end()};
}

class GatewayHlsKeysTest : public GatewayTest {
protected:
    std::string refusal_of(const std::string& number) {
        auto viewer = watch(number);
        EXPECT_EQ(viewer->refusal(), "807 No Video Data");
        const auto body = (*viewer)->bytes();
        return {body.begin(), body.end()};
    }

    Station station;
};

TEST_F(GatewayHlsKeysTest, RotatingKeysWithAndWithoutExplicitVectors) {
    add_channel("5", {kMedia});
    origin.serve(kMedia,
        std::string(
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:7\n"
            "#EXT-X-KEY:METHOD=AES-128,URI=\"../keys/a\"\n#EXTINF:1,\n7.ts\n#EXTINF:1,\n8.ts\n"
            "#EXT-X-KEY:METHOD=AES-128,URI=\"http://keys/b\",IV=0xabc\n#EXTINF:1,\n9.ts\n"
            "#EXT-X-KEY:METHOD=NONE\n#EXTINF:1,\n10.ts\n#EXT-X-ENDLIST\n"));
    origin.serve("http://origin/keys/a", text(block(1)));
    origin.serve("http://keys/b", text(block(2)));
    Block named{};
    named[15] = 0xbc;
    named[14] = 0x0a;
    origin.serve(
        "http://origin/tv/7.ts", encrypt(text(station.group()), block(1), sequence_vector(7)));
    origin.serve(
        "http://origin/tv/8.ts", encrypt(text(station.group()), block(1), sequence_vector(8)));
    origin.serve("http://origin/tv/9.ts", encrypt(text(station.group()), block(2), named));
    origin.serve("http://origin/tv/10.ts", text(station.group()));
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    const auto bytes = (*viewer)->bytes();
    expect_clean(bytes);
    EXPECT_EQ(video_times(bytes).size(), 20U);
    EXPECT_EQ(announced_discontinuities(bytes), 0U);
    EXPECT_EQ(origin.count("http://origin/keys/a"), 1U) << "a key is fetched once";
    EXPECT_EQ(origin.count("http://keys/b"), 1U);
}

TEST_F(GatewayHlsKeysTest, ByteRangesAreDecryptedOneByOne) {
    add_channel("5", {kMedia});
    const std::string first = encrypt(text(station.group()), block(3), sequence_vector(0));
    const std::string second = encrypt(text(station.group()), block(3), sequence_vector(1));
    origin.serve("http://origin/tv/all.ts", first + second);
    origin.serve("http://origin/tv/k", text(block(3)));
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                         "#EXTINF:1,\n#EXT-X-BYTERANGE:" +
                             std::to_string(first.size()) +
                             "@0\nall.ts\n#EXTINF:1,\n#EXT-X-BYTERANGE:" +
                             std::to_string(second.size()) + "\nall.ts\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 10U);
}

TEST_F(GatewayHlsKeysTest, SegmentThatBreaksOffIsContinuedInTheMiddleOfABlock) {
    add_channel("5", {kMedia});
    const std::string whole = encrypt(text(station.group(5, 5'000)), block(4), sequence_vector(0));
    std::atomic<int> tries{0};
    origin.serve("http://origin/tv/k", text(block(4)));
    origin.on("http://origin/tv/0.ts", [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = std::make_shared<FakeBody>();
        const bool first = tries++ == 0;
        answer.body->push(whole.substr(0, first ? 10'001 : whole.size()));
        first ? answer.body->cut() : answer.body->finish();
        return answer;
    });
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                         "#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 5U);
    EXPECT_EQ(tries, 2);
}

TEST_F(GatewayHlsKeysTest, FirstBytesArriveBeforeTheSegmentIsWhole) {
    add_channel("5", {kMedia});
    const std::string whole = encrypt(text(station.group()), block(4), sequence_vector(0));
    origin.serve("http://origin/tv/k", text(block(4)));
    const auto body = origin.open("http://origin/tv/0.ts");
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                         "#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    body->push(whole.substr(0, whole.size() / 2));
    EXPECT_GE((*viewer)->wait_bytes(4 * ts::kPacketSize).size(), 4 * ts::kPacketSize);
    body->push(whole.substr(whole.size() / 2));
    body->finish();
    ASSERT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
}

TEST_F(GatewayHlsKeysTest, AChangedKeyUnderTheSameAddressIsFetchedAgain) {
    add_channel("5", {kMedia});
    std::atomic<int> asked{0};
    origin.on("http://origin/tv/k", [&](const fetch::Request&) {
        FakeAnswer answer;
        answer.body = std::make_shared<FakeBody>();
        answer.body->push(text(block(asked++ == 0 ? 5 : 6)));
        answer.body->finish();
        return answer;
    });
    origin.serve(
        "http://origin/tv/0.ts", encrypt(text(station.group()), block(5), sequence_vector(0)));
    origin.serve(
        "http://origin/tv/1.ts", encrypt(text(station.group()), block(6), sequence_vector(1)));
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                         "#EXTINF:1,\n0.ts\n#EXTINF:1,\n1.ts\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    expect_clean((*viewer)->bytes());
    EXPECT_EQ(video_times((*viewer)->bytes()).size(), 10U);
    EXPECT_EQ(asked, 2);
}

TEST_F(GatewayHlsKeysTest, WhatIsNoKeyIsNamed) {
    const std::pair<std::string, std::string> cases[] = {
        {"<html>log in</html>", "an HTML page (status 200) instead of a key of 16 bytes"},
        {std::string(32, 'k'), "32 bytes (status 200) instead of a key of 16 bytes"},
        {"", "an empty body (status 200) instead of a key of 16 bytes"}};
    int number = 1;
    for (const auto& [body, message] : cases) {
        const std::string at = "http://origin/" + std::to_string(number);
        origin.serve(at + "/k", body);
        origin.serve(at + "/list.m3u8",
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
            "#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n");
        add_channel(std::to_string(number++), {at + "/list.m3u8"});
    }
    number = 1;
    for (const auto& [body, message] : cases) {
        EXPECT_THAT(refusal_of(std::to_string(number++)), HasSubstr(message));
    }
}

TEST_F(GatewayHlsKeysTest, NothingIsShownThatAWrongKeyMakes) {
    add_channel("5", {kMedia});
    origin.serve("http://origin/tv/k", text(block(9)));
    origin.serve(
        "http://origin/tv/0.ts", encrypt(text(station.group()), block(8), sequence_vector(0)));
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                         "#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n");
    EXPECT_THAT(refusal_of("5"), HasSubstr("another key"));
    EXPECT_EQ(origin.count("http://origin/tv/k"), 2U);
}

TEST_F(GatewayHlsKeysTest, KeysAreAskedForWithTheCookiesOfTheSource) {
    add_channel("5", {kMedia});
    origin.serve("http://origin/tv/k", text(block(1)));
    origin.serve(
        "http://origin/tv/0.ts", encrypt(text(station.group()), block(1), sequence_vector(0)));
    origin.serve(kMedia, "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n"
                         "#EXTINF:1,\n0.ts\n#EXT-X-ENDLIST\n");
    auto viewer = watch("5");
    ASSERT_TRUE(viewer->wait_done());
    const auto key = origin.last("http://origin/tv/k");
    const auto list = origin.last(kMedia);
    ASSERT_TRUE(key && list);
    EXPECT_EQ(key->cookies, list->cookies);
    EXPECT_EQ(key->headers, list->headers);
}

} // namespace
} // namespace plex_tuner::testing
