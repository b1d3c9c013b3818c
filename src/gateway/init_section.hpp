// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "attempt.hpp"
#include "request_factory.hpp"
#include "segment_keys.hpp"

#include <plex_tuner/hls/playlist.hpp>

#include <memory>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// What stands before the first segment that names it with EXT-X-MAP; nullptr: nothing.
using InitSection = std::shared_ptr<const std::string>;

/// Fetches the initialisation sections of one playlist (RFC 8216 4.3.2.5), each when it is first
/// named, and keeps the newest. Confined to the session's strand.
class InitSections {
public:
    /// `keys` outlives it.
    InitSections(Attempt& attempt, const RequestFactory& requests, SegmentKeys& keys)
        : attempt_(attempt), requests_(requests), keys_(keys) {}

    /// The section of a segment with `map` (may be null) in the playlist from `playlist_url`.
    [[nodiscard]] asio::awaitable<Result<InitSection>> load(
        std::shared_ptr<const hls::Map> map, Url playlist_url);

private:
    [[nodiscard]] asio::awaitable<Result<std::string>> download(
        Url url, const hls::Map& map, const Url& playlist_url);

    Attempt& attempt_;
    const RequestFactory& requests_;
    SegmentKeys& keys_;
    std::optional<Url> url_; ///< of kept_
    std::optional<hls::ByteRange> range_;
    InitSection kept_;
};

} // namespace plex_tuner::gateway
