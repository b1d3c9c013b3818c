// SPDX-License-Identifier: GPL-3.0-or-later
#include "text_decoder.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::guide {
namespace {

Result<std::string> decode(std::string_view bytes, std::size_t chunk) {
    TextDecoder decoder;
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += chunk) {
        const auto piece = decoder.feed(bytes.substr(at, chunk));
        if (!piece) {
            return fail(piece.error());
        }
        text += *piece;
    }
    const auto rest = decoder.finish();
    if (!rest) {
        return fail(rest.error());
    }
    return text + std::string(*rest);
}

void expect_text(std::string_view bytes, std::string_view text) {
    for (std::size_t chunk = 1; chunk <= bytes.size() + 1; ++chunk) {
        const auto decoded = decode(bytes, chunk);
        ASSERT_TRUE(decoded) << decoded.error().message();
        ASSERT_EQ(*decoded, text) << "in chunks of " << chunk;
    }
}

using namespace std::string_view_literals;

TEST(TextDecoder, WithoutADeclarationItIsUtf8AndPassesUnchanged) {
    expect_text("", "");
    expect_text("<a>", "<a>");
    expect_text("<", "<");
    expect_text(" <?x", " <?x");
    expect_text("<tv>caf\xC3\xA9 \xE9</tv>", "<tv>caf\xC3\xA9 \xE9</tv>");
    expect_text("<?xml version=\"1.0\"?><a>\xE9", "<?xml version=\"1.0\"?><a>\xE9");
}

TEST(TextDecoder, ByteOrderMarksDecideAndDisappear) {
    expect_text("\xEF\xBB\xBF<?xml encoding='ISO-8859-1'?>\xC3\xA9",
        "<?xml encoding='ISO-8859-1'?>\xC3\xA9");
    expect_text("\xFF\xFE<\0\xE9\0\x3D\xD8\x00\xDE"sv, "<\xC3\xA9\xF0\x9F\x98\x80");
    expect_text("\xFE\xFF\0<\0\xE9\xD8\x3D\xDE\x00"sv, "<\xC3\xA9\xF0\x9F\x98\x80");
}

TEST(TextDecoder, Utf16IsSeenWithoutAMark) {
    expect_text("<\0t\0v\0"sv, "<tv");
    expect_text("\0<\0t\0v"sv, "<tv");
}

TEST(TextDecoder, BrokenUtf16GivesReplacementCharacters) {
    expect_text("\xFF\xFE<\0\x3D\xD8x\0"sv, "<\xEF\xBF\xBDx");
    expect_text("\xFF\xFE<\0\x00\xDEx\0"sv, "<\xEF\xBF\xBDx");
    expect_text("\xFF\xFE<\0\x3D\xD8"sv, "<\xEF\xBF\xBD");
    expect_text("\xFF\xFE<\0x"sv, "<\xEF\xBF\xBD");
}

TEST(TextDecoder, SingleByteSetsComeFromTheDeclaration) {
    expect_text("<?xml version='1.0' encoding = 'iso-8859-2' ?>\xB1",
        "<?xml version='1.0' encoding = 'iso-8859-2' ?>ą");
    expect_text("<?xml encoding=\"Windows_1251\"?>\xC0\x80", "<?xml encoding=\"Windows_1251\"?>АЂ");
    expect_text("\n<?xml encoding=\"ISO-8859-15\"?>\xA4", "\n<?xml encoding=\"ISO-8859-15\"?>€");
    expect_text("<?xml encoding=\"latin1\"?>\x80\xE9", "<?xml encoding=\"latin1\"?>€é");
    expect_text("<?xml encoding=\"cp1250\"?>plain", "<?xml encoding=\"cp1250\"?>plain");
}

TEST(TextDecoder, ADeclarationThatCannotBeTrueIsIgnored) {
    expect_text("<?xml encoding=\"UTF-16\"?>\xC3\xA9", "<?xml encoding=\"UTF-16\"?>\xC3\xA9");
    const std::string endless = "<?xml " + std::string(2000, ' ') + "encoding='KOI8-R'?>\xC0";
    EXPECT_EQ(decode(endless, endless.size()).value_or(""), endless);
}

/// `bytes` and `text` behind a declaration of the encoding.
void expect_declared(std::string_view encoding, std::string_view bytes, std::string_view text) {
    const std::string declaration = "<?xml encoding=\"" + std::string(encoding) + "\"?>";
    expect_text(declaration + std::string(bytes), declaration + std::string(text));
}

TEST(TextDecoder, SeldomSingleByteSetsAreKnown) {
    expect_declared("windows-1258", "\xD0\xF5\xFE", "Đơ₫");
    expect_declared("ISO-8859-3", "\xA1\xD5", "ĦĠ");
    expect_declared("ISO-8859-10", "\xA1\xBD", "Ą―");
    expect_declared("ISO-8859-14", "\xA1\xFF", "Ḃÿ");
    expect_declared("IBM866", "\x80\xAF\xE0", "Апр");
    expect_declared("cp437", "\x80\xE1", "Çß");
    expect_declared("cp850", "\x9B\xE1", "øß");
    expect_declared("cp852", "\x9F\xE1", "čß");
    expect_declared("macintosh", "\x8E\xDE", "éﬁ");
}

TEST(TextDecoder, MultiByteSetsComeFromTheCLibrary) {
    expect_declared("Shift_JIS", "\x93\xFA\x96\x7B <", "日本 <");
    expect_declared("Shift_JIS", "\x87\x40", "①"); // of CP932
    expect_declared("euc-jp", "\xC6\xFC\xCB\xDC", "日本");
    expect_declared("ISO-2022-JP", "\x1B$B\x46\x7C\x1B(B!", "日!");
    expect_declared("GB2312", "\xD6\xD0\xCE\xC4", "中文");
    expect_declared("gbk", "\x81\x40", "丂");
    expect_declared("GB18030", "\x81\x30\x8B\x37", "ÿ");
    expect_declared("Big5", "\xA4\xA4\xA4\xE5", "中文");
    expect_declared("EUC-KR", "\xC7\xD1\xB1\xB9", "한국");
}

TEST(TextDecoder, BytesThatMeanNothingAreReplaced) {
    expect_declared("euc-jp", "a\xFF<\xC6\xFC", "a\uFFFD<日");
    expect_declared("euc-jp", "a\xC6", "a\uFFFD");
}

TEST(TextDecoder, ALongTextIsDecodedWhole) {
    const std::string declaration = "<?xml encoding='euc-jp'?>";
    std::string bytes = declaration;
    std::string text = declaration;
    for (int i = 0; i < 20'000; ++i) {
        bytes += "\xC6\xFC";
        text += "日";
    }
    for (const std::size_t chunk : {std::size_t{777}, bytes.size()}) {
        EXPECT_EQ(decode(bytes, chunk).value_or(""), text);
    }
}

TEST(TextDecoder, AnUnknownEncodingIsNamed) {
    const auto decoded = decode("<?xml encoding=\"x-klingon\"?><tv/>", 5);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code(), ErrorCode::unsupported);
    EXPECT_TRUE(decoded.error().message().contains("x-klingon"));
}

TEST(TextDecoder, OnlyANameIsLookedUp) {
    for (const std::string_view name : {"EUC-JP//TRANSLIT", "../EUC-JP", "EUC JP"}) {
        EXPECT_FALSE(decode("<?xml encoding=\"" + std::string(name) + "\"?><tv/>", 100)) << name;
    }
}

} // namespace
} // namespace plex_tuner::guide
