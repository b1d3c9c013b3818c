// SPDX-License-Identifier: GPL-3.0-or-later
#include "language_guess.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::lineup {
namespace {

struct Example {
    const char* name;
    const char* tvg_id;
    const char* group;
    const char* language;
};

class LanguageExamples : public ::testing::TestWithParam<Example> {};

TEST_P(LanguageExamples, AreGuessed) {
    const Example& row = GetParam();
    EXPECT_EQ(guess_language({row.name, row.tvg_id, row.group}), row.language) << row.name;
}

INSTANTIATE_TEST_SUITE_P(All, LanguageExamples,
    ::testing::Values(Example{"BBC One", "bbc1.uk", "", "en"}, Example{"TF1", "tf1.fr", "", "fr"},
        Example{"TF1", "", "FR| GENERAL", "fr"}, Example{"France 24", "", "", "fr"},
        Example{"Delta TV", "x.delta.us", "", "en"}, Example{"Das Erste", "daserste.de", "", "de"},
        Example{"ES: La 1", "", "", "es"}, Example{"Canal España", "", "", "es"},
        Example{"Globo Brasil", "", "", "pt"}, Example{"RAI 1", "rai1.it", "", "it"},
        Example{"TRT 1", "", "TR: ULUSAL", "tr"}, Example{"TVP 1", "tvp1.pl", "", "pl"},
        Example{"Dutch TV", "", "", "nl"}, Example{"SVT 1", "svt1.se", "", "sv"},
        Example{"Danish 2", "", "", "da"}, Example{"NRK", "nrk1.no", "", "no"},
        Example{"Yle", "yle1.fi", "", "fi"}, Example{"MBC Arabic", "", "", "ar"},
        Example{"Zee Hindi", "", "", "hi"}, Example{"Первый канал", "", "", "ru"},
        Example{"Перший канал", "1tv.ua", "", "uk"}, Example{"БНТ 1 канал", "", "BG| TV", "bg"},
        Example{"قناة الجزيرة", "", "", "ar"}, Example{"شبکه سه", "irib3.ir", "", "fa"},
        Example{"ΕΡΤ ένα", "", "", "el"}, Example{"日本テレビ放送", "", "", "nonlatin"},
        Example{"", "", "", "en"}));

TEST(LanguageCode, KnowsCodesAndNames) {
    EXPECT_EQ(language_code("FRENCH"), "fr");
    EXPECT_EQ(language_code(" de "), "de");
    EXPECT_EQ(language_code("eng"), "en");
    EXPECT_EQ(language_code("russian"), "ru");
    EXPECT_EQ(language_code("klingon"), std::nullopt);
    for (const std::string_view code : known_languages()) {
        EXPECT_EQ(language_code(code), code);
    }
}

} // namespace
} // namespace plex_tuner::lineup
