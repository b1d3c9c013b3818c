// SPDX-License-Identifier: GPL-3.0-or-later
#include "m3u_attributes.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::provider {
namespace {

constexpr auto kNone = std::string_view::npos;
constexpr std::size_t kMaxNameBytes = 64;
/// Real lines have at most some thirty; what comes after so many is not looked at.
constexpr std::size_t kMaxAttributesPerLine = 256;

bool is_name_char(char c) {
    return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.';
}

bool has_control(std::string_view text) {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7F'; });
}

bool is_quote(char c) {
    return c == '"' || c == '\'';
}

/// Bytes of what some lists put between attributes instead of a blank: 0 when `text` begins with
/// something else.
std::size_t separator_length(std::string_view text) {
    constexpr std::string_view kNoBreakSpace = "\u00A0";
    if (text.starts_with(';') || text.starts_with('|')) {
        return 1;
    }
    return text.starts_with(kNoBreakSpace) ? kNoBreakSpace.size() : 0;
}

} // namespace

AttributeScanner::AttributeScanner(std::string_view text, Tail tail)
    : text_(text), name_follows_(tail == Tail::name_after_comma), last_comma_(text.rfind(',')) {}

bool AttributeScanner::next(Attribute& attribute) {
    while (at_ < text_.size()) {
        const char c = text_[at_];
        if (c == ',' && name_follows_ && !guide_attribute_starts_at(at_ + 1)) {
            name_ = ascii::trim(text_.substr(at_ + 1));
            at_ = text_.size();
            return false;
        }
        const std::string_view word = take_word();
        if (word.empty()) {
            at_ += at_ < text_.size() ? 1 : 0; // a blank, a separator, a stray quote or '='
            continue;
        }
        const std::size_t equals = skip_blanks(at_);
        if (equals == text_.size() || text_[equals] != '=') {
            continue; // a bare word
        }
        at_ = equals + 1;
        const std::string_view value = take_value();
        if (word.size() > kMaxNameBytes || has_control(word)) {
            continue;
        }
        if (++taken_ > kMaxAttributesPerLine) {
            const std::size_t comma = name_follows_ ? text_.find(',', at_) : kNone;
            name_ = comma == kNone ? std::string_view() : ascii::trim(text_.substr(comma + 1));
            at_ = text_.size();
            return false;
        }
        attribute = {word, ascii::trim(value)};
        return true;
    }
    return false;
}

std::size_t AttributeScanner::skip_blanks(std::size_t at) const noexcept {
    while (at < text_.size() && ascii::is_space(text_[at])) {
        ++at;
    }
    return at;
}

std::string_view AttributeScanner::take_word() noexcept {
    while (const std::size_t length = separator_length(text_.substr(at_))) {
        at_ += length;
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ascii::is_space(text_[at_]) && !is_quote(text_[at_]) &&
           text_[at_] != '=' && text_[at_] != ',') {
        ++at_;
    }
    return text_.substr(begin, at_ - begin);
}

std::string_view AttributeScanner::take_value() {
    if (const std::size_t quote = skip_blanks(at_);
        quote < text_.size() && is_quote(text_[quote])) {
        at_ = quote;
        return take_quoted_value();
    }
    const std::size_t begin = at_;
    while (at_ < text_.size() && !ascii::is_space(text_[at_]) &&
           !(name_follows_ && text_[at_] == ',')) {
        ++at_;
    }
    return text_.substr(begin, at_ - begin);
}

std::string_view AttributeScanner::take_quoted_value() {
    const char quote = text_[at_];
    const std::size_t begin = at_ + 1;
    for (std::size_t at = text_.find(quote, begin); at != kNone; at = text_.find(quote, at + 1)) {
        if (closes(at)) {
            if (swallows_the_name(begin, at)) {
                break;
            }
            at_ = at + 1;
            return text_.substr(begin, at - begin);
        }
        if (const std::size_t other = start_of_attribute_opened_by(begin, at); other != kNone) {
            at_ = other;
            return text_.substr(begin, other - begin);
        }
    }
    return take_unclosed_value(begin);
}

/// No quote closes it: the value ends where an unquoted one would, but may contain blanks before
/// the name.
std::string_view AttributeScanner::take_unclosed_value(std::size_t begin) {
    std::size_t end = begin;
    while (end < text_.size() && text_[end] != ',' &&
           (name_follows_ ? !(ascii::is_space(text_[end]) && attribute_starts_at(end + 1))
                          : !ascii::is_space(text_[end]))) {
        ++end;
    }
    at_ = end;
    return text_.substr(begin, end - begin);
}

