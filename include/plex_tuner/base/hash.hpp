// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner {

/// A hash as texts name it: 16 lower-case hex digits.
[[nodiscard]] std::string hash_digits(std::uint64_t hash);

/// FNV-1a, 64 bit: stable over releases and machines, for ids and validators. Not for untrusted
/// hash-table keys and not for security.
class Fnv1a {
public:
    constexpr Fnv1a& add(std::string_view bytes) noexcept {
        for (const char c : bytes) {
            state_ = (state_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
        }
        return *this;
    }

    [[nodiscard]] constexpr std::uint64_t value() const noexcept { return state_; }

    /// 16 lower-case hex digits.
    [[nodiscard]] std::string hex() const { return hash_digits(state_); }

private:
    std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

} // namespace plex_tuner
