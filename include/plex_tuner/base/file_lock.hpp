// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <optional>

namespace plex_tuner {

/// An exclusive lock on a file that is there for nothing else, held until destroyed or the process
/// ends, however it ends. It belongs to the open file (flock), so it excludes threads of the same
/// process as well as processes of other pid namespaces that share the volume. The file stays.
class FileLock {
public:
    /// Empty when another has it. Creates the file; its directory must exist.
    [[nodiscard]] static Result<std::optional<FileLock>> try_lock(
        const std::filesystem::path& file);
    /// Blocks for the other; unavailable when it takes longer than `timeout`.
    [[nodiscard]] static Result<FileLock> lock(
        const std::filesystem::path& file, std::chrono::milliseconds timeout);

    FileLock(FileLock&& other) noexcept;
    FileLock& operator=(FileLock&& other) noexcept;
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;
    ~FileLock();

private:
    explicit FileLock(int fd) noexcept : fd_(fd) {}

    int fd_;
};

} // namespace plex_tuner
