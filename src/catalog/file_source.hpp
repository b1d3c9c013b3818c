// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

namespace plex_tuner::catalog {

/// A file as a sequence of bytes for a parser, through one buffer. After an I/O error it reads as
/// if the file ended there.
class FileSource {
public:
    [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(
        const std::filesystem::path& path);
    ~FileSource();
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    /// The bytes at hand, at least one unless the file ends; valid until the next skip().
    [[nodiscard]] std::string_view peek() noexcept {
        if (next_ == end_) {
            refill();
        }
        return {next_, static_cast<std::size_t>(end_ - next_)};
    }

    /// `count` is at most peek().size().
    void skip(std::size_t count) noexcept { next_ += count; }

    /// Bytes skipped so far.
    [[nodiscard]] std::uint64_t position() const noexcept {
        return buffer_start_ + static_cast<std::uint64_t>(next_ - buffer_.get());
    }

    /// errno of a failed read.
    [[nodiscard]] std::optional<int> io_error() const noexcept { return io_error_; }

private:
    explicit FileSource(int fd);
    void refill() noexcept;

    int fd_;
    std::unique_ptr<char[]> buffer_;
    const char* next_;
    const char* end_;
    std::uint64_t buffer_start_ = 0;
    bool ended_ = false;
    std::optional<int> io_error_;
};

} // namespace plex_tuner::catalog
