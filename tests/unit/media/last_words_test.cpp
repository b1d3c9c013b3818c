// SPDX-License-Identifier: GPL-3.0-or-later
#include "last_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::media {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::string after(std::initializer_list<std::string_view> pieces) {
    LastWords words;
    for (const std::string_view piece : pieces) {
        words.hear(piece);
    }
    return words.text();
}

TEST(LastWords, AreOneLineOfPrintableCharacters) {
    EXPECT_EQ(after({"No de", "vice\r\n\n", "\tgiven\x01\n"}), "No device; ?given?");
    EXPECT_EQ(after({}), "");
}

TEST(LastWords, HaveNoCredentials) {
    EXPECT_THAT(after({"http://u:secretp@127.0.0.1:1/none.ts: Server returned 404\n"}),
        AllOf(Not(HasSubstr("secretp")), HasSubstr("Server returned 404")));
    EXPECT_THAT(after({"token=abc http://bob:hun", "ter2@host/live/bob/hunter2/1.ts"}),
        AllOf(Not(HasSubstr("abc")), Not(HasSubstr("hunter2")), HasSubstr("host")));
    EXPECT_THAT(after({"http://u:s\xC3\xA4"
                       "cretp@host/1.ts: no"}),
        Not(HasSubstr("cretp")));
    EXPECT_THAT(after({"Authorization: Basic aHVudGVyMg==\nended\n"}),
        AllOf(Not(HasSubstr("aHVudGVy")), EndsWith("; ended")));
}

TEST(LastWords, ThatAreManyAreCutWhereNoSecretLosesItsName) {
    // At each place of the cut.
    const std::string address = "http://u:secretp@host/none.ts: no\n";
    for (std::size_t more = 0; more < address.size(); ++more) {
        LastWords words;
        words.hear(address);
        words.hear(std::string(8'150 + more, 'x') + "\n");
        EXPECT_THAT(words.text(), Not(HasSubstr("secretp"))) << more;
        LastWords short_ones;
        short_ones.hear(address);
        short_ones.hear(std::string(560 + more, 'x') + "\n");
        EXPECT_THAT(short_ones.text(), Not(HasSubstr("secretp"))) << more;
    }
    EXPECT_EQ(after({"token=", std::string(10'000, 'a'), "secretp\n", "over\n"}), "over");
    EXPECT_EQ(after({std::string(10'000, 'a')}), "");
}

} // namespace
} // namespace plex_tuner::media
