// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::guide {

/// Reads parts of a file by their place. Blocks on the disk; not thread-safe.
class SliceReader {
public:
    [[nodiscard]] static Result<SliceReader> open(const std::filesystem::path& file);
    SliceReader(SliceReader&& other) noexcept;
    SliceReader& operator=(SliceReader&&) = delete;
    SliceReader(const SliceReader&) = delete;
    SliceReader& operator=(const SliceReader&) = delete;
    ~SliceReader();

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// Calls `take` with the bytes of [begin, begin + bytes) in pieces, until it fails. A file that
    /// ends before is an error.
    [[nodiscard]] Result<void> read(std::uint64_t begin, std::uint64_t bytes,
        const std::function<Result<void>(std::string_view)>& take);

private:
    SliceReader(int descriptor, std::filesystem::path file, std::uint64_t size)
        : descriptor_(descriptor), file_(std::move(file)), size_(size) {}

    int descriptor_;
    std::filesystem::path file_;
    std::uint64_t size_;
    std::string buffer_;
};

} // namespace plex_tuner::guide
