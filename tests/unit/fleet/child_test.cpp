// SPDX-License-Identifier: GPL-3.0-or-later
// Real processes: shells that play children.
#include "child.hpp"
#include "process_reaper.hpp"

#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace plex_tuner::fleet {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ChildTest : public ::testing::Test {
protected:
    ChildTest() {
        reaper_.start();
        plan_.name = "sports";
        plan_.environment = {{"PATH", "/usr/bin:/bin"}, {"GREETING", "hello"}};
    }

    ~ChildTest() override {
        if (child_) {
            child_->kill_now();
            run_until(
                [this] { return child_->pid() < 0 || child_->state() != ChildState::running; });
        }
        reaper_.stop();
    }

    /// `sh -c script`: the program is always called with "plex-tuner" in front.
    void make(const std::string& script, RestartOptions restart = {}) {
        plan_.arguments = {"-c", script};
        child_ = std::make_shared<Child>(io_.get_executor(), plan_, "/bin/sh", restart,
            Child::Hooks{.on_line =
                             [this](std::string_view name, Stream stream, std::string_view line) {
                                 lines_.push_back(std::string(name) +
                                                  (stream == Stream::output ? " out " : " err ") +
                                                  std::string(line));
                             },
                .on_final =
                    [this](Child&) {
                        is_final_ = true;
                    }},
            std::make_shared<SystemClock>(), log::Logger());
    }

    template <class Condition>
    bool run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + 30s;
        while (!condition()) {
            io_.restart();
            if (io_.run_one_until(deadline) == 0) {
                return false;
            }
        }
        return true;
    }

    bool run_until_lines(std::size_t count) {
        return run_until([&] { return lines_.size() >= count; });
    }

    bool stop(bool at_once = false) {
        bool is_stopped = false;
        child_->begin_stop();
        asio::co_spawn(io_, child_->gone(), [&](const std::exception_ptr&) { is_stopped = true; });
        if (at_once) {
            asio::post(io_, [this] { child_->kill_now(); });
        }
        return run_until([&] { return is_stopped; });
    }

    /// The number behind "pid " in the line.
    static pid_t pid_in(const std::string& line) {
        return static_cast<pid_t>(std::stol(line.substr(line.rfind(' ') + 1)));
    }

    asio::io_context io_;
    std::vector<std::string> lines_;
    ChildPlan plan_;
    std::shared_ptr<Child> child_;
    bool is_final_ = false;
    ProcessReaper reaper_{io_.get_executor(), [this](pid_t pid) {
                              const bool is_ours = child_ && child_->pid() == pid;
                              if (is_ours) {
                                  child_->collect();
                              }
                              return is_ours;
                          }};
};

TEST_F(ChildTest, ItsLinesComeWithNameAndStreamTheLastOneToo) {
    make("echo $GREETING; echo wrong >&2; printf unfinished");
    child_->start(false);
    ASSERT_TRUE(run_until([this] { return is_final_; }));
    EXPECT_THAT(lines_, ::testing::UnorderedElementsAre(
                            "sports out hello", "sports err wrong", "sports out unfinished"));
    EXPECT_EQ(child_->state(), ChildState::ended);
    EXPECT_EQ(child_->last_end(), "exited with status 0");
}

TEST_F(ChildTest, ItHasNothingOfOursButWhatItWasGiven) {
    std::signal(SIGPIPE, SIG_IGN);
    make("cat; ls /proc/self/fd | wc -l; grep -E 'SigIgn|SigBlk' /proc/self/status; "
         "cut -d' ' -f5 /proc/$$/stat; echo pid $$");
    child_->start(false);
    ASSERT_TRUE(run_until([this] { return is_final_; }));
    std::vector<std::string> expected = {"sports out 4", // three, and the directory itself
        "sports out SigBlk:\t0000000000000000", "sports out SigIgn:\t0000000000000000"};
    ASSERT_EQ(lines_.size(), 5U);
    EXPECT_EQ(std::vector(lines_.begin(), lines_.begin() + 3), expected);
    EXPECT_EQ(pid_in(lines_[3]), pid_in(lines_[4])) << "it leads a process group";
}

