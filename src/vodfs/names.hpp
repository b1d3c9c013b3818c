// SPDX-License-Identifier: GPL-3.0-or-later
// How titles become names that every file system and every share can hold. Pure.
#pragma once

#include <plex_tuner/catalog/stream_address.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::vodfs {

/// ext4, XFS, NTFS and SMB agree on no more.
inline constexpr std::size_t kMaxNameBytes = 255;

/// `title` as part of a name: valid UTF-8 without what a path, Windows or a shell stumbles over.
/// '/', '\' and '|' become " - ", ':' becomes " -", quotes become '\''; "*?<>" and control
/// characters go, runs of blanks shrink to one, dots and blanks at both ends go. "_" when nothing
/// is left.
[[nodiscard]] std::string safe_title(std::string_view title);

/// "<prefix>Title (Year)", without the year when it is 0 or the title ends with it, and without the
/// prefix when the title begins with it. Short enough to be followed by any extension.
[[nodiscard]] std::string dated_name(
    std::string_view prefix, std::string_view title, std::int32_t year);

/// `name` followed by `mark`, the name cut before its year if need be.
[[nodiscard]] std::string marked_name(std::string_view name, std::string_view mark);

/// "Season 01"
[[nodiscard]] std::string season_name(std::int32_t number);

/// "<show> - s01e02 - Title.mkv"; the title is left out when empty. Season, number, `mark` (" [id]"
/// or nothing) and extension are always there; the title is cut first, then the show.
[[nodiscard]] std::string episode_name(std::string_view show, std::int32_t season,
    std::int32_t number, std::string_view title, std::string_view mark, std::string_view extension);

/// " [id]"
[[nodiscard]] std::string mark_of(std::string_view id);

/// ".mkv": the suffix of the address's path when it is that of a video file, ".ts" of an HLS
/// playlist, else ".mp4".
[[nodiscard]] std::string_view extension_of(const catalog::StreamAddress& address);

/// The address may be that of a title: it is there, and names no DASH manifest.
[[nodiscard]] bool is_file(const catalog::StreamAddress& address);

/// The address is that of an HLS playlist: its segments make the file.
[[nodiscard]] bool is_hls(const catalog::StreamAddress& address);

/// "Title" and "title" are one name on a share.
[[nodiscard]] std::uint64_t folded_hash(std::string_view name) noexcept;
[[nodiscard]] bool folded_equal(std::string_view a, std::string_view b) noexcept;

} // namespace plex_tuner::vodfs
