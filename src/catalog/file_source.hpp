// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>

namespace plex_tuner::catalog {

/// A file as zero-terminated stretches of bytes through one buffer, for a parser that looks at
/// bytes itself. Reading stops early, as if the file ended, after an I/O error, at a zero byte, and
/// when the parser has taken more than kMaxCatalogText bytes without progress(): so a parser that
/// collects a token before it hands it out cannot be made to hold the whole file.
class FileSource {
public:
    /// So many bytes from end() on can be looked at; the first is 0.
    static constexpr std::size_t kPadding = 8;

    [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(
        const std::filesystem::path& path);
    ~FileSource();
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    /// Where the bytes at hand begin; *begin() is 0 before the first more().
    [[nodiscard]] const char* begin() const noexcept { return buffer_.get(); }

    /// Behind the last byte at hand.
    [[nodiscard]] const char* end() const noexcept { return end_; }

    /// The next bytes, when all at hand are taken: begin(), or end() when there are none.
    [[nodiscard]] const char* more() noexcept;

    /// The parser has handed something out.
    void progress() noexcept { progress_ = true; }

    /// The place in the file of a byte at hand, or of end().
    [[nodiscard]] std::uint64_t offset_of(const char* at) const noexcept {
        return buffer_start_ + static_cast<std::uint64_t>(at - buffer_.get());
    }

    /// No bytes will come after those at hand.
    [[nodiscard]] bool ended() const noexcept { return ended_; }

    [[nodiscard]] bool over_limit() const noexcept { return over_limit_; }

    /// Where a zero byte ended the reading: blocks of zeros are what a crash leaves of a file that
    /// was being written, and the parser takes the first for the end of the text.
    [[nodiscard]] std::optional<std::uint64_t> nul_byte() const noexcept { return nul_byte_; }

    /// errno of a failed read.
    [[nodiscard]] std::optional<int> io_error() const noexcept { return io_error_; }

private:
    explicit FileSource(int fd);

    /// Bytes read, as many as the buffer holds unless the file ends before.
    [[nodiscard]] std::size_t fill() noexcept;

    int fd_;
    std::unique_ptr<char[]> buffer_;
    const char* end_;
    std::uint64_t buffer_start_ = 0;
    std::uint64_t without_progress_ = 0; ///< bytes of whole buffers
    bool progress_ = false;
    bool ended_ = false;
    bool over_limit_ = false;
    std::optional<std::uint64_t> nul_byte_;
    std::optional<int> io_error_;
};

} // namespace plex_tuner::catalog
