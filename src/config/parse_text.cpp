// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <cstdint>

namespace plex_tuner::config {
namespace {

[[nodiscard]] bool has_control(std::string_view text) {
    return std::ranges::any_of(text, [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte < 0x20 || byte == 0x7F;
    });
}

[[nodiscard]] std::optional<std::string> one_line(std::string_view text) {
    if (text.size() > kMaxTextBytes || has_control(text) || !utf8::is_valid(text)) {
        return std::nullopt;
    }
    return std::string(text);
}

} // namespace

std::optional<std::string> parse_text(std::string_view text) {
    return one_line(ascii::trim(text));
}

std::optional<std::string> parse_secret_text(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r')) {
        text.remove_suffix(1);
    }
    return one_line(text);
}

std::optional<std::filesystem::path> parse_path(std::string_view text) {
    text = ascii::trim(text);
    if (text.size() > kMaxPathBytes || has_control(text)) {
        return std::nullopt;
    }
    return std::filesystem::path(text);
}

} // namespace plex_tuner::config
