// SPDX-License-Identifier: GPL-3.0-or-later
// How much is asked for at once, and how far ahead of its reader a download may be. Pure.
#pragma once

#include "block_map.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace plex_tuner::vodfs {

/// Reads in a row of so many bytes are a way through the file.
inline constexpr std::uint64_t kSequentialRun = std::uint64_t{384} << 10;
/// Of a file nobody has read in a row: enough for what a container has at its head.
inline constexpr std::uint64_t kHeadWindow = std::uint64_t{256} << 10;
/// So near its end a file is fetched to its end.
inline constexpr std::uint64_t kTailWindow = std::uint64_t{512} << 10;
/// From here on one request goes on to the end of the file, as long as it is read.
inline constexpr std::uint64_t kOpenEndedRun = std::uint64_t{4} << 20;
inline constexpr std::uint64_t kMaxAhead = std::uint64_t{32} << 20;
/// A download so little before a wanted byte is waited for rather than another one begun.
inline constexpr std::uint64_t kCatchUp = std::uint64_t{1} << 20;

/// What is HLS only grows from its beginning: a read farther behind what has been made is not
/// waited for.
inline constexpr std::uint64_t kTitleReach = std::uint64_t{64} << 20;

/// How far ahead of a reader that has read `run` bytes in a row bytes are fetched.
[[nodiscard]] constexpr std::uint64_t ahead_of(std::uint64_t run) noexcept {
    return run < kSequentialRun ? 0 : std::min(2 * run, kMaxAhead);
}

/// The same for whoever has read `run` bytes in a row, and comes by what lies between, too. (The
/// kernel asks for more than it has got yet.)
[[nodiscard]] constexpr std::uint64_t catch_up_of(std::uint64_t run) noexcept {
    return std::max(ahead_of(run), kCatchUp);
}

/// Where a request from `begin` on for a reader of bytes up to `wanted` ends; none: at the end of
/// the file, whatever its size.
[[nodiscard]] constexpr std::optional<std::uint64_t> request_end(std::uint64_t begin,
    std::uint64_t wanted, std::uint64_t run, std::optional<std::uint64_t> size) noexcept {
    if (run >= kOpenEndedRun) {
        return size;
    }
    std::uint64_t end = std::max(wanted, begin + ahead_of(run));
    if (begin == 0) {
        end = std::max(end, kHeadWindow);
    }
    end = (end + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
    return size && end + kTailWindow >= *size ? *size : end;
}

} // namespace plex_tuner::vodfs
