// SPDX-License-Identifier: GPL-3.0-or-later
#include "ancestor_names.hpp"

#include <algorithm>
#include <array>

namespace plex_tuner::config {
namespace {

/// Sorted: they are searched by halves.
constexpr std::array kVariables = std::to_array<std::string_view>({"DEBUG_HTTP_HEADERS", "DVR_UUID",
    "FETCH_CATEGORY_CONCURRENCY", "FETCH_STATE", "FFMPEG_HLS_ANALYZEDURATION_US",
    "FFMPEG_HLS_LIVE_START_INDEX", "FFMPEG_HLS_LOGLEVEL", "FFMPEG_HLS_NOBUFFER",
    "FFMPEG_HLS_PROBESIZE", "FFMPEG_HLS_REALTIME", "FFMPEG_HLS_RECONNECT",
    "FFMPEG_HLS_RW_TIMEOUT_US", "FFMPEG_STDIN_ANALYZEDURATION_US", "FFMPEG_STDIN_LOGLEVEL",
    "FFMPEG_STDIN_NOBUFFER", "FFMPEG_STDIN_PROBESIZE", "HDHR_DEVICE_ID", "HDHR_FRIENDLY_NAME",
    "HDHR_TUNER_COUNT", "HLS_RELAY_FFMPEG_STDIN_NORMALIZE", "LINEUP_URL_NONCE",
    "MPEGTS_INITIAL_DISCONTINUITY", "STREAM_BUFFER_BYTES", "TS_INSPECT", "TS_INSPECT_CHANNEL",
    "TS_INSPECT_MAX_PACKETS", "WEBSAFE_JOIN_DELAY_MS", "WEBSAFE_REQUIRE_GOOD_START",
    "WEBSAFE_STARTUP_MAX_BYTES", "WEBSAFE_STARTUP_MIN_BYTES", "WEBSAFE_TIMEOUT_BOOTSTRAP",
    "WEBSAFE_TIMEOUT_CONTINUE_FFMPEG"});
static_assert(std::ranges::is_sorted(kVariables));

} // namespace

bool is_ancestor_variable(std::string_view name) noexcept {
    return std::ranges::binary_search(kVariables, name);
}

} // namespace plex_tuner::config
