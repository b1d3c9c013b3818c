// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// Push decompression chosen by magic bytes, never by name: gzip (RFC 1952: 1F 8B 08, several
/// members, padding behind the last one ignored), xz (FD 37 7A 58 5A 00), anything else passes
/// unchanged. What is inside is looked at once more: gzip in gzip is seen in the wild; at most two
/// layers. Pure: no I/O, no threads. After an error every later call returns that error.
class Decompressor {
public:
    /// Output beyond `max_output` bytes is a too_large error: compression bombs end there.
    explicit Decompressor(std::uint64_t max_output);
    ~Decompressor();
    Decompressor(Decompressor&&) noexcept;
    Decompressor& operator=(Decompressor&&) noexcept;

    /// Appends decoded bytes to `out`. Any chunking gives the same output.
    [[nodiscard]] Result<void> feed(std::string_view in, std::string& out);
    /// End of input: an incomplete stream is a parse error ("the gzip data ends in the middle").
    [[nodiscard]] Result<void> finish(std::string& out);
    /// True once the magic of gzip or xz was seen.
    [[nodiscard]] bool is_compressed() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads a file, decompressing by magic, in chunks of up to 256 KiB of decoded bytes. Blocking; one
/// thread at a time. Errors name the file.
class CompressedFileReader {
public:
    [[nodiscard]] static Result<CompressedFileReader> open(
        const std::filesystem::path& path, std::uint64_t max_output);

    CompressedFileReader(CompressedFileReader&&) noexcept;
    CompressedFileReader& operator=(CompressedFileReader&&) noexcept;
    ~CompressedFileReader();

    /// The next bytes, valid until the next call; empty at the end of the file.
    [[nodiscard]] Result<std::string_view> read();

private:
    CompressedFileReader() = default;
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace plex_tuner::fetch
