// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/fetch/client.hpp>

#include <filesystem>
#include <functional>

namespace plex_tuner::fetch {

/// What a playlist or guide download must look like to be accepted.
struct DownloadOptions {
    std::uint64_t max_bytes = 2'000'000'000; ///< as transferred to the file
    int retries = 3; ///< after the first try: 429, 403, 5xx, resets and time-outs (upstream-spec 4.7)
    std::chrono::milliseconds total{600'000};
    /// Looks at the first bytes, decompressed (at most 4 KiB); a returned error refuses the body,
    /// and the file on disk stays what it was.
    std::function<Result<void>(std::string_view)> accept;
};

struct Download {
    std::filesystem::path file;  ///< complete body, decoded from Content-Encoding; may itself be .gz or .xz
    bool not_modified = false;   ///< 304, or the body is equal to the last one: `file` is from before
    Url effective_url;
};

/// GET into `file`, conditionally (ETag, Last-Modified kept in "<file>.meta" and tied to the URL).
/// The file is replaced only by a complete, accepted body; on any error the last good one stays.
/// Waits of retries honour Retry-After (capped at 60 s), with ±25 % jitter.
[[nodiscard]] asio::awaitable<Result<Download>> download(Client& client, Request request,
    std::filesystem::path file, DownloadOptions options, log::Logger logger);

} // namespace plex_tuner::fetch
