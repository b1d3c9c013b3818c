// SPDX-License-Identifier: GPL-3.0-or-later
// The seccomp filter of sandbox.hpp: a classic BPF program that the kernel runs on each system
// call.
#include "sandbox.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace plex_tuner::media {
namespace {

#if defined(__x86_64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr std::uint32_t kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "The sandbox knows the system calls of x86-64 and arm64 only"
#endif

/// A condition on the low half of an argument: (argument & mask) == value. That half is all there
/// is to descriptors, protections and flags: the kernel takes them as int.
struct ArgumentRule {
    unsigned index = 0;
    std::uint32_t mask = 0;
    std::uint32_t value = 0;
};

constexpr std::uint32_t kWhole = ~0U;
constexpr std::array kDescriptor0{ArgumentRule{0, kWhole, STDIN_FILENO}};
constexpr std::array kDescriptor1{ArgumentRule{0, kWhole, STDOUT_FILENO}};
constexpr std::array kAnonymousNoCode{
    ArgumentRule{2, PROT_EXEC, 0}, ArgumentRule{3, MAP_ANONYMOUS, MAP_ANONYMOUS}};
constexpr std::array kNoCode{ArgumentRule{2, PROT_EXEC, 0}};
constexpr std::array kThread{ArgumentRule{0, CLONE_THREAD, CLONE_THREAD}};
constexpr std::array kThreadName{ArgumentRule{0, kWhole, PR_SET_NAME}};

struct Allowed {
    std::uint32_t call = 0;
    std::span<const ArgumentRule> rules = {};
    std::uint32_t verdict = SECCOMP_RET_ALLOW;
};

constexpr std::array kAllowed{
    Allowed{SYS_read, kDescriptor0},
    Allowed{SYS_write, kDescriptor1},
    // What malloc uses.
    Allowed{SYS_brk},
    Allowed{SYS_mmap, kAnonymousNoCode},
    Allowed{SYS_mprotect, kNoCode},
    Allowed{SYS_munmap},
    Allowed{SYS_mremap},
    Allowed{SYS_madvise},
    Allowed{SYS_futex},
    Allowed{SYS_clock_gettime},
    // Stopping and continuing (a debugger, the freezer) end in these.
    Allowed{SYS_rt_sigreturn},
    Allowed{SYS_restart_syscall},
    Allowed{SYS_exit},
    Allowed{SYS_exit_group},
};

constexpr std::array kAllowedForThreads{
    Allowed{SYS_clone, kThread},
    // Its flags lie in memory, where they cannot be looked at: the C library takes the older one.
    Allowed{SYS_clone3, {}, SECCOMP_RET_ERRNO | ENOSYS},
    Allowed{SYS_set_robust_list},
    Allowed{SYS_rseq},
    Allowed{SYS_rt_sigprocmask},
    Allowed{SYS_sched_getaffinity}, // how many of them are of use
    Allowed{SYS_sched_yield},
    Allowed{SYS_gettid},
    Allowed{SYS_prctl, kThreadName},
    // Whoever names a service in a rare alphabet has the C library look for a table of it.
    Allowed{SYS_openat, {}, SECCOMP_RET_ERRNO | EACCES},
};

constexpr std::uint32_t kLowHalf = 0; // both architectures are little-endian

[[nodiscard]] sock_filter statement(std::uint16_t code, std::uint32_t value) {
    return {code, 0, 0, value};
}

[[nodiscard]] sock_filter load(std::size_t offset) {
    return statement(BPF_LD | BPF_W | BPF_ABS, static_cast<std::uint32_t>(offset));
}

/// Goes on with the next instruction if the accumulator is `value`, else skips `otherwise` ones.
[[nodiscard]] sock_filter require(std::uint32_t value, std::size_t otherwise) {
    return {BPF_JMP | BPF_JEQ | BPF_K, 0, static_cast<std::uint8_t>(otherwise), value};
}

/// A block that decides on one call, and leaves the call's number loaded where it does not match.
void append(const Allowed& allowed, std::vector<sock_filter>& program) {
    constexpr std::size_t kPerRule = 3;
    const std::size_t body = allowed.rules.size() * kPerRule + 1;
    // Rules that are not met jump to the kill behind the block's allow.
    program.push_back(require(allowed.call, body + (allowed.rules.empty() ? 0 : 1)));
    std::size_t left = body;
    for (const ArgumentRule& rule : allowed.rules) {
        program.push_back(
            load(offsetof(seccomp_data, args) + rule.index * sizeof(std::uint64_t) + kLowHalf));
        program.push_back(statement(BPF_ALU | BPF_AND | BPF_K, rule.mask));
        left -= kPerRule;
        program.push_back(require(rule.value, left));
    }
    program.push_back(statement(BPF_RET | BPF_K, allowed.verdict));
    if (!allowed.rules.empty()) {
        program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    }
}

[[nodiscard]] std::vector<sock_filter> make_program(bool threads) {
    std::vector<sock_filter> program{
        load(offsetof(seccomp_data, arch)),
        // Numbers mean other calls elsewhere (32-bit, x32): not one of them is let through.
        require(kArchitecture, 1),
        statement(BPF_JMP | BPF_JA, 1),
        statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        load(offsetof(seccomp_data, nr)),
    };
    for (const Allowed& allowed : kAllowed) {
        append(allowed, program);
    }
    if (threads) {
        for (const Allowed& allowed : kAllowedForThreads) {
            append(allowed, program);
        }
    }
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
    return program;
}

} // namespace

Result<void> allow_only_pipe_and_memory(bool threads) {
    std::vector<sock_filter> program = make_program(threads);
    const sock_fprog description{static_cast<unsigned short>(program.size()), program.data()};
    if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &description, 0, 0) != 0) {
        return fail(Error::from_errno(errno, "setting the system call filter"));
    }
    return {};
}

} // namespace plex_tuner::media
