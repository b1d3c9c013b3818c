// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_integer.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::config {

std::optional<std::int64_t> parse_integer(
    std::string_view text, std::int64_t low, std::int64_t high) {
    text = ascii::trim(text);
    if (text.size() > 1 && text.front() == '+' && ascii::is_digit(text[1])) {
        text.remove_prefix(1);
    }
    const auto value = ascii::parse_integer<std::int64_t>(text);
    return value && *value >= low && *value <= high ? value : std::nullopt;
}

} // namespace plex_tuner::config
