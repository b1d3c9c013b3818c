// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <optional>

namespace plex_tuner::catalog {

/// A file as a range of bytes for a parser that wants iterators, through one buffer. Reading stops
/// early, as if the file ended, after an I/O error and when the parser has taken more than
/// kMaxCatalogText bytes since the last mark(): so a parser that collects a token before it hands
/// it out cannot be made to hold the whole file.
class FileSource {
public:
    class Iterator;

    [[nodiscard]] static Result<std::unique_ptr<FileSource>> open(
        const std::filesystem::path& path);
    ~FileSource();
    FileSource(const FileSource&) = delete;
    FileSource& operator=(const FileSource&) = delete;

    [[nodiscard]] Iterator begin() noexcept;
    [[nodiscard]] Iterator end() noexcept;

    void mark() noexcept { mark_ = position(); }

    /// Bytes taken so far.
    [[nodiscard]] std::uint64_t position() const noexcept {
        return buffer_start_ + static_cast<std::uint64_t>(next_ - buffer_.get());
    }

    [[nodiscard]] bool at_end() const noexcept { return ended_ && next_ == end_; }

    [[nodiscard]] bool over_limit() const noexcept { return over_limit_; }

    /// Where a NUL byte ended the reading: blocks of zeros are what a crash leaves of a file that
    /// was being written, and the parser would take the first for the end of the text.
    [[nodiscard]] std::optional<std::uint64_t> nul_byte() const noexcept { return nul_byte_; }

    /// errno of a failed read.
    [[nodiscard]] std::optional<int> io_error() const noexcept { return io_error_; }

private:
    explicit FileSource(int fd);

    [[nodiscard]] bool has_more() noexcept { return next_ != end_ || refill(); }

    [[nodiscard]] bool refill() noexcept;

    int fd_;
    std::unique_ptr<char[]> buffer_;
    const char* next_;
    const char* end_;
    std::uint64_t buffer_start_ = 0;
    std::uint64_t mark_ = 0;
    bool ended_ = false;
    bool over_limit_ = false;
    std::optional<std::uint64_t> nul_byte_;
    std::optional<int> io_error_;
};

/// Input iterator: every copy advances the one source. Any comparison asks whether bytes are left.
class FileSource::Iterator {
public:
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char*;
    using reference = const char&;

    explicit Iterator(FileSource* source) noexcept : source_(source) {}

    reference operator*() const noexcept { return *source_->next_; }

    Iterator& operator++() noexcept {
        ++source_->next_;
        return *this;
    }

    friend bool operator==(const Iterator& a, const Iterator& b) noexcept {
        return !(a.source_ != nullptr ? a : b).source_->has_more();
    }

private:
    FileSource* source_;
};

inline FileSource::Iterator FileSource::begin() noexcept {
    return Iterator(this);
}

inline FileSource::Iterator FileSource::end() noexcept {
    return Iterator(this);
}

} // namespace plex_tuner::catalog
