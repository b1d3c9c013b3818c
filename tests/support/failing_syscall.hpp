// SPDX-License-Identifier: GPL-3.0-or-later
// What the kernel answers when something is exhausted or not supported, without exhausting it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <thread>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace plex_tuner::testing {

/// Runs `work` on a thread for which the system call `number` fails with `error`, except on the
/// standard streams (its first argument is a descriptor).
template <class Work>
void with_failing_syscall(long number, int error, const Work& work) {
    bool installed = false;
    std::thread([&] {
        const auto call = static_cast<std::uint32_t>(number);
        std::array<sock_filter, 6> filter = {{
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
            BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, STDERR_FILENO, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<std::uint32_t>(error)),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        }};
        const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
        installed = ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                    ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
        if (installed) {
            work();
        }
    }).join();
    if (!installed) {
        throw std::runtime_error("seccomp filters are not allowed here");
    }
}

} // namespace plex_tuner::testing
