// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of answers that are no list at all. The lists share their reader: films stand for
// all.
#include "chunkings.hpp"
#include "xtream_dump.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::provider::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string movies(std::string_view text) {
    return in_every_chunking(text, dump_movies);
}

TEST(XtreamErrors, WrongCredentialsAreNamed) {
    for (const std::string_view text :
        {R"({"user_info":{"auth":0}})", R"({"user_info":{"auth":"0","username":"u"}})",
            R"({"user_info":{"auth":false},"server_info":{"url":"h"}})",
            R"({"server_info":{"url":"h"},"user_info":{"message":"","auth":0}})"}) {
        EXPECT_EQ(movies(text),
            "invalid_argument: the list of films: the panel refuses the account (auth 0): user "
            "name or password is wrong")
            << text;
    }
}

TEST(XtreamErrors, AccountInformationIsNoList) {
    for (const std::string_view text : {R"({"user_info":{"auth":1},"server_info":{}})",
             R"({"user_info":[]})", R"({"user_info":{"status":"Active"}})"}) {
        EXPECT_EQ(
            movies(text), "parse: the list of films: the panel sent account information instead")
            << text;
    }
}

TEST(XtreamErrors, OtherJsonIsNoList) {
    for (const std::string_view text : {R"({"error":"no"})", R"("blocked")", "5", "true",
             R"({"stream_id":1,"name":"a"})", R"({"data":[{"stream_id":1}]})"}) {
        EXPECT_EQ(movies(text), "parse: the list of films: the panel sent something else") << text;
    }
}

TEST(XtreamErrors, BodiesThatAreNoJsonAreNamed) {
    EXPECT_EQ(movies(""), "empty_body: the list of films: the answer is empty");
    EXPECT_EQ(movies(" \n\r\n"), "empty_body: the list of films: the answer is empty");
    EXPECT_EQ(movies("\xEF\xBB\xBF"), "empty_body: the list of films: the answer is empty");
    EXPECT_EQ(movies("\n<!DOCTYPE html><html><body>Just a moment...</body></html>"),
        "blocked: the list of films: an HTML page instead of JSON");
    EXPECT_EQ(movies("<br />\n<b>Warning</b>: oops"),
        "blocked: the list of films: markup instead of JSON");
    EXPECT_EQ(movies("blocked"), "parse: the list of films: not JSON but plain text: \"blocked\"");
    EXPECT_EQ(
        movies("not found"), "parse: the list of films: not JSON but plain text: \"not found\"");
    EXPECT_EQ(movies("\x1F\x8B\x08rest"), "parse: the list of films: not JSON but gzip data");
    EXPECT_EQ(movies(std::string_view("\0\0\0", 3)),
        "parse: the list of films: not JSON but binary data");
}

TEST(XtreamErrors, QuotedTextHasNoCredentials) {
    const std::string said = movies("no access: http://h/live/user/hunter2/1.ts?password=hunter2");
    EXPECT_THAT(said, HasSubstr("no access"));
    EXPECT_THAT(said, Not(HasSubstr("hunter2")));
}

TEST(XtreamErrors, ACutAnswerSaysWhere) {
    const std::string_view text = R"([{"stream_id":1,"name":"a"},{"stream_id":2,"na)";
    EXPECT_EQ(
        movies(text), "1 name=a\nparse: the list of films: byte 46: the answer ends in the middle");
    EXPECT_EQ(text.size(), 46U);
    for (std::size_t cut = 1; cut < text.size(); ++cut) {
        EXPECT_THAT(movies(text.substr(0, cut)),
            EndsWith("byte " + std::to_string(cut) + ": the answer ends in the middle"));
    }
}

TEST(XtreamErrors, GarbageSaysWhere) {
    EXPECT_EQ(movies(R"([{"stream_id":1}] <br>)"),
        "1 name=1\nparse: the list of films: byte 18: more text behind the end");
    EXPECT_EQ(movies(R"([]{})"), "parse: the list of films: byte 2: more text behind the end");
    EXPECT_EQ(
        movies(R"([{"stream_id":1,}])"), "parse: the list of films: byte 16: this is no JSON");
    EXPECT_EQ(movies(R"([{"stream_id" 1}])"), "parse: the list of films: byte 14: this is no JSON");
    EXPECT_EQ(movies(std::string_view("[\"a\0b\"]", 7)),
        "parse: the list of films: byte 3: this is no JSON");
}

