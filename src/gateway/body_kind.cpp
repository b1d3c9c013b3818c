// SPDX-License-Identifier: GPL-3.0-or-later
#include "body_kind.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/media/audio_frame.hpp>
#include <plex_tuner/media/id3_tag.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <utility>

namespace plex_tuner::gateway {
namespace {

constexpr char kSyncByte = 0x47;
/// Plain, with a 4-byte prefix (M2TS), with 16 bytes of forward error correction.
constexpr std::array<std::size_t, 3> kStrides{188, 192, 204};
constexpr std::size_t kSyncsNeeded = 3;
/// Enough to see the root element behind an XML declaration and a comment.
constexpr std::size_t kXmlLook = 1024;
/// Shorter texts may still turn out to be something else.
constexpr std::size_t kTextLook = 512;

[[nodiscard]] bool has_ts_sync(std::string_view head) noexcept {
    for (const std::size_t stride : kStrides) {
        const std::size_t span = stride * (kSyncsNeeded - 1) + 1;
        for (std::size_t start = 0; start + span <= head.size(); ++start) {
            if (head[start] == kSyncByte && head[start + stride] == kSyncByte &&
                head[start + 2 * stride] == kSyncByte) {
                return true;
            }
        }
    }
    return false;
}

/// A body that ended before three packets: whole packets from the first byte on, at least one.
[[nodiscard]] bool is_short_ts(std::string_view head) noexcept {
    if (head.size() < kStrides.front() || head.size() % kStrides.front() != 0) {
        return false;
    }
    for (std::size_t i = 0; i < head.size(); i += kStrides.front()) {
        if (head[i] != kSyncByte) {
            return false;
        }
    }
    return true;
}

[[nodiscard]] bool is_text(std::string_view head) noexcept {
    return std::all_of(head.begin(), head.end(), [](char c) {
        const auto byte = static_cast<std::uint8_t>(c);
        return byte >= 0x20 || ascii::is_space(c);
    });
}

[[nodiscard]] BodyKind classify_markup(std::string_view text, bool complete) noexcept {
    const std::string_view look = text.substr(0, kXmlLook);
    if (ascii::icontains(look, "<html") || ascii::icontains(look, "<!doctype html") ||
        ascii::icontains(look, "<head") || ascii::icontains(look, "<body")) {
        return BodyKind::html;
    }
    if (ascii::icontains(look, "<mpd")) {
        return BodyKind::dash_manifest;
    }
    return complete || text.size() >= kXmlLook ? BodyKind::xml : BodyKind::undecided;
}

[[nodiscard]] BodyKind classify_magic(std::string_view head) noexcept {
    if (head.size() >= 8) {
        const std::string_view box = head.substr(4, 4);
        for (const std::string_view type :
            {"ftyp", "styp", "moof", "moov", "sidx", "mdat", "emsg", "prft"}) {
            if (box == type) {
                return BodyKind::mp4;
            }
        }
    }
    return head.starts_with("FLV\x01") ? BodyKind::flash : BodyKind::undecided;
}

/// A tag, or the sync word of a frame: eleven set bits for ADTS and MPEG audio, 0B77 for AC-3.
[[nodiscard]] bool may_be_audio(std::string_view head) noexcept {
    return head.starts_with("ID3") || head.starts_with("\x0b\x77") ||
           (head.size() >= 2 && static_cast<std::uint8_t>(head[0]) == 0xff &&
               (static_cast<std::uint8_t>(head[1]) & 0xe0) == 0xe0);
}

enum class Verdict { yes, no, unknown };

/// A frame of sound, behind a tag or not, with another one of its kind behind it. (Compressed sound
/// and pictures are long enough to have 47 in three places that mean nothing, and a tag or a few
/// bytes of stuffing may stand before a transport stream.)
[[nodiscard]] Verdict is_audio(std::string_view head) noexcept {
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(head.data()), head.size());
    const bool tagged = head.starts_with("ID3");
    if (tagged && head.size() < media::kId3HeaderSize) {
        return Verdict::unknown;
    }
    const std::size_t begin = tagged ? media::id3_tag_size(bytes).value_or(0) : 0;
    if (head.size() < begin + media::kAudioHeaderSize) {
        return Verdict::unknown;
    }
    const auto frame = media::parse_audio_frame(bytes.subspan(begin));
    if (!frame) {
        return Verdict::no;
    }
    if (head.size() < begin + frame->size + media::kAudioHeaderSize) {
        return Verdict::unknown;
    }
    const auto next = media::parse_audio_frame(bytes.subspan(begin + frame->size));
    return next && next->codec == frame->codec ? Verdict::yes : Verdict::no;
}

} // namespace

