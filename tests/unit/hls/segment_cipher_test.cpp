// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/aes_encrypt.hpp"

#include <plex_tuner/hls/segment_cipher.hpp>

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::hls {
namespace {

using testing::encrypt;

CipherBlock counting_key() {
    CipherBlock key{};
    for (std::size_t i = 0; i < key.size(); ++i) {
        key[i] = static_cast<std::uint8_t>(i);
    }
    return key;
}

std::string decrypt(SegmentCipher cipher, std::string_view encrypted, std::size_t chunk) {
    std::string plain;
    for (; !encrypted.empty(); encrypted.remove_prefix(std::min(chunk, encrypted.size()))) {
        plain += cipher.feed(encrypted.substr(0, chunk));
    }
    auto last = cipher.finish();
    EXPECT_TRUE(last);
    return plain + last.value_or("");
}

/// One null packet, as in protocols 7.4.
std::string null_packet() {
    return std::string("\x47\x1F\xFF\x10", 4) + std::string(184, '\xFF');
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) {
        constexpr std::string_view kDigits = "0123456789abcdef";
        text += kDigits[static_cast<unsigned char>(c) >> 4];
        text += kDigits[static_cast<unsigned char>(c) & 15];
    }
    return text;
}

TEST(SegmentCipher, KnownVectorsOfSequenceNumbersBelowAndAbove32Bits) {
    const std::pair<std::uint64_t, std::string> vectors[] = {
        {7, "d5646d492b48f77c661fe34a053cfc3f"},
        {4'294'967'296, "80895db04fa24ed2a15c03e92a5d4efb"}};
    for (const auto& [sequence, begin] : vectors) {
        const CipherBlock iv = initialisation_vector(Key{}, sequence);
        const std::string encrypted = encrypt(null_packet(), counting_key(), iv);
        EXPECT_EQ(hex(encrypted.substr(0, 16)), begin);
        EXPECT_EQ(encrypted.size(), 192U);
        EXPECT_EQ(decrypt(SegmentCipher(counting_key(), iv), encrypted, 192), null_packet());
    }
}

TEST(SegmentCipher, AnyChunkingGivesTheSameBytes) {
    for (const std::size_t length : {0, 1, 15, 16, 17, 188, 1000}) {
        std::string plain;
        for (std::size_t i = 0; i < length; ++i) {
            plain.push_back(static_cast<char>(i * 7));
        }
        const std::string encrypted = encrypt(plain, counting_key(), CipherBlock{});
        for (std::size_t chunk = 1; chunk <= 33; ++chunk) {
            EXPECT_EQ(
                decrypt(SegmentCipher(counting_key(), CipherBlock{}), encrypted, chunk), plain)
                << length << " bytes, " << chunk << " at a time";
        }
    }
}

TEST(SegmentCipher, FirstBytesComeBeforeTheSegmentIsWhole) {
    SegmentCipher cipher(counting_key(), CipherBlock{});
    const std::string encrypted = encrypt(null_packet(), counting_key(), CipherBlock{});
    EXPECT_EQ(cipher.feed(encrypted.substr(0, 64)), null_packet().substr(0, 48));
}

TEST(SegmentCipher, SegmentWithoutPaddingIsKeptWhole) {
    const std::string plain = null_packet() + null_packet() + null_packet() + null_packet();
    std::string encrypted = encrypt(plain, counting_key(), CipherBlock{});
    encrypted.resize(plain.size()); // the block of padding alone goes
    EXPECT_EQ(decrypt(SegmentCipher(counting_key(), CipherBlock{}), encrypted, 100), plain);
}

TEST(SegmentCipher, CutSegmentIsAnError) {
    SegmentCipher cipher(counting_key(), CipherBlock{});
    (void)cipher.feed(std::string(40, 'x'));
    const auto end = cipher.finish();
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().code(), ErrorCode::parse);
}

TEST(SegmentCipher, ExplicitVectorWinsOverTheSequenceNumber) {
    Key key;
    key.iv = std::vector<std::uint8_t>(16, 0xab);
    CipherBlock expected{};
    expected.fill(0xab);
    EXPECT_EQ(initialisation_vector(key, 5), expected);
}

TEST(SegmentCipher, ForeignMethodsAndKeySystemsAreRefusedByName) {
    const auto playlist = parse("#EXTM3U\n#EXT-X-TARGETDURATION:1\n"
                                "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n#EXTINF:1,\na\n"
                                "#EXT-X-KEY:METHOD=SAMPLE-AES,URI=\"k\"\n#EXTINF:1,\nb\n"
                                "#EXT-X-KEY:METHOD=AES-128,URI=\"k\",KEYFORMAT="
                                "\"com.apple.streamingkeydelivery\"\n#EXTINF:1,\nc\n"
                                "#EXT-X-KEY:METHOD=ROT13,URI=\"k\"\n#EXTINF:1,\nd\n"
                                "#EXT-X-KEY:METHOD=AES-128\n#EXTINF:1,\ne\n");
    ASSERT_TRUE(playlist);
    const auto& segments = std::get<MediaPlaylist>(*playlist).segments;
    ASSERT_EQ(segments.size(), 5U);
    EXPECT_TRUE(check_decryptable(*segments[0].key));
    for (const auto& [index, name] : std::initializer_list<std::pair<std::size_t, const char*>>{
             {1, "SAMPLE-AES"}, {2, "com.apple.streamingkeydelivery"}, {3, "ROT13"}}) {
        const auto checked = check_decryptable(*segments[index].key);
        ASSERT_FALSE(checked);
        EXPECT_EQ(checked.error().code(), ErrorCode::unsupported);
        EXPECT_NE(checked.error().message().find(name), std::string::npos)
            << checked.error().message();
    }
    EXPECT_EQ(check_decryptable(*segments[4].key).error().code(), ErrorCode::parse);
}

} // namespace
} // namespace plex_tuner::hls
