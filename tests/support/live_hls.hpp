// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "scripted_provider.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace plex_tuner::testing {

struct LiveHlsOptions {
    std::chrono::milliseconds segment_time{1000}; ///< real time per segment
    int seconds = 1;                              ///< what the list says each lasts
    std::size_t window = 5;
    bool with_master =
        true; ///< <path>/master.m3u8 with two variants; the better one is <path>/hi/list.m3u8
    std::size_t gone_segment = SIZE_MAX; ///< this sequence number answers 404
    std::size_t reset_after =
        SIZE_MAX;            ///< the media sequence starts again at 0 after so many segments
    bool keep_alive = false; ///< connections stay open for more requests
    std::string map = {};    ///< EXT-X-MAP of all segments, at <path>/hi/init.mp4; empty: none
};

/// A live HLS channel below `path` of a provider: a sliding window over `segments`, which repeat
/// with EXT-X-DISCONTINUITY between rounds.
/// Paths: <path>/master.m3u8, <path>/hi/list.m3u8, <path>/hi/<n>.ts
class LiveHls {
public:
    LiveHls(ScriptedProvider& provider, std::string path, std::vector<std::string> segments,
        LiveHlsOptions options = {});

    [[nodiscard]] std::string entry_url() const;
    /// Requests for media segments so far.
    [[nodiscard]] std::size_t segment_requests() const;
    [[nodiscard]] std::size_t playlist_requests() const;

private:
    struct State; // shared with the behaviours, which may outlive this object

    ScriptedProvider& provider_;
    std::string path_;
    bool with_master_;
};

} // namespace plex_tuner::testing
