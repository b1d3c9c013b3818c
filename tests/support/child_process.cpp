// SPDX-License-Identifier: GPL-3.0-or-later
#include "child_process.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::testing {

namespace {

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> out;
    for (std::string& text : texts) {
        out.push_back(text.data());
    }
    out.push_back(nullptr);
    return out;
}

void make_pipe(int (&ends)[2]) {
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw std::system_error(errno, std::generic_category(), "pipe");
    }
}

} // namespace

ChildProcess::ChildProcess(const ChildOptions& options) {
    int out[2];
    int err[2];
    make_pipe(out);
    make_pipe(err);
    std::vector<std::string> arguments = options.arguments;
    std::vector<std::string> environment;
    for (const auto& [name, value] : options.environment) {
        environment.push_back(name + "=" + value);
    }
    const auto argv = pointers(arguments);
    const auto envp = pointers(environment);
    const std::string directory = options.directory.string();

    pid_ = ::fork();
    if (pid_ < 0) {
        throw std::system_error(errno, std::generic_category(), "fork");
    }
    if (pid_ == 0) {
        // Only async-signal-safe calls from here to exec.
        ::dup2(out[1], STDOUT_FILENO);
        ::dup2(err[1], STDERR_FILENO);
        const int null = ::open("/dev/null", O_RDONLY);
        ::dup2(null, STDIN_FILENO);
        if (!directory.empty() && ::chdir(directory.c_str()) != 0) {
            ::_exit(126);
        }
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    stderr_reader_ = std::thread([this, descriptor = err[0]] { read_stderr(descriptor); });
    stdout_reader_ = std::thread([this, descriptor = out[0]] { read_stdout(descriptor); });
}

ChildProcess::~ChildProcess() {
    if (!exit_code_) {
        ::kill(pid_, SIGKILL);
        (void)wait(std::chrono::seconds(10));
    }
    stderr_reader_.join();
    stdout_reader_.join();
}

void ChildProcess::read_stderr(int descriptor) {
    std::string pending;
    char buffer[8192];
    while (true) {
        const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            break;
        }
        pending.append(buffer, static_cast<std::size_t>(count));
        const std::scoped_lock lock(mutex_);
        for (std::size_t end = pending.find('\n'); end != std::string::npos;
            end = pending.find('\n')) {
            lines_.push_back(pending.substr(0, end));
            pending.erase(0, end + 1);
        }
        changed_.notify_all();
    }
    ::close(descriptor);
    const std::scoped_lock lock(mutex_);
    if (!pending.empty()) {
        lines_.push_back(pending);
    }
    stderr_closed_ = true;
    changed_.notify_all();
}

void ChildProcess::read_stdout(int descriptor) {
    char buffer[8192];
    ssize_t count = 0;
    while ((count = ::read(descriptor, buffer, sizeof buffer)) > 0) {
        const std::scoped_lock lock(mutex_);
        stdout_.append(buffer, static_cast<std::size_t>(count));
    }
    ::close(descriptor);
    const std::scoped_lock lock(mutex_);
    stdout_closed_ = true;
    changed_.notify_all();
}

std::optional<std::string> ChildProcess::wait_for_line(
    const std::vector<std::string>& parts, std::chrono::milliseconds timeout, std::size_t from) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    std::unique_lock lock(mutex_);
    std::size_t next = from;
    while (true) {
        for (; next < lines_.size(); ++next) {
            const std::string& line = lines_[next];
            if (std::ranges::all_of(parts, [&](const std::string& part) {
                    return line.find(part) != std::string::npos;
                })) {
                return line;
            }
        }
        if (stderr_closed_ || changed_.wait_until(lock, deadline) == std::cv_status::timeout) {
            if (next >= lines_.size()) {
                return std::nullopt;
            }
        }
    }
}

void ChildProcess::signal(int number) const {
    if (!exit_code_) {
        ::kill(pid_, number);
    }
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds timeout) {
    if (exit_code_) {
        return exit_code_;
    }
    // wait4 has no deadline; the end of both pipes is the event that is waited for first.
    {
        std::unique_lock lock(mutex_);
        if (!changed_.wait_for(
                lock, timeout, [this] { return stderr_closed_ && stdout_closed_; })) {
            return std::nullopt;
        }
    }
    int status = 0;
    while (::wait4(pid_, &status, 0, &usage_) < 0) {
        if (errno != EINTR) {
            return std::nullopt;
        }
    }
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return exit_code_;
}

std::string ChildProcess::stderr_text() const {
    const std::scoped_lock lock(mutex_);
    std::string out;
    for (const std::string& line : lines_) {
        out += line + "\n";
    }
    return out;
}

std::string ChildProcess::stdout_text() const {
    const std::scoped_lock lock(mutex_);
    return stdout_;
}

std::size_t ChildProcess::lines() const {
    const std::scoped_lock lock(mutex_);
    return lines_.size();
}

CommandResult run_command(
    const std::vector<std::string>& arguments, std::chrono::milliseconds timeout) {
    ChildOptions options;
    options.arguments = arguments;
    if (!arguments.front().starts_with('/')) {
        options.arguments.insert(options.arguments.begin(), "/usr/bin/env");
    }
    const char* path = std::getenv("PATH");
    options.environment = {
        {"PATH", path == nullptr ? "/usr/bin:/bin" : path}, {"LC_ALL", "C.UTF-8"}};
    ChildProcess child(options);
    CommandResult result;
    const auto exit_code = child.wait(timeout);
    if (!exit_code) {
        result.errors = "did not end in time: " + arguments.front() + "\n" + child.stderr_text();
        return result;
    }
    result.exit_code = *exit_code;
    result.errors = child.stderr_text();
    result.output = child.stdout_text();
    return result;
}

} // namespace plex_tuner::testing
