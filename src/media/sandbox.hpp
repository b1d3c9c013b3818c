// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>

namespace plex_tuner::media {

/// Memory a worker may take beyond what it has when its sandbox closes.
inline constexpr std::size_t kSandboxMemory = 384 * 1024 * 1024;
/// CPU time after which a worker is killed. A segment takes milliseconds: this ends endless loops
/// that go on writing, and with them a worker that has been well for weeks.
inline constexpr unsigned kSandboxCpuSeconds = 1'800;

/// Shuts the calling process, which must have one thread, off from everything but reading
/// descriptor 0, writing descriptor 1 and memory: no files, no network, no other processes, no new
/// privileges. It dies with the thread that started it. Needs no privileges itself. An error says
/// what the system does not have; the process must not look at untrusted bytes then.
[[nodiscard]] Result<void> enter_sandbox();

/// Only the last step: every system call but those few now kills the process (seccomp(2)).
[[nodiscard]] Result<void> allow_only_pipe_and_memory();

} // namespace plex_tuner::media
