// SPDX-License-Identifier: GPL-3.0-or-later
#include "compress.hpp"

#include <plex_tuner/fetch/compressed_file.hpp>

#include <gmock/gmock.h>

namespace plex_tuner::fetch::testing {
namespace {

using ::testing::HasSubstr;

constexpr std::uint64_t kPlenty = 1ULL << 30;

Result<std::string> decode(
    std::string_view in, std::size_t chunk = SIZE_MAX, std::uint64_t max_output = kPlenty) {
    Decompressor decompressor(max_output);
    std::string out;
    for (std::size_t at = 0; at < in.size();) {
        const std::string_view piece = in.substr(at, chunk);
        if (auto fed = decompressor.feed(piece, out); !fed) {
            return fail(fed.error());
        }
        at += piece.size();
    }
    if (auto done = decompressor.finish(out); !done) {
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
        const auto fed = decompressor.feed(whole, out);
        const auto done = fed ? decompressor.finish(out) : fed;
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code(), ErrorCode::parse);
        EXPECT_FALSE(decompressor.feed("more", out));
        EXPECT_FALSE(decompressor.finish(out));
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

TEST(DecompressorTest, TellsWhetherTheInputWasCompressed) {
    std::string out;
    Decompressor plain(kPlenty);
    ASSERT_TRUE(plain.feed("plain text", out));
    EXPECT_FALSE(plain.is_compressed());
    Decompressor packed(kPlenty);
    ASSERT_TRUE(packed.feed(gzipped("x"), out));
    EXPECT_TRUE(packed.is_compressed());
    const Decompressor moved = std::move(packed);
    EXPECT_TRUE(moved.is_compressed());
}

} // namespace
} // namespace plex_tuner::fetch::testing
