// SPDX-License-Identifier: GPL-3.0-or-later
#include "foreign_body.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/utf8.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

namespace plex_tuner::provider {
namespace {

constexpr std::size_t kQuotedBytes = 80;

struct Magic {
    std::string_view bytes;
    std::string_view what;
};

constexpr std::array<Magic, 8> kMagics = {
    {{"\x1F\x8B", "gzip data"}, {{"\xFD\x37zXZ\0", 6}, "xz data"}, {"PK\x03\x04", "a ZIP archive"},
        {"\x28\xB5\x2F\xFD", "zstd data"}, {"BZh", "bzip2 data"}, {"\xFF\xFE", "UTF-16 text"},
        {"\xFE\xFF", "UTF-16 text"}, {"%PDF", "a PDF document"}}};

} // namespace

std::string_view magic_kind(std::string_view first_bytes) noexcept {
    for (const Magic& magic : kMagics) {
        if (first_bytes.starts_with(magic.bytes)) {
            return magic.what;
        }
    }
    return {};
}

std::string_view markup_kind(std::string_view text) noexcept {
    if (ascii::icontains(text, "<html") || ascii::istarts_with(text, "<!doctype html") ||
        ascii::icontains(text, "<head") || ascii::icontains(text, "<body")) {
        return "an HTML page";
    }
    if (ascii::icontains(text, "<tv>") || ascii::icontains(text, "<tv ") ||
        ascii::icontains(text, "<!doctype tv")) {
        return "an XMLTV guide";
    }
    return ascii::istarts_with(text, "<?xml") ? "an XML document" : "markup";
}

bool is_binary(std::string_view text) noexcept {
    return std::ranges::any_of(
        text, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 && !ascii::is_space(c); });
}

std::string quoted_start(std::string_view text) {
    std::string start = redact_text(utf8::from_unknown(text.substr(0, 8 * kQuotedBytes)));
    start.resize(utf8::truncate(start, kQuotedBytes).size());
    std::ranges::replace_if(
        start, [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == '\x7F'; }, ' ');
    return start;
}

} // namespace plex_tuner::provider
