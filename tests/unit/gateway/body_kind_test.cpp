// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_kind.hpp"

#include <plex_tuner/ts/packet.hpp>

#include <string>

#include <gtest/gtest.h>

namespace plex_tuner::gateway {
namespace {

std::string packets(std::size_t count, std::size_t stride = 188) {
    std::string result;
    for (std::size_t i = 0; i < count; ++i) {
        std::string packet(stride, '\x01');
        packet[0] = 0x47;
        result += packet;
    }
    return result;
}

/// ADTS, 48 kHz, 200 bytes each.
std::string adts_frames(int count, char filler = '\0') {
    std::string result;
    for (int i = 0; i < count; ++i) {
        result += std::string("\xff\xf1\x4c\x80\x19\x1f\xfc", 7) + std::string(193, filler);
    }
    return result;
}

/// The verdict when the body comes in chunks: never another one than for the whole.
BodyKind classify_growing(const std::string& body) {
    for (std::size_t size = 0; size < body.size(); ++size) {
        const BodyKind kind = classify(std::string_view(body).substr(0, size), false);
        if (kind != BodyKind::undecided) {
            return kind;
        }
    }
    return classify(body, true);
}

TEST(BodyKind, RecognisesWhatProvidersAnswer) {
    const std::pair<std::string, BodyKind> cases[] = {
        {"", BodyKind::empty},
        {"\r\n  ", BodyKind::empty},
        {"<!DOCTYPE html><html><head>", BodyKind::html},
        {"\n <HTML lang=de><body>blocked</body></HTML>", BodyKind::html},
        {"<?xml version=\"1.0\"?><MPD xmlns=\"urn:mpeg:dash\"></MPD>", BodyKind::dash_manifest},
        {"<?xml version=\"1.0\"?><error code=\"7\"/>", BodyKind::xml},
        {"{\"user_info\":{\"auth\":0}}", BodyKind::json},
        {"[]", BodyKind::json},
        {"#EXTM3U\n#EXTINF:4,\na.ts\n", BodyKind::hls_playlist},
        {"\xef\xbb\xbf\r\n#EXTM3U\n", BodyKind::hls_playlist},
        {"Too many connections", BodyKind::text},
        {std::string("\0\0\0\x18styp", 8) + std::string(100, '\0'), BodyKind::mp4},
        {"ID3\x04" + std::string(50, '\0'), BodyKind::audio},
        {"\xff\xf1\x50\x80" + std::string(50, '\0'), BodyKind::audio},
        {"\x0b\x77\x50\x80" + std::string(50, '\0'), BodyKind::audio},
        {adts_frames(3), BodyKind::audio},
        {adts_frames(1), BodyKind::audio},
        {"ID3\x04" + std::string(5, '\0') + "\x05title" + adts_frames(20), BodyKind::audio},
        // Sound in which 47 stands where the packets of a transport stream would have it.
        {adts_frames(40, '\x47'), BodyKind::audio},
        {std::string("\0\0\0\x18styp", 8) + std::string(5'000, '\x47'), BodyKind::mp4},
        // A transport stream behind a tag, and one that begins in the stuffing of a packet.
        {"ID3\x04" + std::string(6, '\0') + packets(5), BodyKind::transport_stream},
        {std::string(100, '\xff') + packets(5), BodyKind::transport_stream},
        {"FLV\x01" + std::string(50, '\0'), BodyKind::flash},
        {std::string(5'000, '\x02'), BodyKind::unknown},
        {packets(5), BodyKind::transport_stream},
        {packets(5, 192), BodyKind::transport_stream},
        {packets(5, 204), BodyKind::transport_stream},
        {packets(2), BodyKind::transport_stream},
        {packets(5).substr(100), BodyKind::transport_stream},
        {"\x89PNG\r\n\x1a\n" + std::string(900, '\x03') + packets(5), BodyKind::transport_stream},
    };
    for (const auto& [body, kind] : cases) {
        EXPECT_EQ(classify(body, true), kind) << body.substr(0, 40);
        EXPECT_EQ(classify_growing(body), kind) << body.substr(0, 40);
    }
}

TEST(BodyKind, DecidesAtTheLatestAtItsLimit) {
    for (const char c : {' ', '\x02', 'x', '\0'}) {
        EXPECT_NE(classify(std::string(kMaxSniffBytes, c), false), BodyKind::undecided);
    }
}

TEST(BodyKind, EachHasWords) {
    for (int kind = 0; kind <= static_cast<int>(BodyKind::unknown); ++kind) {
        EXPECT_FALSE(describe(static_cast<BodyKind>(kind)).empty());
    }
}

} // namespace
} // namespace plex_tuner::gateway
