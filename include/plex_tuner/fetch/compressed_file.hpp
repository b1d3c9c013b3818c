// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// Decompression chosen by magic bytes, never by name: gzip (RFC 1952: 1F 8B 08, several members,
/// up to 1 MiB of padding behind the last one ignored), xz (FD 37 7A 58 5A 00), anything else
/// passes unchanged. What is inside is looked at once more: gzip in gzip is seen in the wild; at
/// most two layers. Pure: no I/O, no threads. After an error every later call of next() returns
/// that error.
///
/// A few bytes can stand for gigabytes, so the output is fetched in pieces: feed(), next() until
/// wants_input(), feed() …, end(), next() until ended().
class Decompressor {
public:
    /// Output beyond `max_output` bytes, of either layer, is a too_large error: compression bombs
    /// end there.
    explicit Decompressor(std::uint64_t max_output);
    ~Decompressor();
    Decompressor(Decompressor&&) noexcept;
    Decompressor& operator=(Decompressor&&) noexcept;

    /// Gives it more input, which must live until wants_input(). Only when that is true.
    void feed(std::string_view in) noexcept;
    /// There is no more input. Only when wants_input() is true.
    void end() noexcept;
    /// The next decoded bytes, valid until the next call, at most kMaxPiece. May be empty although
    /// there is more: no call works for long. Any chunking of the input gives the same output. An
    /// incomplete stream is a parse error ("the gzip data ends in the middle").
    [[nodiscard]] Result<std::string_view> next();

    /// True at first, and when next() has made all it can of the input.
    [[nodiscard]] bool wants_input() const noexcept;
    /// True when next() has returned everything, after end().
    [[nodiscard]] bool ended() const noexcept;
    /// True once the magic of gzip or xz was seen.
    [[nodiscard]] bool is_compressed() const noexcept;

    static constexpr std::size_t kMaxPiece = std::size_t{64} * 1024;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads a file, decompressing by magic, in chunks of up to Decompressor::kMaxPiece bytes.
/// Blocking; one thread at a time. Errors name the file.
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
