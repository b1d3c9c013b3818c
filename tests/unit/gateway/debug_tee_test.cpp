// SPDX-License-Identifier: GPL-3.0-or-later
#include "debug_tee.hpp"
#include "gateway_fixture.hpp"
#include "support/file_size_limit.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>

#include <gmock/gmock.h>
#include <sys/stat.h>

namespace plex_tuner::gateway {
namespace {

using namespace plex_tuner::testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class LogLines final : public log::Sink {
public:
    [[nodiscard]] bool enabled(log::Level) const noexcept override { return true; }

    void write(const log::Record& record) override {
        const std::lock_guard lock(mutex_);
        lines_.emplace_back(record.message);
    }

    [[nodiscard]] std::size_t count(std::string_view message) const {
        const std::lock_guard lock(mutex_);
        return static_cast<std::size_t>(std::ranges::count(lines_, message));
    }

private:
    mutable std::mutex mutex_;
    std::vector<std::string> lines_;
};

std::string content_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class DebugTeeTest : public ::testing::Test {
protected:
    /// Runs `work` with a tee and waits until it has written all.
    template <class Work>
    void with_tee(std::uint64_t bytes, Work work, std::size_t files = 20) {
        DebugTee tee({.directory = place(), .bytes = bytes, .files = files}, counters_,
            log::Logger(lines_, "gateway"));
        work(tee);
    }

    [[nodiscard]] std::filesystem::path place() const { return directory_.path() / "tee"; }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& entry : std::filesystem::directory_iterator(place())) {
            result.push_back(entry.path().filename().string());
        }
        std::ranges::sort(result);
        return result;
    }

    TemporaryDirectory directory_;
    LiveCounters counters_;
    std::shared_ptr<LogLines> lines_ = std::make_shared<LogLines>();
};

TEST_F(DebugTeeTest, CopiesTheFirstBytesOfEachConnection) {
    with_tee(10, [](DebugTee& tee) {
        const auto first = tee.begin("5.1", "Five / +1 \xC3\xA4");
        const auto second = tee.begin("7", std::string(200, 'x'));
        first->write("0123");
        second->write("abc");
        first->write("4567890123");
        first->write("too much");
    });
    const auto found = names();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_THAT(found[0], MatchesRegex("[0-9]{8}T[0-9]{6}-000001-5.1-Five____1___.ts"));
    EXPECT_THAT(found[1], MatchesRegex("[0-9]{8}T[0-9]{6}-000002-7-x{64}.ts"));
    EXPECT_EQ(content_of(place() / found[0]), "0123456789");
    EXPECT_EQ(content_of(place() / found[1]), "abc");
    struct stat status{};
    ASSERT_EQ(::stat((place() / found[0]).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0600U);
    EXPECT_EQ(counters_.tee_bytes_dropped, 0U);
}

TEST_F(DebugTeeTest, TheOldestFilesGoAndOthersStay) {
    std::filesystem::create_directories(place());
    std::ofstream(place() / "20010101T000000-000001-1-old.ts") << "old";
    std::ofstream(place() / "20010101T000000-000002-1-old.ts") << "old";
    std::ofstream(place() / "mine.ts") << "mine";
    with_tee(
        10,
        [](DebugTee& tee) {
            tee.begin("1", "new")->write("new");
            tee.begin("2", "newer")->write("newer");
        },
        3);
    const auto found = names();
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0], "20010101T000000-000002-1-old.ts");
    EXPECT_THAT(found[1], HasSubstr("-1-new.ts"));
    EXPECT_THAT(found[2], HasSubstr("-2-newer.ts"));
    EXPECT_EQ(found[3], "mine.ts");
}

TEST_F(DebugTeeTest, WhatTheDiskCannotTakeInTimeIsLeftOutAndCounted) {
    const std::size_t more = DebugTee::kMaxQueued + 1'000;
    with_tee(4 * more, [&](DebugTee& tee) {
        const auto copy = tee.begin("1", "One");
        copy->write("begin");
        copy->write(std::string(more, 'x')); // never fits
    });
    EXPECT_EQ(counters_.tee_bytes_dropped, more);
    EXPECT_EQ(lines_->count("debug tee has gaps: the disk was too slow"), 1U);
    ASSERT_EQ(names().size(), 1U);
    EXPECT_EQ(content_of(place() / names()[0]), "begin");
}

TEST_F(DebugTeeTest, AFullDiskIsOneLineAndTheEndOfTheTee) {
    const FileSizeLimit limit(1'000);
    with_tee(100'000, [&](DebugTee& tee) {
        auto copy = tee.begin("1", "One");
        copy->write(std::string(5'000, 'x'));
        while (lines_->count("debug tee stopped") == 0) {
            std::this_thread::yield();
        }
        copy->write(std::string(5'000, 'x'));
        EXPECT_EQ(tee.begin("2", "Two"), nullptr);
    });
    EXPECT_EQ(lines_->count("debug tee stopped"), 1U);
    EXPECT_EQ(names().size(), 1U);
}

TEST_F(DebugTeeTest, WithoutAPlaceThereIsOneLine) {
    std::ofstream(place()) << "in the way";
    with_tee(100, [](DebugTee& tee) {
        const auto one = tee.begin("1", "One");
        const auto two = tee.begin("2", "Two");
        one->write("x");
        if (two) {
            two->write("x");
        }
    });
    EXPECT_EQ(lines_->count("debug tee stopped"), 1U);
}

} // namespace
} // namespace plex_tuner::gateway
