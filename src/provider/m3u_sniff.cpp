// SPDX-License-Identifier: GPL-3.0-or-later
#include "foreign_body.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/provider/m3u_reader.hpp>

#include <string>

namespace plex_tuner::provider {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::size_t kTsPacketBytes = 188;

std::unexpected<Error> instead(std::string_view what) {
    return fail(ErrorCode::parse, "not a channel list but " + std::string(what));
}

bool opens_json(std::string_view text) {
    if (text.front() != '{' && text.front() != '[') {
        return false;
    }
    const std::string_view inside = ascii::trim(text.substr(1));
    return inside.empty() ||
           std::string_view("\"{[]}-0123456789").find(inside.front()) != std::string_view::npos;
}

} // namespace

Result<void> looks_like_m3u(std::string_view first_bytes) {
    if (const std::string_view magic = magic_kind(first_bytes); !magic.empty()) {
        return instead(magic);
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
        return instead(markup_kind(text));
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
