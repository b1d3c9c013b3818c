// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>

namespace plex_tuner::media {

/// What a process may take in its sandbox.
struct SandboxLimits {
    /// Beyond what it has when the sandbox closes, bytes.
    std::size_t memory = 384 * 1024 * 1024;
    /// CPU time after which it is killed; 0: none. A segment takes milliseconds: this ends endless
    /// loops that go on writing, and with them a worker that has been well for weeks.
    unsigned cpu_seconds = 1'800;
    bool threads = false; ///< it may make some, but no process
};

/// Shuts the calling process, which must have one thread, off from everything but reading
/// descriptor 0, writing descriptor 1 and memory: no files, no network, no other processes, no new
/// privileges. It dies with the thread that started it. Needs no privileges itself. An error says
/// what the system does not have; the process must not look at untrusted bytes then.
[[nodiscard]] Result<void> enter_sandbox(const SandboxLimits& limits = {});

/// Only the last step: every system call but those few now kills the process (seccomp(2)).
[[nodiscard]] Result<void> allow_only_pipe_and_memory(bool threads);

} // namespace plex_tuner::media
