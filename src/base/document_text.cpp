// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

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

/// `c` is one of those json_plain_length() stops at.
void append_json_escape(std::string& out, char c) {
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
    out += "\\u00";
    out.push_back(kDigits[byte >> 4U]);
    out.push_back(kDigits[byte & 0xFU]);
}

[[nodiscard]] bool is_json_plain(char c) noexcept {
    return static_cast<std::uint8_t>(c) >= 0x20 && c != '"' && c != '\\';
}

/// Sixteen bytes compared at once (vector extension of clang and gcc on every target).
using ByteBlock = std::uint8_t __attribute__((vector_size(16)));

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
    while (true) {
        const std::size_t plain = json_plain_length(text);
        out.append(text.substr(0, plain));
        if (plain == text.size()) {
            break;
        }
        append_json_escape(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out.push_back('"');
}

std::size_t json_plain_length(std::string_view text) noexcept {
    std::size_t at = 0;
    while (at + sizeof(ByteBlock) <= text.size()) {
        ByteBlock block;
        std::memcpy(&block, text.data() + at, sizeof block);
        const auto stops = (block < 0x20) | (block == '"') | (block == '\\');
        std::array<std::uint64_t, 2> halves{};
        static_assert(sizeof stops == sizeof halves);
        std::memcpy(halves.data(), &stops, sizeof halves);
        if ((halves[0] | halves[1]) != 0) {
            if constexpr (std::endian::native == std::endian::little) {
                const std::size_t half = halves[0] != 0 ? 0 : 1; // a stop sets all bits of its byte
                return at + 8 * half + static_cast<std::size_t>(std::countr_zero(halves[half])) / 8;
            }
            break; // somewhere in this block; the loop below finds it
        }
        at += sizeof block;
    }
    while (at < text.size() && is_json_plain(text[at])) {
        ++at;
    }
    return at;
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
