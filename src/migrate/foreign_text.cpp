// SPDX-License-Identifier: GPL-3.0-or-later
#include "foreign_text.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>

namespace plex_tuner::migrate {

namespace {

[[nodiscard]] bool is_control(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7F';
}

} // namespace

bool is_one_line(std::string_view text) noexcept {
    return std::ranges::none_of(text, is_control);
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_pair = text[i] == '\xC2' && i + 1 < text.size() &&
                             (static_cast<unsigned char>(text[i + 1]) & 0xE0U) == 0x80;
        out.push_back(is_pair || is_control(text[i]) ? '?' : text[i]);
        i += is_pair ? 1 : 0;
    }
    return out;
}

bool is_chosen(std::string_view text) noexcept {
    const std::string_view trimmed = ascii::trim(text);
    return !trimmed.empty() && trimmed != "-";
}

std::string plain_text(std::string_view text) {
    std::string out(text);
    std::ranges::replace_if(out, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    return is_chosen(out) ? std::string(ascii::trim(out)) : std::string();
}

} // namespace plex_tuner::migrate
