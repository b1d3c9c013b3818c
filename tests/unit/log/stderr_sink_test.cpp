// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/log/stderr_sink.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace plex_tuner::log {
namespace {

using testing::HasSubstr;
using testing::Not;

template <class Body>
[[nodiscard]] std::string captured(SinkOptions options, const Body& body) {
    testing::internal::CaptureStderr();
    body(Logger(make_stderr_sink(std::move(options)), "m"));
    return testing::internal::GetCapturedStderr();
}

[[nodiscard]] std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (const std::string_view line : ascii::split_list(text, '\n')) {
        lines.emplace_back(line);
    }
    return lines;
}

/// "2026-11-23T10:00:00.123Z"
void expect_time_stamp(std::string_view text) {
    constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";
    ASSERT_EQ(text.size(), kShape.size()) << text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (kShape[i] == 'd') {
            EXPECT_TRUE(ascii::is_digit(text[i])) << text;
        } else {
            EXPECT_EQ(text[i], kShape[i]) << text;
        }
    }
}

TEST(StderrSink, WritesTextLinesWithUtcTime) {
    // A zone far from UTC: the stamp must not follow it.
    ASSERT_EQ(::setenv("TZ", "Etc/GMT-9", 1), 0);
    ::tzset();
    const auto hour = [] {
        const auto now = std::chrono::system_clock::now();
        return std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count() % 24;
    };
    const auto before = hour();
    const std::string out =
        captured({}, [](const Logger& logger) { logger.info("started", {{"port", 5004}}); });
    const auto after = hour();
    ASSERT_EQ(::unsetenv("TZ"), 0);
    ::tzset();

    ASSERT_GT(out.size(), 25U);
    EXPECT_EQ(out.substr(24), " info  m started port=5004\n");
    expect_time_stamp(std::string_view(out).substr(0, 24));
    const auto logged = ascii::parse_integer<long>(std::string_view(out).substr(11, 2));
    EXPECT_TRUE(logged == before || logged == after) << out;
}

TEST(StderrSink, WritesJsonLines) {
    const std::string out = captured({.format = Format::json}, [](const Logger& logger) {
        logger.warn("guide failed", {{"source", "a b"}, {"count", 2}});
    });
    ASSERT_TRUE(out.ends_with("}\n")) << out;
    const auto parsed = nlohmann::json::parse(out);
    expect_time_stamp(parsed.at("time").get<std::string>());
    EXPECT_EQ(parsed.at("level"), "warn");
    EXPECT_EQ(parsed.at("module"), "m");
    EXPECT_EQ(parsed.at("message"), "guide failed");
    EXPECT_EQ(parsed.at("source"), "a b");
    EXPECT_EQ(parsed.at("count"), 2);
}

TEST(StderrSink, HonoursTheLevel) {
    const std::string out = captured({.level = Level::warn}, [](const Logger& logger) {
        logger.debug("a");
        logger.info("b");
        logger.warn("c");
        logger.error("d");
    });
    EXPECT_EQ(lines_of(out).size(), 2U);
    EXPECT_THAT(captured({.level = Level::debug}, [](const Logger& l) { l.debug("deep"); }),
        HasSubstr("debug m deep"));
}

TEST(StderrSink, SecretsNeverAppearWhateverPathTheyTake) {
    for (const Format format : {Format::text, Format::json}) {
        SinkOptions options{.format = format};
        options.secrets.emplace_back("hunter\"2");
        const std::string out = captured(std::move(options), [](const Logger& logger) {
            logger.with({{"context", "hunter\"2"}})
                .info("message hunter\"2", {{"value", "a hunter\"2 b"}, {"enc", "hunter%222"}});
        });
        EXPECT_THAT(out, Not(HasSubstr("hunter")));
        EXPECT_THAT(out, HasSubstr("***"));
    }
}

TEST(StderrSink, FormatCharactersInMessagesAreText) {
    EXPECT_THAT(captured({}, [](const Logger& l) { l.info("100% {} %v {0}"); }),
        HasSubstr("100% {} %v {0}\n"));
}

TEST(StderrSink, LinesOfManyThreadsStayWhole) {
    constexpr int kThreads = 4;
    constexpr int kEvents = 200;
    const std::string value(300, 'v');
    const std::string out = captured({}, [&](const Logger& logger) {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                const Logger mine = logger.with({{"thread", t}});
                for (int i = 0; i < kEvents; ++i) {
                    mine.info("event", {{"value", value}});
                }
            });
        }
    });
    const auto lines = lines_of(out);
    EXPECT_EQ(lines.size(), static_cast<std::size_t>(kThreads) * kEvents);
    for (const std::string& line : lines) {
        EXPECT_EQ(line.size(), lines.front().size());
        EXPECT_TRUE(line.ends_with(" value=" + value));
    }
}

} // namespace
} // namespace plex_tuner::log
