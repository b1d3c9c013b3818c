// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/utf8.hpp>

#include <gtest/gtest.h>

namespace plex_tuner::utf8 {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsWellFormedText) {
    for (const std::string_view text :
        {""sv, "ascii\0"sv, "\xC2\x80"sv, "\xDF\xBF"sv, "\xE0\xA0\x80"sv, "\xED\x9F\xBF"sv,
            "\xEE\x80\x80"sv, "\xEF\xBF\xBF"sv, "\xF0\x90\x80\x80"sv, "\xF4\x8F\xBF\xBF"sv}) {
        EXPECT_TRUE(is_valid(text));
    }
}

TEST(Utf8, RefusesIllFormedText) {
    for (const std::string_view text :
        {"\x80"sv, "\xC0\x80"sv, "\xC1\xBF"sv, "\xC2"sv, "\xE0\x9F\xBF"sv, "\xED\xA0\x80"sv,
            "\xE2\x82"sv, "\xF0\x8F\xBF\xBF"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv,
            "\xFF"sv, "a\xC3"sv, "\xC3(a"sv, "\xE2\x82(a"sv, "\xF0\x9F\x93(a"sv}) {
        EXPECT_FALSE(is_valid(text));
    }
}

TEST(Utf8, FindsTheFaultAtAnyPlace) {
    for (std::size_t size = 1; size < 40; ++size) {
        for (std::size_t at = 0; at < size; ++at) {
            std::string text(size, 'a');
            EXPECT_TRUE(is_valid(text));
            text[at] = '\xC3';
            EXPECT_FALSE(is_valid(text)) << at << " of " << size;
            text.insert(at + 1, "\xBC");
            EXPECT_TRUE(is_valid(text)) << at << " of " << size;
        }
    }
}

TEST(Utf8, UnknownBytesAreTakenForWindows1252) {
    EXPECT_EQ(from_unknown("caf\xC3\xA9"), "caf\xC3\xA9");
    EXPECT_EQ(from_unknown("caf\xE9"), "caf\xC3\xA9");
    EXPECT_EQ(from_unknown("\x80 \x93q\x94"), "\xE2\x82\xAC \xE2\x80\x9Cq\xE2\x80\x9D");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) {
        all.push_back(static_cast<char>(byte));
    }
    EXPECT_TRUE(is_valid(from_unknown(all)));
}

TEST(Utf8, AppendsEveryLength) {
    std::string out;
    append(out, U'a');
    append(out, U'\u00E9');
    append(out, U'\u20AC');
    append(out, U'\U0001F4FA');
    EXPECT_EQ(out, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\xBA");
}

TEST(Utf8, AppendReplacesWhatIsNoScalarValue) {
    std::string out;
    append(out, 0xD800);
    append(out, 0x110000);
    EXPECT_EQ(out, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(Utf8, EveryScalarValueIsValidAfterAppend) {
    for (char32_t c = 0; c <= 0x10FFFF; c += c < 0x3000 ? 1 : 61) {
        std::string out;
        append(out, c);
        ASSERT_TRUE(is_valid(out)) << static_cast<std::uint32_t>(c);
    }
}

TEST(Utf8, Windows1252) {
    EXPECT_EQ(windows_1252('A'), U'A');
    EXPECT_EQ(windows_1252(0x80), U'\u20AC');
    EXPECT_EQ(windows_1252(0x81), U'\uFFFD');
    EXPECT_EQ(windows_1252(0x9F), U'\u0178');
    EXPECT_EQ(windows_1252(0xFF), U'\u00FF');
}

TEST(Utf8, TruncateCutsBetweenCodePoints) {
    const std::string_view text = "a\xE2\x82\xAC"
                                  "b";
    EXPECT_EQ(truncate(text, 0), "");
    EXPECT_EQ(truncate(text, 1), "a");
    EXPECT_EQ(truncate(text, 2), "a");
    EXPECT_EQ(truncate(text, 3), "a");
    EXPECT_EQ(truncate(text, 4), "a\xE2\x82\xAC");
    EXPECT_EQ(truncate(text, 5), text);
    EXPECT_EQ(truncate(text, 99), text);
    EXPECT_EQ(truncate("\xF0\x9F\x93\xBA", 3), "");
    EXPECT_EQ(truncate("\x80\x80\x80\x80\x80\x80", 5).size(), 5U); // no UTF-8: cut plainly
}

TEST(Utf8, RepairsOnlyWhatIsBroken) {
    EXPECT_EQ(repaired(""), "");
    EXPECT_EQ(repaired("caf\u00e9"), "caf\u00e9");
    EXPECT_EQ(repaired("caf\xE9 caf\u00e9 \x93x\x94"), "caf\u00e9 caf\u00e9 \u201cx\u201d");
    EXPECT_EQ(repaired("\xC3"), "\u00c3");
    EXPECT_EQ(repaired("\xE2\x82 \xF0\x9F\x98\x80"), "\u00e2\u201a \U0001F600");
}

} // namespace
} // namespace plex_tuner::utf8
