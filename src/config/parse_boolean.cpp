// SPDX-License-Identifier: GPL-3.0-or-later
#include "parse_boolean.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::config {

std::optional<bool> parse_boolean(std::string_view text) {
    static constexpr std::array<std::string_view, 4> kTrue = {"1", "true", "yes", "on"};
    static constexpr std::array<std::string_view, 4> kFalse = {"0", "false", "no", "off"};
    const std::string_view word = ascii::trim(text);
    const auto is_word = [&](std::string_view known) {
        return ascii::iequals(known, word);
    };
    if (std::ranges::any_of(kTrue, is_word)) {
        return true;
    }
    if (std::ranges::any_of(kFalse, is_word)) {
        return false;
    }
    return std::nullopt;
}

} // namespace plex_tuner::config
