// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/tuner_host.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::hdhr {

/// What a tuner does, as the hardware tells it.
struct TunerState {
    std::string channel = {};                ///< as it is tuned, "auto:5.1"; empty: it is idle
    std::optional<ChannelName> program = {}; ///< none: there is nothing on it
    bool has_signal = false;
    int quality = 0; ///< percent
    std::uint64_t bits_per_second = 0;
    std::string owner = {};  ///< address of who keeps others off
    std::string target = {}; ///< address that the stream goes to
};

/// Of a channel like "8vsb:527000000", in Hz; nullopt: it is none by a frequency.
[[nodiscard]] std::optional<std::uint32_t> frequency_of(std::string_view channel);

/// HDHomeRun HTTP API, /status.json: an object for each tuner; an idle one has its name only.
[[nodiscard]] std::string status_json(std::span<const TunerState> tuners);
/// /tuner<n>/status.json
[[nodiscard]] std::string tuner_status_json(std::size_t index, const TunerState& tuner);

} // namespace plex_tuner::hdhr
