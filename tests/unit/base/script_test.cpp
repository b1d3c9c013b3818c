// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/script.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <gtest/gtest.h>

namespace plex_tuner {
namespace {

TEST(Script, LettersOfLatinAndOtherScripts) {
    EXPECT_EQ(script_of(U'a'), Script::latin);
    EXPECT_EQ(script_of(U'é'), Script::latin);
    EXPECT_EQ(script_of(U'ầ'), Script::latin);
    EXPECT_EQ(script_of(U'Ж'), Script::other);
    EXPECT_EQ(script_of(U'ع'), Script::other);
    EXPECT_EQ(script_of(U'日'), Script::other);
    for (const char32_t none : {U'1', U' ', U'×', U'–', U'★', U'😀', U'ᴴ', U'　'}) {
        EXPECT_EQ(script_of(none), Script::none) << static_cast<unsigned>(none);
    }
}

TEST(Script, MostlyNonLatinNeedsThreeLettersAndTheMajority) {
    EXPECT_TRUE(is_mostly_non_latin("Первый канал"));
    EXPECT_TRUE(is_mostly_non_latin("AR: قناة الجزيرة HD"));
    EXPECT_FALSE(is_mostly_non_latin("Discovery Первый"));
    EXPECT_FALSE(is_mostly_non_latin("ТВ"));
    EXPECT_FALSE(is_mostly_non_latin("Télé Québec"));
    EXPECT_FALSE(is_mostly_non_latin(""));
}

TEST(Folded, LosesCaseAccentsAndOrnament) {
    EXPECT_EQ(folded("Télé-QUÉBEC"), "tele-quebec");
    EXPECT_EQ(folded("Straße Œuvre Łódź Þór"), "strasse oeuvre lodz thor");
    EXPECT_EQ(folded("Știri Việt Nam"), "stiri viet nam");
    EXPECT_EQ(folded("BBC Oneᴴᴰ ⁵⁰ᶠᵖˢ ⱽᴵᴾ"), "bbc onehd 50fps vip");
    EXPECT_EQ(folded("ＡＢＣ"), "abc");
    EXPECT_EQ(folded("Cafe\u0301"), "cafe");
    EXPECT_EQ(folded("ПЕРВЫЙ Ёлка ΕΡΤ"), "первый ёлка ερτ");
    EXPECT_EQ(folded("日本 ★"), "日本 ★");
}

TEST(Take, GoesThroughTextAndOverBrokenBytes) {
    std::string_view text = "aé日😀\xFFz";
    std::u32string out;
    while (!text.empty()) {
        out.push_back(utf8::take(text));
    }
    EXPECT_EQ(out, U"aé日😀\uFFFDz");
}

} // namespace
} // namespace plex_tuner
