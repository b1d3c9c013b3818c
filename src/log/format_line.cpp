// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/log/stderr_sink.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace plex_tuner::log {
namespace {

constexpr std::string_view kCut = "...";
constexpr std::size_t kLevelWidth = 5;
constexpr std::array<std::string_view, 4> kFixedMembers = {"time", "level", "module", "message"};

/// Valid UTF-8 of bounded length, whatever the value was made of.
[[nodiscard]] std::string bounded(std::string_view value) {
    const bool cut = value.size() > kMaxValueBytes;
    std::string out = utf8::from_unknown(cut ? utf8::truncate(value, kMaxValueBytes) : value);
    if (cut) {
        out += kCut;
    }
    return out;
}

[[nodiscard]] bool is_control(char c) noexcept {
    const auto byte = static_cast<std::uint8_t>(c);
    return byte < 0x20 || byte == 0x7F;
}

void append_escaped(std::string& out, std::string_view text, bool quoted) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (const char c : text) {
        if (c == '\n') {
            out += "\\n";
        } else if (c == '\r') {
            out += "\\r";
        } else if (c == '\t') {
            out += "\\t";
        } else if (is_control(c)) {
            const auto byte = static_cast<std::uint8_t>(c);
            out += "\\x";
            out.push_back(kDigits[byte >> 4U]);
            out.push_back(kDigits[byte & 0xFU]);
        } else {
            if (quoted && (c == '"' || c == '\\')) {
                out.push_back('\\');
            }
            out.push_back(c);
        }
    }
}

void append_text_value(std::string& out, const Field& field) {
    const std::string value = bounded(field.value);
    const bool quoted = value.empty() || std::ranges::any_of(value, [](char c) {
        return c == ' ' || c == '"' || c == '=' || is_control(c);
    });
    out += quoted ? "\"" : "";
    append_escaped(out, value, quoted);
    out += quoted ? "\"" : "";
}

void append_json_field(std::string& out, const Field& field) {
    std::string key(field.key);
    if (std::ranges::find(kFixedMembers, field.key) != kFixedMembers.end()) {
        key += '_';
    }
    out.push_back(',');
    append_json_string(out, key);
    out.push_back(':');
    if (field.is_number) {
        out += field.value;
    } else {
        append_json_string(out, bounded(field.value));
    }
}

template <class Visit>
void for_each_field(const Record& record, const Visit& visit) {
    for (const Field& field : record.context) {
        const bool replaced = std::ranges::any_of(
            record.fields, [&](const Field& newer) { return newer.key == field.key; });
        if (!replaced) {
            visit(field);
        }
    }
    std::ranges::for_each(record.fields, visit);
}

[[nodiscard]] std::string text_line(const Record& record) {
    std::string out(to_string(record.level));
    out.append(out.size() < kLevelWidth ? kLevelWidth - out.size() : 0, ' ');
    out.push_back(' ');
    append_escaped(out, record.module, false);
    out.push_back(' ');
    append_escaped(out, bounded(record.message), false);
    for_each_field(record, [&](const Field& field) {
        out.push_back(' ');
        append_escaped(out, field.key, false);
        out.push_back('=');
        append_text_value(out, field);
    });
    return out;
}

[[nodiscard]] std::string json_line(const Record& record) {
    std::string out = "{\"level\":";
    append_json_string(out, to_string(record.level));
    out += ",\"module\":";
    append_json_string(out, record.module);
    out += ",\"message\":";
    append_json_string(out, bounded(record.message));
    for_each_field(record, [&](const Field& field) { append_json_field(out, field); });
    out.push_back('}');
    return out;
}

} // namespace

std::string_view to_string(Level level) noexcept {
    switch (level) {
    case Level::debug:
        return "debug";
    case Level::info:
        return "info";
    case Level::warn:
        return "warn";
    case Level::error:
        return "error";
    }
    return "error";
}

std::string format_line(const Record& record, Format format) {
    return format == Format::json ? json_line(record) : text_line(record);
}

} // namespace plex_tuner::log
