// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_words.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/script.hpp>

namespace plex_tuner::lineup {
namespace {

[[nodiscard]] bool is_of_a_word(char c) {
    return ascii::is_alnum(c) || c == '+' || c == '&' || static_cast<unsigned char>(c) >= 0x80;
}

} // namespace

std::string channel_words(std::initializer_list<std::string_view> texts) {
    std::string words = " ";
    for (const std::string_view text : texts) {
        for (const char c : folded(text)) {
            if (is_of_a_word(c)) {
                words.push_back(ascii::to_upper(c));
            } else if (words.back() != ' ') {
                words.push_back(' ');
            }
        }
        if (words.back() != ' ') {
            words.push_back(' ');
        }
    }
    return words;
}

WordPattern::WordPattern(std::string_view pattern) {
    const bool open_before = pattern.starts_with('*');
    const bool open_behind = pattern.ends_with('*');
    needle_ = channel_words({pattern});
    if (open_behind && needle_.ends_with(' ')) {
        needle_.pop_back();
    }
    if (open_before) {
        needle_.erase(0, 1);
    }
}

std::string_view WordPattern::text() const noexcept {
    return ascii::trim(needle_);
}

} // namespace plex_tuner::lineup
