// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/error.hpp>

#include <cstddef>
#include <string_view>

namespace plex_tuner::gateway {

/// What an upstream's body is, by its bytes: providers answer block pages, login forms and JSON
/// errors with 200 and any Content-Type.
enum class BodyKind {
    undecided, ///< needs more bytes
    empty,
    transport_stream,
    hls_playlist,
    dash_manifest,
    html,
    xml,
    json,
    mp4,   ///< ISO base media file format, also fMP4 segments
    audio, ///< packed audio (ADTS, MPEG audio, AC-3, ID3)
    flash, ///< FLV
    text,
    unknown,
};

/// Bytes after which classify() always decides.
inline constexpr std::size_t kMaxSniffBytes = 16 * 1024;

/// Decides by the first bytes of a body; `complete` says that no more will come. Not before a TS
/// sync byte has been seen at three strides (188, 192 or 204 bytes) is a body a transport stream.
[[nodiscard]] BodyKind classify(std::string_view head, bool complete) noexcept;

/// "an HTML page", "JSON", …: completes "the source answered with …".
[[nodiscard]] std::string_view describe(BodyKind kind) noexcept;

/// Why such a body is not played: blocked, empty_body, unsupported or parse.
[[nodiscard]] Error refusal(BodyKind kind);

} // namespace plex_tuner::gateway
