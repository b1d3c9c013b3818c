// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/log/stderr_sink.hpp>

#include <type_traits>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plex_tuner::log {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

static_assert(!std::is_constructible_v<Field, std::string_view, const Secret&>);

class RecordingSink final : public Sink {
public:
    [[nodiscard]] bool enabled(Level level) const noexcept override { return level >= minimum; }

    void write(const Record& record) override {
        lines.push_back(format_line(record, Format::text));
    }

    Level minimum = Level::debug;
    std::vector<std::string> lines;
};

class LoggerTest : public testing::Test {
protected:
    std::shared_ptr<RecordingSink> sink_ = std::make_shared<RecordingSink>();
    Logger logger_{sink_, "gateway"};
};

TEST_F(LoggerTest, WritesLevelModuleMessageAndFields) {
    logger_.debug("d");
    logger_.info("viewer joined", {{"channel", "5"}, {"viewer", 3}});
    logger_.warn("w");
    logger_.error("e");
    EXPECT_THAT(sink_->lines,
        ElementsAre("debug gateway d", "info  gateway viewer joined channel=5 viewer=3",
            "warn  gateway w", "error gateway e"));
}

TEST_F(LoggerTest, DropsWhatTheSinkDoesNotWant) {
    sink_->minimum = Level::warn;
    logger_.info("no");
    logger_.warn("yes");
    EXPECT_FALSE(logger_.enabled(Level::info));
    EXPECT_TRUE(logger_.enabled(Level::warn));
    EXPECT_THAT(sink_->lines, ElementsAre("warn  gateway yes"));
}

TEST_F(LoggerTest, ContextIsAddedToEveryEventOfTheCopyOnly) {
    const Logger channel = logger_.with({{"channel", "5"}});
    const Logger viewer = channel.with({{"viewer", 1}, {"channel", "6"}});
    channel.info("a");
    viewer.info("b", {{"bytes", 7}});
    logger_.info("c");
    EXPECT_THAT(sink_->lines, ElementsAre("info  gateway a channel=5",
                                  "info  gateway b viewer=1 channel=6 bytes=7", "info  gateway c"));
}

TEST_F(LoggerTest, AnEventFieldReplacesTheContextFieldOfItsKey) {
    logger_.with({{"url", "old"}, {"n", 1}}).info("x", {{"url", "new"}});
    EXPECT_THAT(sink_->lines, ElementsAre("info  gateway x n=1 url=new"));
}

TEST_F(LoggerTest, ModuleStartsWithoutContext) {
    logger_.with({{"channel", "5"}}).module("hls").info("x");
    EXPECT_THAT(sink_->lines, ElementsAre("info  hls x"));
}

TEST_F(LoggerTest, FieldsOfDomainTypesAreReadableAndSafe) {
    const Error error(ErrorCode::network, "connection refused");
    logger_.info("x", {{"url", *Url::parse("http://u:p@h/live/U/P/1.ts")}, {"error", error},
                          {"ready", true}, {"size", std::size_t{12}}, {"delta", -3}});
    EXPECT_THAT(
        sink_->lines, ElementsAre("info  gateway x url=http://***@h/live/***/***/1.ts "
                                  "error=\"connection refused\" ready=true size=12 delta=-3"));
}

TEST(Logger, ADefaultLoggerDropsEverything) {
    const Logger logger;
    EXPECT_FALSE(logger.enabled(Level::error));
    logger.with({{"a", 1}}).module("m").error("x");
    Logger(nullptr, "m").error("x");
}

TEST(Logger, KeepsItsSinkAlive) {
    auto sink = std::make_shared<RecordingSink>();
    const std::weak_ptr<RecordingSink> watch = sink;
    auto logger = std::make_unique<Logger>(Logger(std::move(sink), "m").with({{"a", 1}}));
    EXPECT_FALSE(watch.expired());
    logger.reset();
    EXPECT_TRUE(watch.expired());
}

} // namespace
} // namespace plex_tuner::log
