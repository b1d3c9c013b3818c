// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/fetch/governor.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::fetch {

/// What a playlist or guide download must look like to be accepted.
struct DownloadOptions {
    std::uint64_t max_bytes = 2'000'000'000; ///< as transferred to the file
    int retries =
        3; ///< after the first try: 429, 403, 5xx, resets and time-outs (upstream-spec 4.7)
    /// The whole call: every try and every wait between them. zero(): no limit.
    std::chrono::milliseconds total{600'000};
    /// Wait before the first retry where the server names none; doubled each time.
    std::chrono::milliseconds retry_base{2'000};
    /// A .gz or .xz body is decompressed while it arrives, to see that it is whole and sound; more
    /// than this coming out of it is a bomb.
    std::uint64_t max_decoded_bytes = 4'000'000'000;
    /// Looks at the first bytes, decompressed (at most 4 KiB); a returned error refuses the body,
    /// and the file on disk stays what it was. Empty bodies, HTML pages and challenge pages are
    /// refused before it is asked (empty_body, blocked).
    std::function<Result<void>(std::string_view)> accept;
    /// Asked before every try, and told how it ended; it must outlive the call. A provider that is
    /// to be left alone for longer than governor_patience is `unavailable`.
    Governor* governor = nullptr;
    std::chrono::milliseconds governor_patience{20'000};
};

struct Download {
    std::filesystem::path
        file; ///< complete body, decoded from Content-Encoding; may itself be .gz or .xz
    bool not_modified = false; ///< 304, or the body is equal to the last one: `file` is from before
    Url effective_url;
    std::string body_id; ///< the same for equal bodies; a text without blanks
};

/// GET into `file`, conditionally (ETag, Last-Modified kept in "<file>.meta" and tied to the URL)
/// while the file on disk still is the body that came with them.
/// The file is replaced only by a complete, accepted body; on any error the last good one stays.
/// Waits of retries honour Retry-After (capped at 60 s), or have ±25 % jitter. Both files are
/// readable by their owner only: playlists hold credentials.
///
/// Writes and syncs the file on the executor of the calling coroutine, so call it where blocking on
/// a disk is allowed. One download per file at a time; `client` must outlive the call.
/// Errors: http_status (no success after the last try), blocked, empty_body, parse (damaged or cut
/// archive), too_large, network, timeout, disk_full and io (naming the file), cancelled, and
/// whatever `accept` returns.
[[nodiscard]] asio::awaitable<Result<Download>> download(Client& client, Request request,
    std::filesystem::path file, DownloadOptions options, log::Logger logger);

} // namespace plex_tuner::fetch
