// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// How much of an Xtream-like URL makes the identity: kind and ID, the host too, or everything but
/// secrets of the query. Other URLs always give the last.
enum class IdentityDetail : std::uint8_t { id, host, path };

/// What stays of a stream URL when passwords, tokens and domains change. For Xtream-like paths
/// (/live/USER/PASS/ID.ext, /USER/PASS/ID[.ext] with a numeric ID) that is kind and ID; for others
/// scheme-less origin, path and the query without secrets, signatures and times, its pairs sorted.
/// Only hashes of it leave the module; without IdentityDetail::path it holds no credential that the
/// redactor knows.
[[nodiscard]] std::string stream_identity(
    std::string_view url, IdentityDetail detail = IdentityDetail::id);

/// Films and episodes in a channel list: Xtream's /movie/… and /series/… paths, and files of video
/// containers below directories named so.
[[nodiscard]] bool is_vod_url(std::string_view url);

/// A channel id of unreserved URL characters from `tvg_id` alone: itself when it has no others,
/// else made readable and told apart from similar ones by a hash.
[[nodiscard]] std::string channel_id_from_tvg_id(std::string_view tvg_id);

/// tvg-id (or, without one, the name) and a hash of it and the identity of `url`.
[[nodiscard]] std::string channel_id_from_stream(std::string_view tvg_id, std::string_view name,
    std::string_view url, IdentityDetail detail = IdentityDetail::id);

} // namespace plex_tuner::provider