std::size_t AttributeScanner::identifier_end(std::size_t at) const noexcept {
    const std::size_t limit = std::min(text_.size(), at + kMaxNameBytes);
    while (at < limit && is_name_char(text_[at])) {
        ++at;
    }
    return at;
}

bool AttributeScanner::attribute_starts_at(std::size_t at) const noexcept {
    const std::size_t end = identifier_end(at);
    return end > at && end < text_.size() && text_[end] == '=';
}

/// Some lists put a comma after the duration, or between attributes.
bool AttributeScanner::guide_attribute_starts_at(std::size_t at) const noexcept {
    constexpr std::array<std::string_view, 4> kStarts = {"tvg-", "group-title", "catchup", "radio"};
    const std::size_t begin = skip_blanks(at);
    const std::size_t end = identifier_end(begin);
    return end + 1 < text_.size() && text_[end] == '=' && is_quote(text_[end + 1]) &&
           std::ranges::any_of(kStarts, [this, begin](std::string_view start) {
               return ascii::istarts_with(text_.substr(begin), start);
           });
}

/// name=" after blanks, commas and separators.
bool AttributeScanner::quoted_attribute_follows(std::size_t at) const noexcept {
    while (at < text_.size()) {
        const std::size_t length =
            ascii::is_space(text_[at]) || text_[at] == ',' ? 1 : separator_length(text_.substr(at));
        if (length == 0) {
            break;
        }
        at += length;
    }
    const std::size_t end = identifier_end(at);
    return end > at && end + 1 < text_.size() && text_[end] == '=' && is_quote(text_[end + 1]);
}

/// The comma behind this quote belongs to the value when the next quote is the one that closes it,
/// as in tvg-name="The "Best", of" tvg-id="y".
bool AttributeScanner::value_goes_on_behind(std::size_t quote_at) const noexcept {
    const std::size_t next = text_.find(text_[quote_at], quote_at + 1);
    return next != kNone && text_[next - 1] != '=' && quoted_attribute_follows(next + 1);
}

/// A quote inside a value is followed by more of it ("The "Best" Channel", 'Bob's'): by something
/// other than a blank, or by a further quote before any '=' or ',' that would start something new.
bool AttributeScanner::closes(std::size_t quote_at) const noexcept {
    const std::size_t after = quote_at + 1;
    if (after == text_.size() || attribute_starts_at(after) || quoted_attribute_follows(after)) {
        return true;
    }
    if (text_[after] == ',') {
        return !value_goes_on_behind(quote_at);
    }
    if (!ascii::is_space(text_[after])) {
        return false;
    }
    const char quote = text_[quote_at];
    std::size_t next = after;
    while (
        next < text_.size() && text_[next] != quote && text_[next] != '=' && text_[next] != ',') {
        ++next;
    }
    return next == text_.size() || text_[next] != quote;
}

/// In logo="http://x/a.png group-title="News" the second quote opens another attribute: the first
/// value was never closed. kNone when the quote is not such a one.
std::size_t AttributeScanner::start_of_attribute_opened_by(
    std::size_t value_begin, std::size_t quote_at) const noexcept {
    if (quote_at == value_begin || text_[quote_at - 1] != '=') {
        return kNone;
    }
    std::size_t start = quote_at - 1;
    while (
        start > value_begin && is_name_char(text_[start - 1]) && quote_at - start < kMaxNameBytes) {
        --start;
    }
    const bool named = start < quote_at - 1 && ascii::is_alpha(text_[start]);
    return named && start > value_begin && ascii::is_space(text_[start - 1]) ? start : kNone;
}

/// The only commas of the line are inside the value and its quotes do not pair up: then the closing
/// quote belongs to the name, as in tvg-name="CNN,The "Best" News.
bool AttributeScanner::swallows_the_name(std::size_t value_begin, std::size_t quote_at) const {
    if (!name_follows_ || last_comma_ == kNone || last_comma_ > quote_at ||
        last_comma_ < value_begin) {
        return false;
    }
    return std::ranges::count(text_.substr(value_begin - 1), text_[quote_at]) % 2 != 0;
}

} // namespace plex_tuner::provider
