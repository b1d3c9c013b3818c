// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

namespace plex_tuner::testing {

struct ChildOptions {
    std::vector<std::string> arguments;             ///< argv[0] first
    std::map<std::string, std::string> environment; ///< the whole of it
    std::filesystem::path directory;
};

/// A real program started by a test. Its stderr is read line by line as it comes; whatever happens
/// to the test, the destructor kills it.
class ChildProcess {
public:
    explicit ChildProcess(const ChildOptions& options);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The first line that holds all of `parts`, looking at lines from number `from` on, waiting
    /// for it; nullopt when the child ended or `timeout` passed without one.
    [[nodiscard]] std::optional<std::string> wait_for_line(const std::vector<std::string>& parts,
        std::chrono::milliseconds timeout = std::chrono::seconds(30), std::size_t from = 0);

    void signal(int number) const;
    /// Exit code, or 128 + signal; nullopt when it did not end in time.
    [[nodiscard]] std::optional<int> wait(
        std::chrono::milliseconds timeout = std::chrono::seconds(30));

    [[nodiscard]] std::string stderr_text() const;
    [[nodiscard]] std::string stdout_text() const;
    [[nodiscard]] std::size_t lines() const;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// CPU and memory of the child; complete once it ended.
    [[nodiscard]] const rusage& usage() const noexcept { return usage_; }

private:
    void read_stderr(int descriptor);
    void read_stdout(int descriptor);

    pid_t pid_ = -1;
    std::optional<int> exit_code_;
    rusage usage_{};
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> lines_;
    std::string stdout_;
    bool stderr_closed_ = false;
    bool stdout_closed_ = false;
    std::thread stderr_reader_;
    std::thread stdout_reader_;
};

/// Runs a program to its end; for ffmpeg, ffprobe, tv_validate_file and the like.
struct CommandResult {
    int exit_code = -1;
    std::string output; ///< stdout
    std::string errors; ///< stderr
};

[[nodiscard]] CommandResult run_command(const std::vector<std::string>& arguments,
    std::chrono::milliseconds timeout = std::chrono::seconds(60));

} // namespace plex_tuner::testing
