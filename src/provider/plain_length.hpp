// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace plex_tuner::provider {

inline constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
inline constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

/// The high bit of each byte of `word` that is less than `limit` (at most 128), right up to and
/// including the lowest such byte; above it there may be false ones.
[[nodiscard]] constexpr std::uint64_t bytes_below(std::uint64_t word, std::uint64_t limit) {
    return (word - kOnes * limit) & ~word & kHighBits;
}

[[nodiscard]] constexpr std::uint64_t bytes_equal(std::uint64_t word, char c) {
    return bytes_below(word ^ (kOnes * static_cast<unsigned char>(c)), 1);
}

[[nodiscard]] constexpr bool is_plain(char c) {
    return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
}

/// How many bytes stand for themselves inside a JSON text: no quote, no backslash, no control
/// character. Most of a panel's answer goes through here, eight bytes at a time.
[[nodiscard]] inline std::size_t plain_length(
    const char* const begin, const char* const end) noexcept {
    static_assert(std::endian::native == std::endian::little);
    const char* next = begin;
    while (end - next >= 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, next, sizeof(word));
        const std::uint64_t special =
            bytes_equal(word, '"') | bytes_equal(word, '\\') | bytes_below(word, 0x20);
        if (special != 0) {
            return static_cast<std::size_t>(next - begin) +
                   static_cast<std::size_t>(std::countr_zero(special)) / 8;
        }
        next += 8;
    }
    while (next != end && is_plain(*next)) {
        ++next;
    }
    return static_cast<std::size_t>(next - begin);
}

} // namespace plex_tuner::provider
