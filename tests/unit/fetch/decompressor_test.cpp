// SPDX-License-Identifier: GPL-3.0-or-later
#include "compress.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kPlenty = 1ULL << 30;

/// Appends what the input makes, and the end of it too when `last`.
Result<void> decode_piece(
    Decompressor& decompressor, std::string_view in, bool last, std::string& out) {
    if (last) {
        decompressor.end();
    } else {
        decompressor.feed(in);
    }
    do {
        const auto bytes = decompressor.next();
        if (!bytes) {
            return fail(bytes.error());
        }
        EXPECT_LE(bytes->size(), Decompressor::kMaxPiece);
        out.append(*bytes);
    } while (!decompressor.wants_input() && !decompressor.ended());
    return {};
}

Result<std::string> decode(
    std::string_view in, std::size_t chunk = SIZE_MAX, std::uint64_t max_output = kPlenty) {
    Decompressor decompressor(max_output);
    std::string out;
    for (std::size_t at = 0; at < in.size();) {
        const std::string_view piece = in.substr(at, chunk);
        if (auto fed = decode_piece(decompressor, piece, false, out); !fed) {
            return fail(fed.error());
        }
        at += piece.size();
    }
    if (auto done = decode_piece(decompressor, {}, true, out); !done) {
        return fail(done.error());
    }
    return out;
}

struct Case {
    std::string name;
    std::string in;
    std::string out;
};

