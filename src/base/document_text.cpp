// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <cstdint>

namespace plex_tuner {
namespace {

[[nodiscard]] std::string_view markup_entity(char c) noexcept {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;"; // &apos; is not known to HTML 4
    case '\r':
        return "&#13;"; // a bare CR would be read as LF (XML 1.0 section 2.11)
    default:
        return {};
    }
}

/// Bytes of a forbidden character at the start of `text` (XML 1.0 section 2.2), 0 when allowed.
[[nodiscard]] std::size_t forbidden_length(std::string_view text) noexcept {
    const auto byte = static_cast<std::uint8_t>(text.front());
    if (byte < 0x20) {
        return byte == '\t' || byte == '\n' || byte == '\r' ? 0 : 1;
    }
    return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF") ? 3 : 0;
}

void append_markup(std::string& out, std::string_view text) {
    std::size_t plain_begin = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::string_view entity = markup_entity(text[i]);
        const std::size_t dropped = entity.empty() ? forbidden_length(text.substr(i)) : 1;
        if (dropped == 0) {
            ++i;
            continue;
        }
        out.append(text.substr(plain_begin, i - plain_begin));
        out.append(entity);
        i += dropped;
        plain_begin = i;
    }
    out.append(text.substr(plain_begin));
}

void append_json_character(std::string& out, char c) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    switch (c) {
    case '"':
        out += "\\\"";
        return;
    case '\\':
        out += "\\\\";
        return;
    case '\n':
        out += "\\n";
        return;
    case '\r':
        out += "\\r";
        return;
    case '\t':
        out += "\\t";
        return;
    default:
        break;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    if (byte < 0x20) {
        out += "\\u00";
        out.push_back(kDigits[byte >> 4U]);
        out.push_back(kDigits[byte & 0xFU]);
        return;
    }
    out.push_back(c);
}

} // namespace

void append_xml(std::string& out, std::string_view text) {
    append_markup(out, text);
}

std::string xml_escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_markup(out, text);
    return out;
}

void append_json_string(std::string& out, std::string_view text) {
    std::string repaired;
    if (!utf8::is_valid(text)) {
        repaired = utf8::from_unknown(text);
        text = repaired;
    }
    out.push_back('"');
    for (const char c : text) {
        append_json_character(out, c);
    }
    out.push_back('"');
}

std::string json_quoted(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 2);
    append_json_string(out, text);
    return out;
}

void append_html(std::string& out, std::string_view text) {
    append_markup(out, text);
}

} // namespace plex_tuner
