// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace plex_tuner::bench {

/// User and system CPU seconds so far, to the nanosecond.
[[nodiscard]] double cpu_seconds(pid_t pid);
/// A field of /proc/<pid>/status in MB: "VmRSS", "VmHWM".
[[nodiscard]] double memory_mb(pid_t pid, const std::string& field);

[[nodiscard]] double percentile(std::vector<double> values, double fraction);

} // namespace plex_tuner::bench
