// SPDX-License-Identifier: GPL-3.0-or-later
#include "tag_reader.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hls/playlist.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::hls {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kFirstTag = "#EXTM3U";
/// Looked at to name what a foreign text is.
constexpr std::size_t kSniffBytes = 512;

std::string_view without_lead(std::string_view text) noexcept {
    for (;;) {
        if (text.starts_with(kBom)) {
            text.remove_prefix(kBom.size());
        } else if (!text.empty() && ascii::is_space(text.front())) {
            text.remove_prefix(1);
        } else {
            return text;
        }
    }
}

/// What a body without #EXTM3U is instead.
std::string_view name_foreign(std::string_view text) noexcept {
    const std::string_view head = text.substr(0, kSniffBytes);
    if (head.empty()) {
        return "an empty answer";
    }
    if (ascii::istarts_with(head, "<!doctype html") || ascii::icontains(head, "<html")) {
        return "a web page (HTML)";
    }
    if (head.front() == '<') {
        return "an XML document";
    }
    if (head.front() == '{' || head.front() == '[') {
        return "a JSON document";
    }
    const bool binary = std::ranges::any_of(
        head, [](char c) { return static_cast<unsigned char>(c) < 0x20 && !ascii::is_space(c); });
    if (binary) {
        return "binary data";
    }
    return "some other text";
}

/// What the tags of a text say about its kind.
struct Traits {
    bool master = false;
    bool media = false; ///< a tag that only media playlists have
    bool extinf = false;
    bool channel_list = false; ///< durations and attributes of IPTV channel lists
    bool too_many_lines = false;
};

Traits survey(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 8> kMediaTags{"#EXT-X-TARGETDURATION",
        "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-ENDLIST", "#EXT-X-KEY", "#EXT-X-MAP",
        "#EXT-X-PLAYLIST-TYPE", "#EXT-X-DISCONTINUITY", "#EXT-X-BYTERANGE"};
    Traits traits;
    LineReader lines(text);
    while (const std::optional<Line> line = lines.next()) {
        if (!line->is_tag) {
            continue;
        }
        if (line->name == "#EXTINF") {
            traits.extinf = true;
            traits.channel_list = traits.channel_list || line->value.starts_with('-') ||
                                  line->value.find("tvg-") != std::string_view::npos ||
                                  line->value.find("group-title=") != std::string_view::npos;
        } else if (line->name == "#EXT-X-STREAM-INF" || line->name == "#EXT-X-MEDIA" ||
                   line->name == "#EXT-X-I-FRAME-STREAM-INF") {
            traits.master = true;
        } else {
            traits.media =
                traits.media || std::ranges::find(kMediaTags, line->name) != kMediaTags.end();
        }
    }
    traits.too_many_lines = lines.count() > kMaxLines;
    return traits;
}

} // namespace

Result<Playlist> parse(std::string_view text) {
    if (text.size() > kMaxPlaylistBytes) {
        return fail(ErrorCode::too_large, "HLS playlist is larger than 8 MiB");
    }
    text = without_lead(text);
    if (!text.starts_with(kFirstTag)) {
        return fail(
            ErrorCode::parse, "expected an HLS playlist, got " + std::string(name_foreign(text)));
    }
    const Traits traits = survey(text);
    if (traits.too_many_lines) {
        return fail(ErrorCode::too_large, "HLS playlist has too many lines");
    }
    if (traits.master && !(traits.extinf && traits.media)) {
        Result<MasterPlaylist> master = read_master(text);
        if (!master) {
            return fail(std::move(master).error());
        }
        return Playlist(std::move(*master));
    }
    if (!traits.media && (traits.channel_list || !traits.extinf)) {
        return fail(ErrorCode::parse, traits.channel_list
                                          ? "expected an HLS playlist, got a channel list (M3U)"
                                          : "HLS playlist without segments or variants");
    }
    Result<MediaPlaylist> media = read_media(text);
    if (!media) {
        return fail(std::move(media).error());
    }
    return Playlist(std::move(*media));
}

} // namespace plex_tuner::hls