std::vector<Case> good_cases() {
    const std::string text = guide_like(2'000);
    const std::string gz = gzipped(text);
    return {
        {"plain", text, text},
        {"empty", "", ""},
        {"empty gzip", gzipped(""), ""},
        {"empty xz", xz_compressed(""), ""},
        {"gzip", gz, text},
        {"xz", xz_compressed(text), text},
        {"two members", gz + gzipped("more"), text + "more"},
        {"empty member in the middle", gz + gzipped("") + gzipped("x"), text + "x"},
        {"padding of zeros", gz + std::string(100, '\0'), text},
        {"garbage behind", gz + "garbage", text},
        {"half a magic behind", gz + "\x1F", text},
        {"half a magic and garbage behind", gz + "\x1Fgarbage", text},
        {"two xz streams", xz_compressed(text) + xz_compressed("more"), text + "more"},
        {"gzip in gzip", gzipped(gz), text},
        {"xz in gzip", gzipped(xz_compressed(text)), text},
        {"two members inside", gzipped(gz + gz), text + text},
        {"third layer stays", gzipped(gzipped(gz)), gz},
        {"gzip magic alone", "\x1F\x8B", "\x1F\x8B"},
        {"xz magic cut",
            "\xFD"
            "7zX",
            "\xFD"
            "7zX"},
        {"short", "a", "a"},
    };
}

TEST(DecompressorTest, AnyChunkingGivesTheSameOutput) {
    for (const Case& test : good_cases()) {
        const std::size_t largest = std::min<std::size_t>(test.in.size() + 1, 70);
        for (std::size_t chunk = 1; chunk <= largest; ++chunk) {
            const auto out = decode(test.in, chunk);
            ASSERT_TRUE(out) << test.name << ": " << out.error().message();
            ASSERT_TRUE(*out == test.out) << test.name << " in chunks of " << chunk;
        }
        const auto whole = decode(test.in);
        ASSERT_TRUE(whole) << test.name;
        EXPECT_TRUE(*whole == test.out) << test.name;
    }
}

TEST(DecompressorTest, LargeDataIsDecodedWhole) {
    const std::string text = guide_like(3'000'000);
    EXPECT_TRUE(decode(gzipped(text)).value() == text);
    EXPECT_TRUE(decode(xz_compressed(text), 10'000).value() == text);
}

TEST(DecompressorTest, EveryCutIsNoticed) {
    const std::string text = guide_like(1'000);
    for (const std::string& whole : {gzipped(text), xz_compressed(text), gzipped(gzipped(text))}) {
        for (std::size_t size = 6; size < whole.size(); ++size) {
            const auto out = decode(std::string_view(whole).substr(0, size));
            ASSERT_FALSE(out) << size << " of " << whole.size();
            EXPECT_EQ(out.error().code(), ErrorCode::parse);
            EXPECT_THAT(out.error().message(), HasSubstr("ends in the middle"));
        }
    }
}

TEST(DecompressorTest, DamageIsNoticedAndStays) {
    for (std::string whole : {gzipped(guide_like(5'000)), xz_compressed(guide_like(5'000))}) {
        whole[whole.size() / 2] = static_cast<char>(~whole[whole.size() / 2]);
        Decompressor decompressor(kPlenty);
        std::string out;
        const auto fed = decode_piece(decompressor, whole, false, out);
        const auto done = fed ? decode_piece(decompressor, {}, true, out) : fed;
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code(), ErrorCode::parse);
        EXPECT_FALSE(decompressor.next());
        EXPECT_FALSE(decompressor.next());
    }
}

TEST(DecompressorTest, OutputEndsAtTheLimit) {
    const std::string zeros(1'000'000, '\0');
    for (const std::string& bomb :
        {gzipped(zeros), xz_compressed(zeros), gzipped(gzipped(zeros)), zeros}) {
        EXPECT_TRUE(decode(bomb, SIZE_MAX, zeros.size()));
        const auto out = decode(bomb, SIZE_MAX, zeros.size() - 1);
        ASSERT_FALSE(out);
        EXPECT_EQ(out.error().code(), ErrorCode::too_large);
        EXPECT_THAT(out.error().message(), HasSubstr("999999 bytes"));
    }
}

TEST(DecompressorTest, AFewBytesThatStandForManyAreMadeInPieces) {
    const std::string zeros(40'000'000, '\0');
    for (const std::string& bomb : {gzipped(gzipped(zeros)), xz_compressed(zeros),
             gzipped(xz_compressed(zeros)), xz_compressed(gzipped(zeros))}) {
        ASSERT_LT(bomb.size(), 50'000U);
        Decompressor decompressor(kPlenty);
        decompressor.feed(bomb);
        std::size_t made = 0;
        while (!decompressor.wants_input()) {
            const auto bytes = decompressor.next();
            ASSERT_TRUE(bytes) << bytes.error().message();
            ASSERT_LE(bytes->size(), Decompressor::kMaxPiece);
            made += bytes->size();
        }
        EXPECT_EQ(made, zeros.size());
    }
}

TEST(DecompressorTest, WorkWithoutOutputIsDoneInPiecesToo) {
    // 30 MB of members in which there is nothing.
    std::string members;
    const std::string nothing = gzipped("");
    while (members.size() < 30'000'000) {
        members += nothing;
    }
    Decompressor decompressor(kPlenty);
    const std::string bomb = gzipped(members);
    decompressor.feed(bomb);
    std::size_t empty_pieces = 0;
    while (!decompressor.wants_input()) {
        const auto bytes = decompressor.next();
        ASSERT_TRUE(bytes);
        ASSERT_TRUE(bytes->empty());
        ++empty_pieces;
    }
    EXPECT_GT(empty_pieces, 4U);
}

TEST(DecompressorTest, PaddingHasAnEnd) {
    const std::string gz = gzipped("text");
    EXPECT_EQ(decode(gz + std::string(1'000'000, '\0')).value(), "text");
    for (const std::string& padded :
        {gz + std::string(2'000'000, '\0'), gzipped(gz + std::string(2'000'000, 'x'))}) {
        const auto out = decode(padded);
        ASSERT_FALSE(out);
        EXPECT_EQ(out.error().code(), ErrorCode::parse);
        EXPECT_THAT(out.error().message(), HasSubstr("follows the end of the gzip data"));
    }
}

TEST(DecompressorTest, TellsWhetherTheInputWasCompressed) {
    std::string out;
    Decompressor plain(kPlenty);
    ASSERT_TRUE(decode_piece(plain, "plain text", false, out));
    EXPECT_FALSE(plain.is_compressed());
    Decompressor packed(kPlenty);
    ASSERT_TRUE(decode_piece(packed, gzipped("x"), false, out));
    EXPECT_TRUE(packed.is_compressed());
    const Decompressor moved = std::move(packed);
    EXPECT_TRUE(moved.is_compressed());
}

} // namespace
} // namespace plex_tuner::fetch::testing
