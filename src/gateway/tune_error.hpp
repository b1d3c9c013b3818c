// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/net/http_types.hpp>

#include <string_view>

namespace plex_tuner::gateway {

/// Why a viewer gets no stream: the codes of the HDHomeRun HTTP API that a gateway can answer. An
/// unknown channel (801) is answered before the gateway is asked.
enum class TuneError {
    no_profile = 802,   ///< the profile that was chosen cannot be made here
    system_busy = 803,  ///< shutting down, or the channel has too many viewers
    tuner_in_use = 804, ///< the forced tuner plays another channel, or does not exist
    all_tuners_in_use = 805,
    tune_failed = 806,   ///< no source of the channel is of a kind that can be played
    no_video_data = 807, ///< sources were tried, none gave video in time
};

/// "805 All Tuners In Use": the value of X-HDHomeRun-Error.
[[nodiscard]] std::string_view to_header(TuneError error) noexcept;

/// The complete 503 answer; `detail` is one sentence for people, free of secrets.
[[nodiscard]] net::Response to_response(TuneError error, std::string_view detail);

} // namespace plex_tuner::gateway