BodyKind classify(std::string_view head, bool complete) noexcept {
    if (head.empty()) {
        return complete ? BodyKind::empty : BodyKind::undecided;
    }
    std::string_view text = head;
    if (text.starts_with("\xef\xbb\xbf")) {
        text.remove_prefix(3);
    }
    text = text.substr(std::min(text.size(), text.find_first_not_of(" \t\r\n")));
    if (text.starts_with("#EXTM3U")) {
        return BodyKind::hls_playlist;
    }
    const bool enough = complete || head.size() >= kMaxSniffBytes;
    if (const BodyKind magic = classify_magic(head); magic != BodyKind::undecided) {
        return magic;
    }
    if (may_be_audio(head)) {
        const Verdict verdict = is_audio(head);
        if (verdict == Verdict::yes || (verdict == Verdict::unknown && enough)) {
            return BodyKind::audio;
        }
        if (verdict == Verdict::unknown) {
            return BodyKind::undecided;
        }
    }
    if (has_ts_sync(head)) {
        return BodyKind::transport_stream;
    }
    if (may_be_audio(head)) {
        return enough ? BodyKind::audio : BodyKind::undecided;
    }
    if (text.empty()) {
        return enough ? BodyKind::empty : BodyKind::undecided;
    }
    if (is_text(text)) {
        if (text.front() == '<') {
            return classify_markup(text, enough);
        }
        if (text.front() == '{' || text.front() == '[') {
            return BodyKind::json;
        }
        // "#EXTM3U" and a TS packet may still be on their way.
        return enough || text.size() >= kTextLook ? BodyKind::text : BodyKind::undecided;
    }
    if (complete && is_short_ts(head)) {
        return BodyKind::transport_stream;
    }
    return enough ? BodyKind::unknown : BodyKind::undecided;
}

std::string_view describe(BodyKind kind) noexcept {
    switch (kind) {
    case BodyKind::undecided:
        return "too few bytes to tell";
    case BodyKind::empty:
        return "an empty body";
    case BodyKind::transport_stream:
        return "an MPEG transport stream";
    case BodyKind::hls_playlist:
        return "an HLS playlist";
    case BodyKind::dash_manifest:
        return "a DASH manifest";
    case BodyKind::html:
        return "an HTML page";
    case BodyKind::xml:
        return "an XML document";
    case BodyKind::json:
        return "a JSON document";
    case BodyKind::mp4:
        return "MP4 data";
    case BodyKind::audio:
        return "packed audio";
    case BodyKind::flash:
        return "Flash video";
    case BodyKind::text:
        return "plain text";
    case BodyKind::unknown:
        return "data that is no MPEG transport stream";
    }
    return "data that is no MPEG transport stream";
}

Error refusal(BodyKind kind) {
    std::string message("the source answered with ");
    message.append(describe(kind));
    switch (kind) {
    case BodyKind::empty:
        return Error(ErrorCode::empty_body, std::move(message));
    case BodyKind::html:
        return Error(ErrorCode::blocked, std::move(message));
    case BodyKind::dash_manifest:
    case BodyKind::mp4:
    case BodyKind::audio:
    case BodyKind::flash:
        return Error(ErrorCode::unsupported, message.append(", which is not supported"));
    default:
        return Error(ErrorCode::parse, std::move(message));
    }
}

} // namespace plex_tuner::gateway
