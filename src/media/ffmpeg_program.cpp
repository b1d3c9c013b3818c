// SPDX-License-Identifier: GPL-3.0-or-later
#include "spawn.hpp"
#include "worker_process.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/media/ffmpeg_program.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

using Clock = std::chrono::steady_clock;

/// Lists of encoders have some 15 KiB.
constexpr std::size_t kMaxAnswer = std::size_t{1} << 20;
constexpr std::string_view kVersion = "ffmpeg version ";
/// Ends the legend in a list of encoders.
constexpr std::string_view kLegendEnd = " ------";

/// What comes until the end of the file, or of the time.
[[nodiscard]] Result<std::string> read_all(int descriptor, Clock::time_point until) {
    std::string text;
    std::array<char, 16 * 1024> buffer{};
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
        pollfd wait{.fd = descriptor, .events = POLLIN, .revents = 0};
        const int ready = left > 0 ? ::poll(&wait, 1, static_cast<int>(left)) : 0;
        if (ready == 0) {
            return fail(ErrorCode::timeout, "");
        }
        const ssize_t got = ready > 0 ? ::read(descriptor, buffer.data(), buffer.size()) : -1;
        if (got == 0) {
            return text;
        }
        if (got < 0 && errno != EINTR) {
            return fail(Error::from_errno(errno, "reading what it says"));
        }
        if (got > 0) {
            text.append(buffer.data(), static_cast<std::size_t>(got));
        }
        if (text.size() > kMaxAnswer) {
            return fail(ErrorCode::too_large, "");
        }
    }
}

/// Waits for the process, which has closed its output: it is over, or will be at once.
[[nodiscard]] int collect(pid_t pid, Clock::time_point until) {
    constexpr int kStepMs = 2;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (Clock::now() >= until) {
            ::kill(-pid, SIGKILL);
            while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
            }
            return status;
        }
        (void)::poll(nullptr, 0, kStepMs);
    }
    return status;
}

/// What the program prints; an error is a sentence about it.
[[nodiscard]] Result<std::string> ask(
    const FfmpegProgram& program, const char* option, std::chrono::milliseconds limit) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        return fail(Error::from_errno(errno, "making a pipe"));
    }
    const std::vector<std::string> command{program.path, "-hide_banner", option};
    const auto pid =
        spawn({.command = command, .environment = program.environment, .output = ends[1]});
    ::close(ends[1]);
    if (!pid) {
        ::close(ends[0]);
        return fail(pid.error());
    }
    const auto until = Clock::now() + limit;
    auto text = read_all(ends[0], until);
    ::close(ends[0]);
    if (!text) {
        ::kill(-*pid, SIGKILL);
    }
    const int status = collect(*pid, until);
    const std::string asked = program.path + " " + option + " ";
    if (!text) {
        return fail(text.error().code(),
            text.error().code() == ErrorCode::timeout
                ? asked + "did not answer within " + std::to_string(limit.count()) + " ms"
            : text.error().code() == ErrorCode::too_large ? asked + "said more than any ffmpeg does"
                                                          : asked + text.error().message());
    }
    if (status != 0) {
        return fail(ErrorCode::unavailable, asked + describe_exit(status));
    }
    return text;
}

} // namespace

std::vector<std::string> parse_encoders(std::string_view listing) {
    std::vector<std::string> names;
    bool is_legend = true;
    while (!listing.empty()) {
        const std::size_t end = std::min(listing.find('\n'), listing.size());
        std::string_view line = listing.substr(0, end);
        listing.remove_prefix(std::min(end + 1, listing.size()));
        if (is_legend) {
            is_legend = ascii::trim(line) != ascii::trim(kLegendEnd);
            continue;
        }
        // " V....D libx264              libx264 H.264 …"
        line = ascii::trim(line);
        line.remove_prefix(std::min(line.find(' '), line.size()));
        line = ascii::trim(line);
        if (const std::string_view name = line.substr(0, line.find(' ')); !name.empty()) {
            names.emplace_back(name);
        }
    }
    std::ranges::sort(names);
    return names;
}

FfmpegProgram inspect_ffmpeg(
    std::string path, std::vector<std::string> environment, std::chrono::milliseconds limit) {
    FfmpegProgram program{.path = std::move(path), .environment = std::move(environment)};
    const auto version = ask(program, "-version", limit);
    if (!version) {
        program.problem = version.error().message();
        return program;
    }
    if (!version->starts_with(kVersion)) {
        program.problem = program.path + " is no ffmpeg: it does not say its version";
        return program;
    }
    program.version = version->substr(
        kVersion.size(), version->find_first_of(" \n", kVersion.size()) - kVersion.size());
    const auto encoders = ask(program, "-encoders", limit);
    if (!encoders) {
        program.problem = encoders.error().message();
        return program;
    }
    program.encoders = parse_encoders(*encoders);
    if (program.encoders.empty()) {
        program.problem = program.path + " names no encoder";
    }
    return program;
}

} // namespace plex_tuner::media
