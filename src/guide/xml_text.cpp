// SPDX-License-Identifier: GPL-3.0-or-later
#include "xml_text.hpp"

#include "byte_scan.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <array>
#include <cstdint>

namespace plex_tuner::guide {
namespace {

constexpr std::string_view kMisread = "\xC3\xAF\xC2\xBF\xC2\xBD"; // U+FFFD read as Latin-1
constexpr char32_t kReplacement = 0xFFFD;

/// Bytes append_text looks at: markup, controls, and the lead bytes of the characters it changes
/// (C2: C1 controls; EF: U+FFFD to U+FFFF).
constexpr ByteSet make_special(bool in_attribute) {
    ByteSet set{};
    for (unsigned byte = 0; byte < 0x20; ++byte) {
        set[byte] = in_attribute || (byte != '\t' && byte != '\n');
    }
    for (const unsigned char byte : {'&', '<', '>'}) {
        set[byte] = true;
    }
    set['"'] = in_attribute;
    set[0xC2] = set[0xEF] = true;
    return set;
}

constexpr ByteSet kTextSpecial = make_special(false);
constexpr ByteSet kAttributeSpecial = make_special(true);

[[nodiscard]] std::size_t find_special(
    std::string_view text, std::size_t at, const ByteSet& set) noexcept {
    return scan_to(text, at, set, [](ByteBlock block) {
        return (block < 0x20) | (block == 0xC2) | (block == 0xEF) | (block == '&') |
               (block == '<') | (block == '>') | (block == '"');
    });
}

/// Appends a character of two or three bytes that may not be written as it is; returns its length.
[[nodiscard]] std::size_t append_unusual(std::string& out, std::string_view rest) {
    const auto second = rest.size() > 1 ? static_cast<unsigned char>(rest[1]) : 0U;
    if (rest[0] == '\xC2') {
        const char32_t meant =
            second < 0xA0 ? utf8::windows_1252(static_cast<std::uint8_t>(second)) : second;
        utf8::append(out, meant == kReplacement ? U'?' : meant);
        return 2;
    }
    if (rest.starts_with("\xEF\xBF\xBD")) {
        out += '?';
    } else if (!rest.starts_with("\xEF\xBF\xBE") && !rest.starts_with("\xEF\xBF\xBF")) {
        out += rest.substr(0, 3);
    }
    return 3;
}

void append_escaped(std::string& out, std::string_view text, const ByteSet& special) {
    std::size_t at = 0;
    while (true) {
        const std::size_t stop = find_special(text, at, special);
        out.append(text, at, stop - at);
        if (stop >= text.size()) {
            return;
        }
        at = stop + 1;
        switch (text[stop]) {
        case '&':
            out += "&amp;";
            break;
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '"':
            out += "&quot;";
            break;
        case '\t':
        case '\n':
        case '\r':
            out += ' ';
            break;
        case '\xC2':
        case '\xEF':
            at = stop + append_unusual(out, text.substr(stop));
            break;
        default: // a control byte: forbidden
            break;
        }
        if (at > text.size()) {
            return;
        }
    }
}

/// Bytes of the white space or invisible character at the start of `text`, 0 for any other.
[[nodiscard]] std::size_t blank_length(std::string_view text) noexcept {
    if (ascii::is_space(text.front())) {
        return 1;
    }
    constexpr std::array<std::string_view, 8> kBlanks{
        "\u00A0", "\u1680", "\u2028", "\u2029", "\u202F", "\u205F", "\u3000", "\uFEFF"};
    for (const std::string_view blank : kBlanks) {
        if (text.starts_with(blank)) {
            return blank.size();
        }
    }
    // U+2000 to U+200F: spaces of several widths, joiners and direction marks.
    if (text.size() >= 3 && text.starts_with("\xE2\x80") &&
        static_cast<unsigned char>(text[2]) < 0x90) {
        return 3;
    }
    return 0;
}

[[nodiscard]] bool is_blank(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t length = blank_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

void mend_misread(std::string& out, std::size_t begin) {
    for (auto at = out.find(kMisread, begin); at != std::string::npos;
        at = out.find(kMisread, at)) {
        out.replace(at, kMisread.size(), "?");
    }
}

} // namespace

void append_text(std::string& out, std::string_view text) {
    append_escaped(out, text, kTextSpecial);
}

void append_attribute(std::string& out, std::string_view text) {
    const std::size_t begin = out.size();
    append_escaped(out, text, kAttributeSpecial);
    mend_misread(out, begin);
}

bool end_text(std::string& out, std::size_t begin) {
    while (out.size() > begin && ascii::is_space(out.back())) {
        out.pop_back();
    }
    std::size_t first = begin;
    while (first < out.size() && ascii::is_space(out[first])) {
        ++first;
    }
    if (first != begin) {
        out.erase(begin, first - begin);
    }
    const std::string_view text = std::string_view(out).substr(begin);
    if (text.empty() || (static_cast<unsigned char>(text.front()) >= 0x80 && is_blank(text))) {
        out.resize(begin);
        return false;
    }
    mend_misread(out, begin);
    return true;
}

} // namespace plex_tuner::guide
