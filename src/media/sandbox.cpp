// SPDX-License-Identifier: GPL-3.0-or-later
#include "sandbox.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <thread>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

/// AddressSanitizer and its like reserve terabytes of address space.
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define PT_RESERVES_ADDRESS_SPACE 1
#endif
#endif
#ifdef PT_RESERVES_ADDRESS_SPACE
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif

[[nodiscard]] Result<void> close_descriptors() {
    constexpr unsigned kFirst = STDERR_FILENO + 1;
    if (::syscall(SYS_close_range, kFirst, ~0U, 0U) == 0) {
        return {};
    }
    // A kernel before 5.9.
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return fail(Error::from_errno(errno, "closing descriptors"));
    }
    constexpr rlim_t kMost = 1 << 20;
    for (rlim_t i = kFirst; i < std::min(limit.rlim_cur, kMost); ++i) {
        ::close(static_cast<int>(i));
    }
    return {};
}

/// The address space in use, bytes.
[[nodiscard]] Result<std::size_t> mapped_memory() {
    std::FILE* const file = std::fopen("/proc/self/statm", "re");
    unsigned long pages = 0;
    const bool read = file != nullptr && std::fscanf(file, "%lu", &pages) == 1;
    if (file != nullptr) {
        std::fclose(file);
    }
    if (!read) {
        return fail(ErrorCode::io, "reading /proc/self/statm");
    }
    return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

[[nodiscard]] bool set_limit(__rlimit_resource_t resource, rlim_t most) {
    rlimit limit{};
    if (::getrlimit(resource, &limit) != 0) {
        return false;
    }
    limit.rlim_max = std::min(limit.rlim_max, most);
    limit.rlim_cur = limit.rlim_max;
    return ::setrlimit(resource, &limit) == 0;
}

[[nodiscard]] Result<void> limit_resources(const SandboxLimits& limits) {
    const auto mapped = mapped_memory();
    if (!mapped) {
        return fail(mapped.error());
    }
    // Threads count as processes of the user there; that none becomes one is seen to elsewhere.
    const bool limited = (limits.cpu_seconds == 0 || set_limit(RLIMIT_CPU, limits.cpu_seconds)) &&
                         set_limit(RLIMIT_CORE, 0) && set_limit(RLIMIT_FSIZE, 0) &&
                         (limits.threads || set_limit(RLIMIT_NPROC, 0)) &&
                         set_limit(RLIMIT_NOFILE, 0) &&
                         (!kLimitMemory || set_limit(RLIMIT_AS, *mapped + limits.memory));
    return limited ? Result<void>{} : fail(Error::from_errno(errno, "setting resource limits"));
}

} // namespace

Result<void> enter_sandbox(const SandboxLimits& limits) {
    // What the C library reads from files when it is first needed is read now.
    ::tzset();
    if (limits.threads) {
        std::thread([] {}).join();
    }
    if (auto closed = close_descriptors(); !closed) {
        return closed;
    }
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return fail(Error::from_errno(errno, "giving up privileges"));
    }
    if (auto limited = limit_resources(limits); !limited) {
        return limited;
    }
    return allow_only_pipe_and_memory(limits.threads);
}

} // namespace plex_tuner::media
