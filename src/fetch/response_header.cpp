// SPDX-License-Identifier: GPL-3.0-or-later
#include "response_header.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::fetch {

std::optional<std::string_view> find_header(
    const HeaderList& headers, std::string_view name) noexcept {
    for (const auto& [key, value] : headers) {
        if (ascii::iequals(key, name)) {
            return value;
        }
    }
    return std::nullopt;
}

std::optional<std::string_view> ResponseHead::header(std::string_view name) const noexcept {
    return find_header(headers, name);
}

Result<bool> ResponseHeader::add_line(std::string_view line) {
    if (complete_) {
        return false; // a trailer field
    }
    bytes_ += line.size();
    if (bytes_ > kMaxBytes) {
        return fail(ErrorCode::too_large, "the response header exceeds 256 KiB");
    }
    const std::string_view text = ascii::trim(line);
    if (text.empty()) {
        complete_ = status_ >= 200;
        return complete_;
    }
    if (text.starts_with("HTTP/") || text.starts_with("ICY ")) {
        fields_.clear();
        const std::size_t blank = text.find(' ');
        const std::string_view number =
            blank == std::string_view::npos ? "" : text.substr(blank + 1, 3);
        status_ = ascii::parse_integer<int>(number).value_or(0);
        return false;
    }
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        return false; // obsolete folding and garbage carry nothing we use
    }
    fields_.emplace_back(ascii::trim(text.substr(0, colon)), ascii::trim(text.substr(colon + 1)));
    return false;
}

std::optional<std::string_view> ResponseHeader::field(std::string_view name) const noexcept {
    return find_header(fields_, name);
}

std::string ResponseHeader::joined(std::string_view name) const {
    std::string all;
    for (const auto& [key, value] : fields_) {
        if (ascii::iequals(key, name)) {
            all.append(all.empty() ? "" : ", ").append(value);
        }
    }
    return all;
}

std::optional<std::uint64_t> ResponseHeader::content_length() const noexcept {
    const auto text = field("Content-Length");
    if (!text || field("Transfer-Encoding")) {
        return std::nullopt; // RFC 9112 section 6.3: chunked wins
    }
    return ascii::parse_integer<std::uint64_t>(*text);
}

} // namespace plex_tuner::fetch