TEST(XtreamErrors, NestingIsBounded) {
    const std::string deep(100, '[');
    EXPECT_EQ(movies(deep), "parse: the list of films: byte 33: nested deeper than 32 levels");
    const std::string inside =
        R"([{"stream_id":1,"x":)" + std::string(30, '[') + std::string(30, ']') + "}]";
    EXPECT_EQ(movies(inside), "1 name=1\nread 1, skipped 0");
}

TEST(XtreamErrors, TextsAreBounded) {
    const auto with_plot = [](std::size_t size) {
        return R"([{"plot":")" + std::string(size, 'x') + R"(","stream_id":1}])";
    };
    EXPECT_EQ(movies(with_plot(1'000'000)), "1 name=1\nread 1, skipped 0");
    EXPECT_THAT(movies(with_plot(3'000'000)), HasSubstr("a text is longer than 1 MiB"));
    EXPECT_THAT(movies(with_plot(3'000'000)), StartsWith("too_large: the list of films: byte "));
    EXPECT_THAT(movies("[" + std::string(3'000'000, ' ') + "]"), StartsWith("too_large"));
}

TEST(XtreamErrors, AnErrorOfTheBodyIsHandedUp) {
    int calls = 0;
    const Chunks chunks = [&]() -> Result<std::string_view> {
        if (++calls == 1) {
            return R"([{"stream_id":1},)";
        }
        return fail(ErrorCode::io, "disk gone");
    };
    EXPECT_EQ(dump_movies(chunks), "io: the list of films: disk gone");
    EXPECT_EQ(calls, 2);
}

TEST(XtreamErrors, EachListIsNamed) {
    EXPECT_THAT(dump_categories(text_chunks("x")), HasSubstr("the list of categories"));
    EXPECT_THAT(dump_live(text_chunks("x")), HasSubstr("the list of live streams"));
    EXPECT_THAT(dump_series(text_chunks("x")), HasSubstr("the list of series"));
    EXPECT_THAT(dump_series_info(text_chunks("x")), HasSubstr("the series information"));
    EXPECT_THAT(dump_account(text_chunks("x")), HasSubstr("the account information"));
}

/// A film list of any length, made while it is read.
class EndlessFilms {
public:
    explicit EndlessFilms(std::size_t films) : films_(films) {}

    Result<std::string_view> operator()() {
        if (made_ > films_) {
            return std::string_view();
        }
        chunk_ = made_ == films_ ? "]" : made_ == 0 ? "[" : ",";
        if (made_ < films_) {
            chunk_ += R"({"stream_id":)" + std::to_string(made_) + R"(,"name":"Film","plot":")" +
                      std::string(400, 'p') + "\"}";
        }
        ++made_;
        return chunk_;
    }

private:
    std::size_t films_;
    std::size_t made_ = 0;
    std::string chunk_;
};

TEST(XtreamErrors, LongListsCrossManyWindows) {
    std::size_t sum = 0;
    const auto counts = read_xtream_movies(EndlessFilms(20'000),
        [&](const XtreamMovie& movie) { sum += std::stoul(std::string(movie.id)); });
    ASSERT_TRUE(counts) << counts.error().message();
    EXPECT_EQ(counts->read, 20'000U);
    EXPECT_EQ(sum, 19'999U * 20'000U / 2);
}

TEST(XtreamErrors, EscapesAcrossWindowsAreWhole) {
    // Every place of an escape around the border of the 32 KiB the reader holds at once.
    for (std::size_t before = 32'768 - 40; before < 32'768 + 2; ++before) {
        std::string text = R"([{"stream_id":1,"name":"\ud83d\ude00 \ud83d","plot":")";
        const std::string emoji = R"(","name":"\ud83d\ude00 \ud83d"}])";
        text += std::string(before - text.size(), 'x') + emoji;
        EXPECT_EQ(movies(text), "1 name=\xF0\x9F\x98\x80 \xEF\xBF\xBD\nread 1, skipped 0");
    }
}

} // namespace
} // namespace plex_tuner::provider::test
