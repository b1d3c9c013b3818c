// SPDX-License-Identifier: GPL-3.0-or-later
#include "catalog_text.hpp"
#include "json_reader.hpp"
#include "support/temporary_directory.hpp"

#include <plex_tuner/catalog/catalog_file.hpp>

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::catalog {
namespace {

using plex_tuner::testing::TemporaryDirectory;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Recorder final : public JsonEvents {
public:
    bool start_object() override { return add("{"); }

    bool end_object() override { return add("}"); }

    bool start_array() override { return add("["); }

    bool end_array() override { return add("]"); }

    bool key(std::string_view name) override { return add(std::string(name) + ":"); }

    bool scalar(std::string_view value) override { return add(value); }

    bool null() override { return add("~"); }

    [[nodiscard]] Error problem() const override { return {ErrorCode::parse, "enough"}; }

    std::string text;
    std::string stop_at;

private:
    bool add(std::string_view event) {
        text.append(text.empty() ? "" : " ").append(event);
        return event != stop_at;
    }
};

/// The events, or "error: …".
std::string read(std::string_view json, std::string_view stop_at = "never") {
    const TemporaryDirectory directory;
    test::put(directory.path() / "x.json", json);
    const auto source = FileSource::open(directory.path() / "x.json");
    Recorder events;
    events.stop_at = stop_at;
    const Result<void> result = JsonReader(**source, events).read();
    return result ? events.text : "error: " + result.error().message();
}

TEST(JsonReader, ReportsEverythingInOrder) {
    EXPECT_EQ(read(R"( {"a" : [1, -0.5e+3 ,"b",true,false,null,[],{}] , "": {"c":0}} )"),
        "{ a: [ 1 -0.5e+3 b true false ~ [ ] { } ] : { c: 0 } }");
    EXPECT_EQ(read("\t\r\n17\n"), "17");
    EXPECT_EQ(read("\xEF\xBB\xBF\"x\""), "x");
}

TEST(JsonReader, DecodesStrings) {
    EXPECT_EQ(read(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
    EXPECT_EQ(read(R"("\u0041\u00e9\u20AC\ud83d\udcfa")"), "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x93\xBA");
    EXPECT_EQ(read("\"\xF0\x9F\x93\xBA\""), "\xF0\x9F\x93\xBA");
}

TEST(JsonReader, LoneSurrogatesBecomeReplacementCharacters) {
    const std::string replaced = "\xEF\xBF\xBD";
    EXPECT_EQ(read(R"("\ud83d")"), replaced);
    EXPECT_EQ(read(R"("\ud83dx")"), replaced + "x");
    EXPECT_EQ(read(R"("\ud83d\n")"), replaced + "\n");
    EXPECT_EQ(read(R"("\ud83d\u0041")"), replaced + "A");
    EXPECT_EQ(read(R"("\ud83d\ud83d\udcfa")"), replaced + "\xF0\x9F\x93\xBA");
    EXPECT_EQ(read(R"("\udcfa")"), replaced);
}

TEST(JsonReader, RefusesWhatTheGrammarDoesNotHave) {
    for (const std::string_view json : {"{]", "[}", "{,}", "[,]", "[1,]", "{\"a\":1,}", "{\"a\"}",
             "{\"a\" 1}", "{1:2}", "[1 2]", "01", "+1", "1.", ".5", "1e", "-", "0x1", "NaN", "tru",
             "nulL", "'a'", "\"\\x\"", "\"\\u12g4\"", "\"a\nb\"", "1 2", "{} {}", "//", "\"\xC3\"",
             "\"\xED\xA0\x80\"", "]", "}", ":", ","}) {
        EXPECT_THAT(read(json), StartsWith("error: ")) << json;
    }
}

TEST(JsonReader, AFileThatEndsTooSoonSaysSo) {
    for (const std::string_view json : {"{", "[", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1",
             "\"abc", "\"\\", "\"\\u12", "-", "tr", "1e"}) {
        EXPECT_THAT(read(json), HasSubstr("the file ends in the middle")) << json;
    }
    EXPECT_THAT(read(""), HasSubstr("the file is empty"));
}

TEST(JsonReader, NestingIsBounded) {
    const std::string deepest(kMaxCatalogDepth, '[');
    EXPECT_THAT(read(deepest + std::string(kMaxCatalogDepth, ']')), StartsWith("["));
    EXPECT_THAT(read(deepest + "["), HasSubstr("nested too deeply"));
}

TEST(JsonReader, TextsAreBounded) {
    EXPECT_THAT(read('"' + std::string(kMaxCatalogText + 1, 'x') + '"'), HasSubstr("longer than"));
    EXPECT_THAT(read(std::string(kMaxCatalogText + 2, '1')), StartsWith("error: "));
    EXPECT_EQ(read('"' + std::string(kMaxCatalogText, 'x') + '"').size(), kMaxCatalogText);
}

TEST(JsonReader, StopsWhereTheHandlerSaysSo) {
    EXPECT_EQ(read("[1, 2, !", "2"), "error: enough");
}

TEST(JsonReader, TokensMayCrossTheEndOfTheBuffer) {
    const std::string json = R"(["\ud83d\udcfa)"
                             "\xF0\x9F\x93\xBA"
                             R"(\n", -12.5e10, true, null, {"k":"v"}])";
    const std::string expected = "[ \xF0\x9F\x93\xBA\xF0\x9F\x93\xBA\n -12.5e10 true ~ { k: v } ]";
    constexpr std::size_t kBuffer = std::size_t{128} << 10;
    for (std::size_t shift = 0; shift <= json.size(); ++shift) {
        ASSERT_EQ(read(std::string(kBuffer - shift, ' ') + json), expected) << shift;
    }
}

} // namespace
} // namespace plex_tuner::catalog
