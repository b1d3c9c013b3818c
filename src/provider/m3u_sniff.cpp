// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/redact.hpp>
#include <plex_tuner/base/utf8.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace plex_tuner::provider {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::size_t kQuotedBytes = 80;
constexpr std::size_t kTsPacketBytes = 188;

struct Magic {
    std::string_view bytes;
    std::string_view what;
};

constexpr std::array<Magic, 8> kMagics = {
    {{"\x1F\x8B", "gzip data"}, {{"\xFD\x37zXZ\0", 6}, "xz data"}, {"PK\x03\x04", "a ZIP archive"},
        {"\x28\xB5\x2F\xFD", "zstd data"}, {"BZh", "bzip2 data"}, {"\xFF\xFE", "UTF-16 text"},
        {"\xFE\xFF", "UTF-16 text"}, {"%PDF", "a PDF document"}}};

std::unexpected<Error> instead(std::string_view what) {
    return fail(ErrorCode::parse, "not a channel list but " + std::string(what));
}

std::string_view markup(std::string_view text) {
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

bool opens_json(std::string_view text) {
    if (text.front() != '{' && text.front() != '[') {
        return false;
    }
    const std::string_view inside = ascii::trim(text.substr(1));
    return inside.empty() ||
           std::string_view("\"{[]}-0123456789").find(inside.front()) != std::string_view::npos;
}

/// Control characters but for white space, which text has no use for.
bool is_binary(std::string_view text) {
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

} // namespace

Result<void> looks_like_m3u(std::string_view first_bytes) {
    for (const Magic& magic : kMagics) {
        if (first_bytes.starts_with(magic.bytes)) {
            return instead(magic.what);
        }
    }
    if (first_bytes.size() > kTsPacketBytes && first_bytes[0] == 'G' &&
        first_bytes[kTsPacketBytes] == 'G' && is_binary(first_bytes)) {
        return instead("a video stream");
    }
    if (first_bytes.starts_with(kBom)) {
        first_bytes.remove_prefix(kBom.size());
    }
    const std::string_view text = ascii::trim(first_bytes);
    if (text.empty()) {
        return fail(ErrorCode::empty_body, "the channel list is empty");
    }
    if (text.front() == '<') {
        return instead(markup(text));
    }
    if (opens_json(text)) {
        return instead("JSON");
    }
    if (ascii::istarts_with(text, "[playlist]")) {
        return instead("a PLS playlist");
    }
    if (ascii::icontains(text, "#EXT-X-TARGETDURATION") ||
        ascii::icontains(text, "#EXT-X-STREAM-INF")) {
        return instead("an HLS playlist, which is a single stream");
    }
    if (text.front() == '#' || ascii::icontains(text, "#EXTINF") || ascii::icontains(text, "://")) {
        return {};
    }
    if (is_binary(text)) {
        return instead("binary data");
    }
    return instead("plain text: \"" + quoted_start(text) + "\"");
}

} // namespace plex_tuner::provider
