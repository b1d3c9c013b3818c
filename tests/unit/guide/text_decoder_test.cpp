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

TEST(TextDecoder, AnUnknownEncodingIsNamed) {
    const auto decoded = decode("<?xml encoding=\"Shift_JIS\"?><tv/>", 5);
    ASSERT_FALSE(decoded);
    EXPECT_EQ(decoded.error().code(), ErrorCode::unsupported);
    EXPECT_TRUE(decoded.error().message().contains("Shift_JIS"));
}

} // namespace
} // namespace plex_tuner::guide
