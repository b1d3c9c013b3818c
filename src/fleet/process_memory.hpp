// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <sys/types.h>

namespace plex_tuner::fleet {

/// The proportional set size (PSS) of a process: its memory, with what it shares divided by those
/// who share it, so that the children of one program can be added up. Nothing when it cannot be
/// seen.
[[nodiscard]] std::optional<std::uint64_t> pss_bytes(pid_t pid);

/// The same out of the text of /proc/<pid>/smaps_rollup.
[[nodiscard]] std::optional<std::uint64_t> pss_in_rollup(std::string_view text);

} // namespace plex_tuner::fleet
