// SPDX-License-Identifier: GPL-3.0-or-later
#include "sniff.hpp"

#include "text_decoder.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace plex_tuner::guide {
namespace {

constexpr std::size_t kLookAt = std::size_t{16} * 1024;
constexpr std::size_t kMaxQuotedName = 40;
constexpr std::array<std::string_view, 8> kHtmlNames{
    "html", "head", "body", "script", "meta", "title", "div", "p"};

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

/// Drops one comment, instruction or document type from the front; everything when it is cut off.
void skip_prologue(std::string_view& text) {
    std::string_view closer = ">";
    if (text.starts_with("<!--")) {
        closer = "-->";
    } else if (text.starts_with("<?")) {
        closer = "?>";
    } else if (const auto bracket = text.find('['); bracket < text.find('>')) {
        closer = "]>";
    }
    const auto end = text.find(closer);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + closer.size());
}

[[nodiscard]] Result<void> check_text(std::string_view text) {
    text = ascii::trim(text);
    while (text.starts_with("<!") || text.starts_with("<?")) {
        if (ascii::istarts_with(text, "<!doctype")) {
            const std::string_view root = name_at_start(ascii::trim(text.substr(9)));
            if (ascii::iequals(root, "html")) {
                return fail(html_error());
            }
        }
        skip_prologue(text);
        text = ascii::trim(text);
        if (text.empty()) {
            return {}; // a long prologue; the parser will see
        }
    }
    if (text.empty()) {
        return fail(ErrorCode::empty_body, "the guide is empty");
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
    if (text.starts_with("PK\x03\x04")) {
        return fail(ErrorCode::unsupported,
            "this is a ZIP archive; give the address of plain XMLTV, .gz or .xz");
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
