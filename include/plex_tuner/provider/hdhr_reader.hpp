// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/provider/chunks.hpp>
#include <plex_tuner/provider/xtream_reader.hpp>

#include <functional>
#include <string>
#include <string_view>

namespace plex_tuner::provider {

// Readers of the HDHomeRun HTTP API (protocols 2.2, 2.3), liberal as those of panels.

/// What a device says of itself in discover.json. Texts are valid UTF-8 without control characters
/// and empty where it says nothing.
struct HdhrDevice {
    std::string device_id;
    std::string friendly_name;
    std::string base_url;
    std::string lineup_url;
    int tuner_count = 0; ///< 0: not said
};

[[nodiscard]] Result<HdhrDevice> read_hdhr_device(const Chunks& chunks);

/// A channel of lineup.json; its texts are valid during the call.
struct HdhrChannel {
    std::string_view number; ///< "5.1", above zero
    std::string_view name;   ///< never empty: the number for want of a name
    std::string_view url;    ///< http or https
    std::string_view tvg_id; ///< says who is no hardware; empty without
    std::string_view logo;   ///< likewise
};

/// Protected channels (DRM), which nobody but the maker's programs can play, are skipped.
[[nodiscard]] Result<XtreamCounts> read_hdhr_lineup(
    const Chunks& chunks, const std::function<void(const HdhrChannel&)>& channel);

} // namespace plex_tuner::provider
