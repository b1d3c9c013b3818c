// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace plex_tuner {

/// Writes a file so that readers and crashes see the old content or the new, never a part: a
/// temporary file in the same directory, fsync, rename, fsync of the directory. Destroying it
/// without commit() removes the temporary file and leaves the target alone. A target that is a
/// symbolic link keeps the link and gets the new content behind it. Not thread-safe.
class AtomicFile {
public:
    /// Creates missing parent directories. `mode` are the permission bits of the final file.
    [[nodiscard]] static Result<AtomicFile> create(
        const std::filesystem::path& target, unsigned mode = 0644);

    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&& other) noexcept;
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    /// Buffered; an error of an earlier write is reported by the next call or by commit().
    [[nodiscard]] Result<void> write(std::string_view bytes);
    /// Replaces bytes already accepted; the range must lie within size().
    [[nodiscard]] Result<void> overwrite(std::uint64_t offset, std::string_view bytes);
    /// Forgets everything accepted after the first `size` bytes; at most size().
    [[nodiscard]] Result<void> truncate(std::uint64_t size);
    /// Publishes what was written. After an error the target is as before and the temporary file is
    /// gone; after success or error nothing more can be written.
    [[nodiscard]] Result<void> commit();

    /// Bytes accepted so far.
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    [[nodiscard]] const std::filesystem::path& target() const noexcept { return target_; }

    /// Removes temporary files that a killed process left beside `target`; those of living writers,
    /// told by their lock on the file, stay.
    static void remove_leftovers(const std::filesystem::path& target) noexcept;
    /// The same for every file of `directory`.
    static void remove_leftovers_in(const std::filesystem::path& directory) noexcept;

private:
    AtomicFile() = default;
    [[nodiscard]] Result<void> flush();
    void discard() noexcept;

    int fd_ = -1;
    std::filesystem::path target_;
    std::filesystem::path temporary_;
    std::string buffer_;
    std::uint64_t size_ = 0;
    std::optional<Error> failure_;
};

/// The whole file, or an error that names it. Files above `max_bytes` are refused (too_large).
[[nodiscard]] Result<std::string> read_file(
    const std::filesystem::path& path, std::size_t max_bytes);

} // namespace plex_tuner
