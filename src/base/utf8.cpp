// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/utf8.hpp>

#include <array>
#include <cstring>

namespace plex_tuner::utf8 {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

/// Length of the well-formed sequence at the start of `bytes` (not empty), 0 when there is none.
[[nodiscard]] std::size_t sequence_length(std::string_view bytes) noexcept {
    const auto at = [&](std::size_t i) {
        return static_cast<std::uint8_t>(bytes[i]);
    };
    const std::uint8_t lead = at(0);
    if (lead < 0x80) {
        return 1;
    }
    std::size_t length = 0;
    std::uint8_t second_low = 0x80;
    std::uint8_t second_high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        length = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        length = 3;
        second_low = lead == 0xE0 ? 0xA0 : 0x80;
        second_high = lead == 0xED ? 0x9F : 0xBF;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        length = 4;
        second_low = lead == 0xF0 ? 0x90 : 0x80;
        second_high = lead == 0xF4 ? 0x8F : 0xBF;
    } else {
        return 0;
    }
    if (bytes.size() < length || at(1) < second_low || at(1) > second_high) {
        return 0;
    }
    for (std::size_t i = 2; i < length; ++i) {
        if ((at(i) & 0xC0U) != 0x80) {
            return 0;
        }
    }
    return length;
}

/// Most text is ASCII, which needs no look at each byte.
[[nodiscard]] bool is_ascii(std::string_view bytes) noexcept {
    std::uint64_t seen = 0;
    const auto see = [&](std::size_t at, auto word) {
        std::memcpy(&word, bytes.data() + at, sizeof word);
        seen |= word;
    };
    const std::size_t size = bytes.size();
    if (size >= 8) {
        for (std::size_t at = 0; at + 8 < size; at += 8) {
            see(at, std::uint64_t{});
        }
        see(size - 8, std::uint64_t{}); // overlaps the one before
    } else if (size >= 4) {
        see(0, std::uint32_t{});
        see(size - 4, std::uint32_t{});
    } else if (size > 0) {
        see(0, std::uint8_t{});
        see(size / 2, std::uint8_t{});
        see(size - 1, std::uint8_t{});
    }
    return (seen & 0x8080'8080'8080'8080) == 0;
}

} // namespace

bool is_valid(std::string_view bytes) noexcept {
    if (is_ascii(bytes)) {
        return true;
    }
    while (!bytes.empty()) {
        const std::size_t length = sequence_length(bytes);
        if (length == 0) {
            return false;
        }
        bytes.remove_prefix(length);
    }
    return true;
}

std::string from_unknown(std::string_view bytes) {
    if (is_valid(bytes)) {
        return std::string(bytes);
    }
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    for (const char c : bytes) {
        append(out, windows_1252(static_cast<std::uint8_t>(c)));
    }
    return out;
}

std::string repaired(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 4);
    while (!bytes.empty()) {
        const std::size_t length = sequence_length(bytes);
        if (length == 0) {
            append(out, windows_1252(static_cast<std::uint8_t>(bytes.front())));
        } else {
            out += bytes.substr(0, length);
        }
        bytes.remove_prefix(length == 0 ? 1 : length);
    }
    return out;
}

void append(std::string& out, char32_t code_point) {
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        code_point = kReplacement;
    }
    const auto push = [&](char32_t byte) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(byte)));
    };
    if (code_point < 0x80) {
        push(code_point);
    } else if (code_point < 0x800) {
        push(0xC0 | (code_point >> 6));
        push(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        push(0xE0 | (code_point >> 12));
        push(0x80 | ((code_point >> 6) & 0x3F));
        push(0x80 | (code_point & 0x3F));
    } else {
        push(0xF0 | (code_point >> 18));
        push(0x80 | ((code_point >> 12) & 0x3F));
        push(0x80 | ((code_point >> 6) & 0x3F));
        push(0x80 | (code_point & 0x3F));
    }
}

char32_t take(std::string_view& bytes) noexcept {
    const std::size_t length = sequence_length(bytes);
    const auto at = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<std::uint8_t>(bytes[i]));
    };
    char32_t code_point = kReplacement;
    if (length == 1) {
        code_point = at(0);
    } else if (length > 1) {
        code_point = at(0) & (0x7FU >> length);
        for (std::size_t i = 1; i < length; ++i) {
            code_point = (code_point << 6) | (at(i) & 0x3F);
        }
    }
    bytes.remove_prefix(length == 0 ? 1 : length);
    return code_point;
}

char32_t windows_1252(std::uint8_t byte) noexcept {
    // 0x80..0x9F; everything else is Latin-1, that is, its own code point.
    static constexpr std::array<char16_t, 32> kHigh = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E,
        0x2026, 0x2020, 0x2021,                                         //
        0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, //
        0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, //
        0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
    if (byte >= 0x80 && byte <= 0x9F) {
        return kHigh[byte - 0x80U];
    }
    return byte;
}

std::string_view truncate(std::string_view text, std::size_t max_bytes) noexcept {
    if (text.size() <= max_bytes) {
        return text;
    }
    std::size_t end = max_bytes;
    // A sequence has at most three continuation bytes; more of them is not UTF-8 and is cut
    // plainly.
    while (
        end > 0 && max_bytes - end < 4 && (static_cast<std::uint8_t>(text[end]) & 0xC0U) == 0x80) {
        --end;
    }
    return text.substr(0, max_bytes - end < 4 ? end : max_bytes);
}

} // namespace plex_tuner::utf8
