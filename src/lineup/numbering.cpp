// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbering.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/channel_table.hpp>

#include <optional>

namespace plex_tuner::lineup {

namespace {

// Kodi reads major and minor as unsigned integers; six digits hold every offset in use.
constexpr std::size_t kMaxPartDigits = 7;

std::optional<std::int64_t> part_value(std::string_view part) {
    if (part.empty() || part.size() > kMaxPartDigits) {
        return std::nullopt;
    }
    for (const char c : part) {
        if (!ascii::is_digit(c)) {
            return std::nullopt;
        }
    }
    return ascii::parse_integer<std::int64_t>(part);
}

/// "007" → "7", "5.1" kept, with the offset added to plain integers; empty when it is no number.
std::string canonical(std::string_view wanted, int offset) {
    const std::size_t dot = wanted.find('.');
    const auto major = part_value(wanted.substr(0, dot));
    if (!major || *major == 0) {
        return {};
    }
    if (dot == std::string_view::npos) {
        const std::int64_t number = *major + offset;
        return number > 0 ? std::to_string(number) : std::string{};
    }
    const std::string_view minor = wanted.substr(dot + 1);
    if (!part_value(minor)) {
        return {};
    }
    return std::to_string(*major) + "." + std::string(minor);
}

} // namespace

std::string canonical_number(std::string_view text) {
    return canonical(ascii::trim(text), 0);
}

std::string Numbering::claim(std::string_view wanted) {
    std::string number = canonical(ascii::trim(wanted), offset_);
    if (number.empty() || !taken_.insert(number).second) {
        return {};
    }
    return number;
}

std::string Numbering::next_free() {
    while (true) {
        const std::int64_t number = next_++ + offset_;
        if (number <= 0) {
            continue;
        }
        std::string text = std::to_string(number);
        if (taken_.insert(text).second) {
            return text;
        }
    }
}

} // namespace plex_tuner::lineup
