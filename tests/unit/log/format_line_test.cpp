// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/log/stderr_sink.hpp>

#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::log {
namespace {

[[nodiscard]] std::string line(
    Format format, std::string_view message, const std::vector<Field>& fields) {
    return format_line(Record{.level = Level::info,
                           .module = "m",
                           .message = message,
                           .context = {},
                           .fields = fields},
        format);
}

[[nodiscard]] std::string text(const std::vector<Field>& fields) {
    return line(Format::text, "x", fields);
}

TEST(FormatText, PlainValuesStayPlain) {
    EXPECT_EQ(text({{"a", "b-c/d:e?f&g"}, {"z", "Z\xC3\xBCrich"}}),
        "info  m x a=b-c/d:e?f&g z=Z\xC3\xBCrich");
}

TEST(FormatText, QuotesWhereAReaderWouldStumble) {
    EXPECT_EQ(text({{"a", "b c"}}), "info  m x a=\"b c\"");
    EXPECT_EQ(text({{"a", ""}}), "info  m x a=\"\"");
    EXPECT_EQ(text({{"a", "b=c"}}), "info  m x a=\"b=c\"");
    EXPECT_EQ(text({{"a", "say \"hi\" \\ bye"}}), R"(info  m x a="say \"hi\" \\ bye")");
    EXPECT_EQ(text({{"a", "C:\\x"}}), "info  m x a=C:\\x");
}

TEST(FormatText, AnEventIsAlwaysOneLine) {
    using namespace std::string_view_literals;
    EXPECT_EQ(text({{"a", "1\n2\r\n3\t\x1B[31m\0"sv}}), R"(info  m x a="1\n2\r\n3\t\x1b[31m\x00")");
    EXPECT_EQ(line(Format::text, "forged\ninfo  m y", {}), R"(info  m forged\ninfo  m y)");
}

TEST(FormatText, InvalidUtf8IsRepaired) {
    EXPECT_EQ(text({{"a", "caf\xE9"}}), "info  m x a=caf\xC3\xA9");
}

TEST(FormatText, LongValuesAreCutAtACodePoint) {
    std::string value(kMaxValueBytes - 1, 'a');
    EXPECT_EQ(text({{"a", value + "b"}}), "info  m x a=" + value + "b");
    EXPECT_EQ(text({{"a", value + "\xE2\x82\xAC"}}), "info  m x a=" + value + "...");
}

TEST(FormatJson, IsAnObjectWithTypedFields) {
    const auto parsed = nlohmann::json::parse(line(Format::json, "viewer joined",
        {{"channel", "5"}, {"viewer", 3}, {"ready", true}, {"name", "a \"b\"\n\x01"},
            {"latin", "caf\xE9"}}));
    EXPECT_EQ(parsed, (nlohmann::json{{"level", "info"}, {"module", "m"},
                          {"message", "viewer joined"}, {"channel", "5"}, {"viewer", 3},
                          {"ready", true}, {"name", "a \"b\"\n\x01"}, {"latin", "caf\xC3\xA9"}}));
}

TEST(FormatJson, FieldsNeverCollideWithFixedMembers) {
    const std::string out =
        line(Format::json, "x", {{"time", "t"}, {"level", 1}, {"module", "n"}, {"message", "y"}});
    EXPECT_EQ(out, R"({"level":"info","module":"m","message":"x",)"
                   R"("time_":"t","level_":1,"module_":"n","message_":"y"})");
}

TEST(FormatJson, HasNoLineBreak) {
    EXPECT_EQ(line(Format::json, "a\nb", {{"c", "d\ne"}}).find('\n'), std::string::npos);
}

} // namespace
} // namespace plex_tuner::log
