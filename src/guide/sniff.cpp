// SPDX-License-Identifier: GPL-3.0-or-later
#include "sniff.hpp"

#include "text_decoder.hpp"
#include "xml_repair.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kLookAt = std::size_t{16} * 1024;
constexpr std::size_t kMaxQuotedName = 40;
constexpr std::array<std::string_view, 16> kHtmlNames{"html", "head", "body", "script", "style",
    "meta", "title", "div", "span", "p", "a", "b", "br", "center", "h1", "pre"};

[[nodiscard]] bool is_name_byte(char c) noexcept {
    return ascii::is_alnum(c) || c == '-' || c == '_' || c == ':' || c == '.';
}

[[nodiscard]] std::string_view name_at_start(std::string_view text) {
    const auto* const end = std::ranges::find_if_not(text, is_name_byte);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

[[nodiscard]] Error html_error() {
    return {ErrorCode::parse, "this is an HTML page, not an XMLTV guide"};
}

[[nodiscard]] Result<void> check_text(std::string_view text) {
    text = ascii::trim(text);
    if (text.empty()) {
        return fail(ErrorCode::empty_body, "the guide is empty");
    }
    if (ascii::istarts_with(text, "<!doctype html")) {
        return fail(html_error());
    }
    if (text.starts_with("PK\x03\x04")) {
        return fail(ErrorCode::unsupported,
            "this is a ZIP archive; give the address of plain XMLTV, .gz or .xz");
    }
    // It removes what may stand before the root element.
    XmlRepair repair;
    text = ascii::trim(repair.feed(text));
    if (text.empty()) {
        return {}; // all of it does; the parser will see
    }
    if (text.starts_with('<')) {
        const std::string_view name = name_at_start(text.substr(1));
        const bool cut_off = name.size() + 1 == text.size();
        if (name == "tv" || (cut_off && std::string_view("tv").starts_with(name))) {
            return {};
        }
        return fail(wrong_root_error(name));
    }
    if (ascii::istarts_with(text, "#EXTM3U")) {
        return fail(ErrorCode::parse, "this is an M3U playlist, not an XMLTV guide");
    }
    if (text.starts_with('{') || text.starts_with('[')) {
        return fail(ErrorCode::parse, "this is JSON, not an XMLTV guide");
    }
    return fail(ErrorCode::parse, "this is not XML");
}

} // namespace

Error wrong_root_error(std::string_view name) {
    if (std::ranges::any_of(
            kHtmlNames, [name](std::string_view known) { return ascii::iequals(known, name); })) {
        return html_error();
    }
    std::string shown;
    for (const char c : name.substr(0, kMaxQuotedName)) {
        shown += is_name_byte(c) ? c : '?';
    }
    return {ErrorCode::parse,
        "this is not an XMLTV guide: its root element is <" + shown + ">, not <tv>"};
}

Result<void> looks_like_xmltv(std::string_view first_bytes) {
    TextDecoder decoder;
    auto decoded = decoder.feed(first_bytes.substr(0, kLookAt));
    if (!decoded) {
        return fail(std::move(decoded).error());
    }
    const std::string text(*decoded);
    auto rest = decoder.finish();
    if (!rest) {
        return fail(std::move(rest).error());
    }
    return check_text(text.empty() ? *rest : text);
}

} // namespace plex_tuner::guide
