// SPDX-License-Identifier: GPL-3.0-or-later
#include "spawn.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::fleet {

namespace {

/// A descriptor that is closed.
class Descriptor {
public:
    Descriptor() = default;

    explicit Descriptor(int value) noexcept : value_(value) {}

    Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}

    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }

    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    ~Descriptor() {
        if (value_ >= 0) {
            ::close(value_);
        }
    }

    [[nodiscard]] int get() const noexcept { return value_; }

    [[nodiscard]] int release() noexcept { return std::exchange(value_, -1); }

private:
    int value_ = -1;
};

struct Pipe {
    Descriptor read;
    Descriptor write;
};

Result<Pipe> make_pipe() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return fail(Error::from_errno(errno, "making a pipe to a child"));
    }
    return Pipe{.read = Descriptor(ends[0]), .write = Descriptor(ends[1])};
}

/// What went wrong between fork and exec.
struct Failure {
    enum class Step : int { directory, program } step;
    int error;
};

/// All that the child needs between fork and exec, made before: there nothing may be allocated.
struct ChildSide {
    const char* program;
    char* const* arguments;
    char* const* environment;
    const char* directory; ///< null: none
    int null;
    int output;
    int errors;
    int report;
    pid_t parent;
};

[[noreturn]] void report_and_end(int report, Failure::Step step) {
    const Failure failure{.step = step, .error = errno};
    [[maybe_unused]] const ssize_t ignored = ::write(report, &failure, sizeof failure);
    ::_exit(127);
}

/// Async-signal-safe calls only, as the process had other threads.
[[noreturn]] void become(const ChildSide& side) {
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    if (::getppid() != side.parent) {
        ::_exit(127); // it ended before the line above
    }
    struct sigaction usual{};
    usual.sa_handler = SIG_DFL;
    for (int signal = 1; signal < NSIG; ++signal) {
        ::sigaction(signal, &usual, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::pthread_sigmask(SIG_SETMASK, &none, nullptr);
    // Out of the way first: they have the numbers 0 to 3 where we were started without those.
    constexpr int kReport = 3;
    const int null = ::fcntl(side.null, F_DUPFD_CLOEXEC, kReport + 1);
    const int output = ::fcntl(side.output, F_DUPFD_CLOEXEC, kReport + 1);
    const int errors = ::fcntl(side.errors, F_DUPFD_CLOEXEC, kReport + 1);
    const int report = ::fcntl(side.report, F_DUPFD_CLOEXEC, kReport + 1);
    ::dup2(null, STDIN_FILENO); // without close-on-exec
    ::dup2(output, STDOUT_FILENO);
    ::dup2(errors, STDERR_FILENO);
    ::dup3(report, kReport, O_CLOEXEC);
    ::syscall(SYS_close_range, kReport + 1, ~0U, 0U);
    if (side.directory != nullptr && ::chdir(side.directory) != 0) {
        report_and_end(kReport, Failure::Step::directory);
    }
    ::execve(side.program, side.arguments, side.environment);
    report_and_end(kReport, Failure::Step::program);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
    std::vector<char*> out;
    out.reserve(texts.size() + 1);
    for (const std::string& text : texts) {
        out.push_back(const_cast<char*>(text.c_str()));
    }
    out.push_back(nullptr);
    return out;
}

/// Returns once the child runs the program, or has failed to.
Result<void> wait_for_exec(const Pipe& report, pid_t pid, const SpawnOptions& options) {
    Failure failure{};
    ssize_t count = -1;
    do {
        count = ::read(report.read.get(), &failure, sizeof failure);
    } while (count < 0 && errno == EINTR);
    if (count != static_cast<ssize_t>(sizeof failure)) {
        return {};
    }
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return fail(Error::from_errno(failure.error, failure.step == Failure::Step::directory
                                                     ? "entering " + options.work_directory.string()
                                                     : "running " + options.program));
}

} // namespace

Result<Spawned> spawn(const SpawnOptions& options) {
    auto output = make_pipe();
    auto errors = make_pipe();
    auto report = make_pipe();
    for (const auto* const pipe : {&output, &errors, &report}) {
        if (!*pipe) {
            return fail(pipe->error());
        }
    }
    const Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (null.get() < 0) {
        return fail(Error::from_errno(errno, "opening /dev/null"));
    }
    std::vector<std::string> environment;
    environment.reserve(options.environment.size());
    for (const auto& [name, value] : options.environment) {
        environment.emplace_back(name).append("=").append(value);
    }
    const auto arguments = pointers(options.arguments);
    const auto variables = pointers(environment);
    const std::string directory = options.work_directory.string();
    const ChildSide side{.program = options.program.c_str(),
        .arguments = arguments.data(),
        .environment = variables.data(),
        .directory = directory.empty() ? nullptr : directory.c_str(),
        .null = null.get(),
        .output = output->write.get(),
        .errors = errors->write.get(),
        .report = report->write.get(),
        .parent = ::getpid()};
    // Until the child has handlers of its own, a signal of it would be told to us as one of ours.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    const pid_t pid = ::fork();
    if (pid == 0) {
        become(side);
    }
    const int error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) {
        return fail(Error::from_errno(error, "starting a process"));
    }
    ::setpgid(pid, pid); // whoever is first: it may be told to stop at once
    for (Pipe* const pipe : {&*output, &*errors, &*report}) {
        pipe->write = Descriptor();
    }
    if (auto running = wait_for_exec(*report, pid, options); !running) {
        return fail(std::move(running).error());
    }
    for (const Pipe* const pipe : {&*output, &*errors}) {
        ::fcntl(pipe->read.get(), F_SETFL, O_NONBLOCK);
    }
    return Spawned{.pid = pid, .output = output->read.release(), .errors = errors->read.release()};
}

std::string describe_end(int wait_status) {
    if (!WIFSIGNALED(wait_status)) {
        return "exited with status " + std::to_string(WEXITSTATUS(wait_status));
    }
    const int signal = WTERMSIG(wait_status);
    const char* const name = ::sigdescr_np(signal);
    return "was killed by signal " + std::to_string(signal) +
           (name != nullptr ? " (" + std::string(name) + ")" : std::string());
}

} // namespace plex_tuner::fleet
