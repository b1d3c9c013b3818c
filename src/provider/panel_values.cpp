// SPDX-License-Identifier: GPL-3.0-or-later
#include "panel_values.hpp"

#include "m3u_text.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>

namespace plex_tuner::provider {
namespace {

constexpr std::int64_t kFirstYear = 1880;
constexpr std::int64_t kLastYear = 2100;
constexpr std::size_t kYearDigits = 4;
constexpr std::size_t kMaxExtensionBytes = 8;
constexpr std::size_t kMaxCodeDigits = 4;

/// Printable ASCII only: without an exit from the loop many bytes are looked at together.
bool is_simple(std::string_view text) noexcept {
    bool other = false;
    for (const char c : text) {
        other |= static_cast<std::uint8_t>(c - ' ') > '~' - ' ';
    }
    return !other;
}

std::size_t digits_at(std::string_view text, std::size_t at) noexcept {
    std::size_t count = 0;
    while (at + count < text.size() && ascii::is_digit(text[at + count])) {
        ++count;
    }
    return count;
}

std::int32_t as_year(std::string_view digits) noexcept {
    const auto year = ascii::parse_integer<std::int32_t>(digits);
    return year && *year >= kFirstYear && *year <= kLastYear ? *year : 0;
}

/// The number behind `letter` at `at`; moves `at` behind it.
std::optional<std::int32_t> code_number(
    std::string_view title, std::size_t& at, char letter) noexcept {
    if (at >= title.size() || ascii::to_lower(title[at]) != letter) {
        return std::nullopt;
    }
    const std::size_t digits = digits_at(title, at + 1);
    if (digits == 0 || digits > kMaxCodeDigits) {
        return std::nullopt;
    }
    const auto number = ascii::parse_integer<std::int32_t>(title.substr(at + 1, digits));
    at += 1 + digits;
    return number;
}

} // namespace

void tidy(std::string& text) {
    if (is_simple(text)) {
        const std::string_view trimmed = ascii::trim(text);
        if (trimmed.size() != text.size()) {
            text = std::string(trimmed);
        }
        return;
    }
    text = clean_text(utf8::is_valid(text) ? std::string_view(text) : utf8::from_unknown(text));
}

bool tidy_id(std::string& id) {
    tidy(id);
    return !id.empty() && id.size() <= kMaxIdBytes;
}

bool is_yes(std::string_view text) noexcept {
    const std::string_view word = ascii::trim(text);
    return word == "1" || ascii::iequals(word, "true") || ascii::iequals(word, "yes");
}

std::optional<std::int64_t> count_of(std::string_view text, std::int64_t most) noexcept {
    std::string_view number = ascii::trim(text);
    if (const std::size_t dot = number.find('.');
        dot != std::string_view::npos &&
        number.find_first_not_of('0', dot + 1) == std::string_view::npos) {
        number = number.substr(0, dot);
    }
    const auto count = ascii::parse_integer<std::int64_t>(number);
    return count && *count >= 0 && *count <= most ? count : std::nullopt;
}

std::int64_t epoch_of(std::string_view text) noexcept {
    constexpr std::int64_t kYear9999 = 253402300799;
    return count_of(text, kYear9999).value_or(0);
}

void tidy_extension(std::string& text) {
    const std::string_view trimmed = ascii::trim(text);
    const std::string_view bare = trimmed.starts_with('.') ? trimmed.substr(1) : trimmed;
    text = bare.size() <= kMaxExtensionBytes && std::ranges::all_of(bare, ascii::is_alnum)
               ? ascii::lower(bare)
               : std::string();
}

std::int32_t year_of_date(std::string_view date) noexcept {
    for (std::size_t at = 0; at < date.size(); ++at) {
        const std::size_t digits = digits_at(date, at);
        if (digits == kYearDigits) {
            if (const std::int32_t year = as_year(date.substr(at, digits)); year != 0) {
                return year;
            }
        }
        at += digits;
    }
    return 0;
}

std::int32_t year_in_name(std::string_view name) noexcept {
    for (std::size_t close = name.rfind(')'); close != std::string_view::npos && close != 0;
        close = name.rfind(')', close - 1)) {
        if (close > kYearDigits && name[close - kYearDigits - 1] == '(') {
            const std::string_view digits = name.substr(close - kYearDigits, kYearDigits);
            if (const std::int32_t year = as_year(digits); year != 0) {
                return year;
            }
        }
    }
    return 0;
}

std::optional<EpisodeCode> episode_code(std::string_view title) noexcept {
    for (std::size_t start = 0; start < title.size(); ++start) {
        if (start > 0 && ascii::is_alnum(title[start - 1])) {
            continue;
        }
        std::size_t at = start;
        const auto season = code_number(title, at, 's');
        const auto episode = season ? code_number(title, at, 'e') : std::nullopt;
        if (episode && (at == title.size() || !ascii::is_alnum(title[at]))) {
            return EpisodeCode{.season = *season, .episode = *episode};
        }
    }
    return std::nullopt;
}

} // namespace plex_tuner::provider
