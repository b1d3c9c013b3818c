// SPDX-License-Identifier: GPL-3.0-or-later
#include "base64_text.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <cstdint>

namespace plex_tuner::provider {

namespace {

constexpr int kBitsOfDigit = 6;
constexpr int kBitsOfByte = 8;

std::optional<std::uint32_t> digit_of(char c) noexcept {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const std::size_t at = kDigits.find(c);
    return at == std::string_view::npos ? std::nullopt
                                        : std::optional(static_cast<std::uint32_t>(at));
}

} // namespace

std::optional<std::string> decode_base64(std::string_view text) {
    std::string_view digits = ascii::trim(text);
    for (int padding = 0; padding < 2 && digits.ends_with('='); ++padding) {
        digits.remove_suffix(1);
    }
    std::string out;
    std::uint32_t bits = 0;
    int count = 0;
    for (const char c : digits) {
        const auto digit = digit_of(c);
        if (!digit) {
            return std::nullopt;
        }
        bits = bits << kBitsOfDigit | *digit;
        count += kBitsOfDigit;
        if (count >= kBitsOfByte) {
            count -= kBitsOfByte;
            out.push_back(static_cast<char>(bits >> count & 0xFF));
        }
    }
    // What is left over is padding: less than a digit, and zero.
    const bool is_whole = count < kBitsOfDigit && (bits & ((1U << count) - 1)) == 0;
    return is_whole ? std::optional(std::move(out)) : std::nullopt;
}

} // namespace plex_tuner::provider
