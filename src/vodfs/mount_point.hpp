// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/log/logger.hpp>

#include <filesystem>

namespace plex_tuner::vodfs {

/// Makes the directory if need be, and takes away what a mount of ours that died left there
/// ("Transport endpoint is not connected"). invalid_argument: a living one is there, or it is no
/// directory.
[[nodiscard]] Result<void> prepare_mount_point(
    const std::filesystem::path& directory, const log::Logger& logger);

/// Absolute, as mountinfo has it; without looking at what is mounted there, which may be dead.
[[nodiscard]] std::filesystem::path without_links(const std::filesystem::path& directory);

/// Whether a mount of ours is at that very directory, dead or alive.
[[nodiscard]] bool is_mounted(const std::filesystem::path& directory);

/// Whoever uses it. As root by the kernel, else by fusermount3.
void unmount_lazily(const std::filesystem::path& directory);

} // namespace plex_tuner::vodfs
