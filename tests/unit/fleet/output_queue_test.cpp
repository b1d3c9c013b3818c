// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/fleet/output_queue.hpp>

#include <csignal>
#include <future>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace plex_tuner::fleet {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Writes events to the same pipe, as the real one does.
class PipeSink final : public log::Sink {
public:
    explicit PipeSink(int descriptor) : descriptor_(descriptor) {}

    [[nodiscard]] bool enabled(log::Level level) const noexcept override {
        return level >= log::Level::info;
    }

    void write(const log::Record& record) override {
        std::string line = "event " + std::string(record.message);
        for (const log::Field& field : record.fields) {
            line += " " + std::string(field.key) + "=" + field.value;
        }
        line += "\n";
        ASSERT_EQ(
            ::write(descriptor_, line.data(), line.size()), static_cast<ssize_t>(line.size()));
    }

private:
    int descriptor_;
};

class OutputQueueTest : public ::testing::Test {
protected:
    OutputQueueTest() {
        std::signal(SIGPIPE, SIG_IGN);
        EXPECT_EQ(::pipe(ends_), 0);
    }

    ~OutputQueueTest() override {
        for (const int end : ends_) {
            if (end >= 0) {
                ::close(end);
            }
        }
    }

    void close(int& end) {
        ::close(end);
        end = -1;
    }

    std::string read_all() {
        std::string text;
        char piece[65'536];
        for (ssize_t count = 0; (count = ::read(ends_[0], piece, sizeof piece)) > 0;) {
            text.append(piece, static_cast<std::size_t>(count));
        }
        return text;
    }

    int ends_[2] = {-1, -1};
};

TEST_F(OutputQueueTest, LinesAndEventsKeepTheirOrder) {
    OutputQueue queue(ends_[1], std::make_shared<PipeSink>(ends_[1]));
    const log::Logger logger(queue.sink(), "fleet");
    queue.write("one\n");
    logger.debug("not wanted");
    logger.info("two", {{"n", 2}});
    queue.write("three\n");
    queue.finish(seconds(10));
    close(ends_[1]);
    EXPECT_EQ(read_all(), "one\nevent two n=2\nthree\n");
    EXPECT_EQ(queue.dropped(), 0U);
}

TEST_F(OutputQueueTest, WhoeverWritesNeverWaitsForWhoeverReads) {
    OutputQueue queue(ends_[1], std::make_shared<PipeSink>(ends_[1]), 300'000);
    const std::string line = std::string(9'999, 'x') + "\n";
    for (int i = 0; i < 100; ++i) {
        queue.write(line); // a megabyte; nobody reads, and this returns
    }
    EXPECT_GT(queue.dropped(), 0U);
    const std::uint64_t dropped = queue.dropped();
    auto text = std::async(std::launch::async, [this] { return read_all(); });
    queue.finish(seconds(10));
    close(ends_[1]);
    const std::string read = text.get();
    EXPECT_THAT(read,
        ::testing::HasSubstr("event lines were left out, as nobody read them fast enough lines=" +
                             std::to_string(dropped)));
    EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(read, 'x')), (100 - dropped) * 9'999);
}

TEST_F(OutputQueueTest, TheEndDoesNotWaitForALogThatNobodyReads) {
    {
        OutputQueue queue(ends_[1], std::make_shared<PipeSink>(ends_[1]));
        queue.write(std::string(1'000'000, 'x'));
        queue.finish(milliseconds(1));
    }
    close(ends_[0]); // and the thread finds its end
}

} // namespace
} // namespace plex_tuner::fleet
