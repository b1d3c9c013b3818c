// SPDX-License-Identifier: GPL-3.0-or-later
// HLS playlists as values, RFC 8216.
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plex_tuner::hls {

using Seconds = std::chrono::duration<double>;

/// Limits of what is read; more is ErrorCode::too_large.
inline constexpr std::size_t kMaxPlaylistBytes = 8 * 1024 * 1024;
inline constexpr std::size_t kMaxLines = 200'000;
inline constexpr std::size_t kMaxSegments = 20'000;
inline constexpr std::size_t kMaxVariants = 1'000;
inline constexpr std::size_t kMaxRenditions = 1'000;
/// Target duration when the playlist has none or an unusable one and no segment tells better.
inline constexpr Seconds kDefaultTargetDuration{6.0};

/// EXT-X-BYTERANGE: bytes [offset, offset + length) of the resource.
struct ByteRange {
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

enum class KeyMethod : std::uint8_t { none, aes_128, sample_aes, other };

/// EXT-X-KEY in force (section 4.3.2.4). URIs are as written, relative to the playlist.
struct Key {
    KeyMethod method = KeyMethod::none;
    std::string uri;
    std::optional<std::vector<std::uint8_t>>
        iv; ///< 16 bytes, left-padded; absent: the sequence number
    std::string keyformat = "identity";
    std::string method_name = {}; ///< METHOD as written
    friend bool operator==(const Key&, const Key&) = default;
};

/// EXT-X-MAP: the initialisation section (fragmented MP4, or PAT and PMT of TS segments).
struct Map {
    std::string uri;
    std::optional<ByteRange> range;
    std::shared_ptr<const Key> key; ///< that stands before it; nullptr: not encrypted
    friend bool operator==(const Map&, const Map&) = default;
};

struct Segment {
    std::string uri; ///< as written, relative to the playlist's effective URL
    Seconds duration{0};
    std::uint64_t sequence = 0; ///< media sequence number
    bool discontinuity = false; ///< EXT-X-DISCONTINUITY stands before it
    bool gap = false;           ///< EXT-X-GAP: not to be fetched
    std::optional<ByteRange> range;
    std::shared_ptr<const Key> key; ///< nullptr: not encrypted
    std::shared_ptr<const Map> map; ///< nullptr: none
    std::optional<std::chrono::sys_time<std::chrono::milliseconds>> program_date_time;
    std::string title;
};

enum class PlaylistType : std::uint8_t { live, event, vod };

/// EXT-X-START.
struct StartOffset {
    Seconds offset{0}; ///< negative: from the end of the last segment
    bool precise = false;
};

struct MediaPlaylist {
    int version = 1;
    Seconds target_duration = kDefaultTargetDuration; ///< always above zero
    std::uint64_t media_sequence = 0; ///< of the first segment, skipped ones counted
    std::uint64_t discontinuity_sequence = 0;
    bool endlist = false;
    bool i_frames_only = false;
    PlaylistType type = PlaylistType::live;
    std::optional<StartOffset> start;
    std::vector<Segment> segments; ///< sequence numbers rise by one

    /// media_sequence + number of segments: the number of the segment to come.
    [[nodiscard]] std::uint64_t end_sequence() const noexcept {
        return segments.empty() ? media_sequence : segments.back().sequence + 1;
    }
};

struct Resolution {
    std::uint32_t width = 0, height = 0;
};

/// EXT-X-STREAM-INF.
struct Variant {
    std::string uri;
    std::uint64_t bandwidth = 0; ///< bit/s; 0 when missing
    std::uint64_t average_bandwidth = 0;
    std::optional<Resolution> resolution;
    std::vector<std::string> codecs; ///< RFC 6381 names, e.g. "avc1.4d401f", "mp4a.40.2"
    double frame_rate = 0;
    std::string audio_group, video_group, name;
};

/// EXT-X-MEDIA.
struct Rendition {
    std::string type; ///< "AUDIO", "VIDEO", "SUBTITLES", "CLOSED-CAPTIONS"
    std::string group_id, name, language;
    std::string uri; ///< empty: contained in the variant's own stream
    bool is_default = false;
    bool autoselect = false;
};

struct MasterPlaylist {
    int version = 1;
    std::vector<Variant> variants;
    std::vector<Rendition> renditions;
    std::optional<StartOffset> start;
};

using Playlist = std::variant<MasterPlaylist, MediaPlaylist>;

/// Reads a playlist, tolerant of what real servers send: BOM and blanks in front, CRLF or CR, a
/// missing EXTINF comma, unusable numbers (defaults are taken), unknown tags. Something else than
/// an HLS playlist is ErrorCode::parse and named (web page, JSON, XML, channel list, empty,
/// binary); ErrorCode::too_large beyond the limits above. Error texts contain no URIs.
[[nodiscard]] Result<Playlist> parse(std::string_view text);

/// The variant to relay: highest bandwidth whose codecs a transport stream can carry and Plex can
/// use (H.264, HEVC, MPEG-2, AAC, AC-3, E-AC-3, MPEG audio; unnamed codecs count as usable), audio
/// only when there is nothing else; of two that are alike the one with its sound in it. Without a
/// usable codec the highest bandwidth. nullptr only when there are no variants. The pointer is into
/// `master`.
[[nodiscard]] const Variant* choose_variant(const MasterPlaylist& master) noexcept;

/// What choose_variant() gives, and those of the same kind with less bandwidth, highest first: what
/// to fall back to on a slow line. Variants of equal bandwidth are backups of each other: the first
/// counts. Empty only when there are no variants. The pointers are into `master`.
[[nodiscard]] std::vector<const Variant*> variant_ladder(const MasterPlaylist& master);

/// The audio rendition with its own playlist that `variant` needs beside it: of its group the one
/// marked DEFAULT, else AUTOSELECT, else the first. nullptr when sound is inside the variant: no
/// group, a rendition without a URI, or a variant that is sound itself.
[[nodiscard]] const Rendition* separate_audio(
    const MasterPlaylist& master, const Variant& variant) noexcept;

/// The segment of `sound` in which the segment of `pictures` with that number begins, when both are
/// renditions of one presentation, loaded at about the same time (RFC 8216 section 6.2.4): by
/// EXT-X-PROGRAM-DATE-TIME where both have it, else by how far it is from the begin of playlists
/// that end, else by number, and where the numbers have nothing in common by the distance from the
/// live end. May be one past the end.
[[nodiscard]] std::uint64_t matching_sequence(
    const MediaPlaylist& sound, const MediaPlaylist& pictures, std::uint64_t sequence) noexcept;

} // namespace plex_tuner::hls
