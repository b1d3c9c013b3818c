// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

/// What stays of a stream URL when passwords, tokens and domains change. For Xtream-like paths
/// (/live/USER/PASS/ID.ext, /USER/PASS/ID[.ext] with a numeric ID) that is kind and ID; for others
/// scheme-less origin, path and the query without secrets, signatures and times, its pairs sorted.
/// Contains no credential the redactor knows; only hashes of it leave the module.
[[nodiscard]] std::string stream_identity(std::string_view url);

/// Films and episodes in a channel list: Xtream's /movie/… and /series/… paths, and files of video
/// containers below directories named so.
[[nodiscard]] bool is_vod_url(std::string_view url);

/// A channel id of unreserved URL characters from `tvg_id` alone: itself when it has no others,
/// else made readable and told apart from similar ones by a hash.
[[nodiscard]] std::string channel_id_from_tvg_id(std::string_view tvg_id);

/// tvg-id (or, without one, the name) and a hash of it and the identity of `url`.
[[nodiscard]] std::string channel_id_from_stream(
    std::string_view tvg_id, std::string_view name, std::string_view url);

} // namespace plex_tuner::provider