TEST_F(ChildTest, AKilledChildIsThereAgain) {
    make("echo pid $$; exec sleep 1000", {.restart = true, .delay = 1min});
    child_->start(false);
    ASSERT_TRUE(run_until_lines(1));
    const pid_t first = pid_in(lines_[0]);
    EXPECT_EQ(child_->pid(), first);
    ::kill(first, SIGKILL);
    ASSERT_TRUE(run_until_lines(2));
    EXPECT_NE(pid_in(lines_[1]), first);
    EXPECT_EQ(child_->state(), ChildState::running);
    EXPECT_EQ(child_->restarts(), 1U);
    EXPECT_EQ(child_->last_end(), "was killed by signal 9 (Killed)");
    EXPECT_TRUE(stop());
}

TEST_F(ChildTest, ACrashLoopGoesOnUntilItIsGivenUp) {
    make("exit 3", {.restart = true, .delay = 1ms, .fail_fast = true});
    child_->start(false);
    ASSERT_TRUE(run_until([this] { return is_final_; }));
    EXPECT_EQ(child_->state(), ChildState::failed);
    EXPECT_EQ(child_->restarts(), static_cast<unsigned>(RestartPolicy::kGiveUpAfter - 1));
    EXPECT_EQ(child_->last_end(), "exited with status 3");
}

TEST_F(ChildTest, WhatCannotBeStartedFailsAndSaysWhy) {
    plan_.work_directory = "/nowhere/at/all";
    make("true");
    child_->start(false);
    ASSERT_TRUE(run_until([this] { return is_final_; }));
    EXPECT_EQ(child_->state(), ChildState::failed);
    EXPECT_THAT(child_->last_end(), HasSubstr("/nowhere/at/all"));
}

TEST_F(ChildTest, StoppingKillsWhatTheChildStarted) {
    make("(trap '' TERM; echo ready; while :; do sleep 1000; done) & echo pid $!; wait");
    child_->start(false);
    ASSERT_TRUE(run_until_lines(2));
    const std::string& line = lines_[0].contains("pid") ? lines_[0] : lines_[1];
    const int grandchild = static_cast<int>(::syscall(SYS_pidfd_open, pid_in(line), 0U));
    ASSERT_GE(grandchild, 0);
    ASSERT_TRUE(stop());
    EXPECT_EQ(child_->last_end(), "was killed by signal 15 (Terminated)");
    pollfd gone{.fd = grandchild, .events = POLLIN, .revents = 0};
    EXPECT_EQ(::poll(&gone, 1, 10'000), 1) << "it ignores SIGTERM, and goes with its group";
    ::close(grandchild);
}

TEST_F(ChildTest, OneThatWillNotStopCanBeKilled) {
    make("trap '' TERM; echo ready; while :; do sleep 1000; done", {.restart = true});
    child_->start(false);
    ASSERT_TRUE(run_until_lines(1));
    ASSERT_TRUE(stop(true));
    EXPECT_EQ(child_->pid(), -1);
    EXPECT_EQ(child_->state(), ChildState::stopping) << "and is not started again";
}

TEST_F(ChildTest, StoppedBeforeItsFirstStartItNeverRuns) {
    plan_.start_delay = 1h;
    make("echo never");
    child_->start(true);
    EXPECT_EQ(child_->state(), ChildState::waiting);
    EXPECT_TRUE(stop());
    EXPECT_THAT(lines_, ElementsAre());
}

TEST_F(ChildTest, TheCatalogsDirectoryIsMade) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("pt-child-" + std::to_string(::getpid()));
    plan_.catalog = directory / "deep" / "catalog.json";
    make("true");
    child_->start(false);
    EXPECT_TRUE(std::filesystem::is_directory(directory / "deep"));
    ASSERT_TRUE(run_until([this] { return is_final_; }));
    std::filesystem::remove_all(directory);
}

} // namespace
} // namespace plex_tuner::fleet
