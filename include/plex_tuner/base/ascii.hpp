// SPDX-License-Identifier: GPL-3.0-or-later
// Locale-free helpers for protocol text, where only ASCII letters have case.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::ascii {

[[nodiscard]] constexpr bool is_space(char c) noexcept {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v';
}

[[nodiscard]] constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

[[nodiscard]] constexpr bool is_alpha(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

[[nodiscard]] constexpr bool is_alnum(char c) noexcept {
    return is_digit(c) || is_alpha(c);
}

[[nodiscard]] constexpr char to_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr char to_upper(char c) noexcept {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

[[nodiscard]] std::string_view trim(std::string_view text) noexcept;
[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] std::string upper(std::string_view text);
[[nodiscard]] bool iequals(std::string_view a, std::string_view b) noexcept;
[[nodiscard]] bool istarts_with(std::string_view text, std::string_view prefix) noexcept;
[[nodiscard]] bool iends_with(std::string_view text, std::string_view suffix) noexcept;
[[nodiscard]] bool icontains(std::string_view text, std::string_view needle) noexcept;
/// The whole of `text` against a pattern in which '*' stands for any text and '?' for one byte, in
/// any case.
[[nodiscard]] bool matches_pattern(std::string_view text, std::string_view pattern) noexcept;
/// Trimmed, non-empty parts.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text, char separator = ',');

/// The whole of `text` as a decimal number (or `base`), nothing else around it.
template <std::integral T>
[[nodiscard]] std::optional<T> parse_integer(std::string_view text, int base = 10) noexcept {
    T value{};
    const char* const begin = text.data(); // a range with its own end, no C string
    const char* const end = begin + text.size();
    const auto [stop, error] = std::from_chars(begin, end, value, base);
    if (error != std::errc{} || stop != end || text.empty()) {
        return std::nullopt;
    }
    return value;
}

} // namespace plex_tuner::ascii
