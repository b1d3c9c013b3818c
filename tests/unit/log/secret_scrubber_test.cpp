// SPDX-License-Identifier: GPL-3.0-or-later
#include "secret_scrubber.hpp"

#include <gtest/gtest.h>

namespace plex_tuner::log {
namespace {

[[nodiscard]] SecretScrubber scrubber(std::initializer_list<const char*> values) {
    std::vector<Secret> secrets;
    for (const char* value : values) {
        secrets.emplace_back(value);
    }
    return SecretScrubber(secrets);
}

TEST(SecretScrubber, ReplacesEveryOccurrence) {
    EXPECT_EQ(scrubber({"hunter2"}).scrub("hunter2, xhunter2x hunter2"), "***, x***x ***");
    EXPECT_EQ(scrubber({"hunter2"}).scrub("hunter"), "hunter");
}

TEST(SecretScrubber, CoversPercentEncodedSpellings) {
    const SecretScrubber s = scrubber({"p@ss/word"});
    EXPECT_EQ(s.scrub("a p@ss/word b"), "a *** b");
    EXPECT_EQ(s.scrub("a p%40ss%2Fword b"), "a *** b");
    EXPECT_EQ(s.scrub("a p%40ss%2fword b"), "a *** b");
}

TEST(SecretScrubber, LongerSecretsGoFirst) {
    EXPECT_EQ(scrubber({"word", "password"}).scrub("password word"), "*** ***");
}

TEST(SecretScrubber, ShortSecretsAreNotRegistered) {
    EXPECT_EQ(scrubber({"abc", "", "***"}).scrub("abc *** def"), "abc *** def");
}

TEST(SecretScrubber, PathsAndPairsAreRedactedOutsideUrlsToo) {
    const SecretScrubber scrubber({});
    EXPECT_EQ(scrubber.scrub("GET /live/account/planted/1.ts").find("planted"), std::string::npos);
    EXPECT_EQ(scrubber.scrub("body says password=planted").find("planted"), std::string::npos);
    EXPECT_EQ(scrubber.scrub("no route to host"), "no route to host");
}

TEST(SecretScrubber, UrlsAreRedactedWithoutAnySecretKnown) {
    EXPECT_EQ(
        scrubber({}).scrub("see http://u:p@h/?token=t now"), "see http://***@h/?token=*** now");
}

} // namespace
} // namespace plex_tuner::log
