// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace plex_tuner::testing {

/// What a second, deliberately simple reader sees in a transport stream (ISO 13818-1 2.4.3): none
/// of it comes from the product's own parser.
struct TsFacts {
    std::size_t packets = 0;
    bool aligned = true;                   ///< every 188th byte is 0x47
    std::size_t continuity_errors = 0;     ///< jumps without discontinuity_indicator
    std::size_t discontinuities = 0;       ///< discontinuity_indicator set
    std::vector<std::uint16_t> first_pids; ///< of the first 16 packets
    std::uint16_t pmt_pid = 0;
    std::uint16_t video_pid = 0; ///< 0: none
    /// True when the first video packet begins a PES with a sequence header (MPEG-2) or an SPS and
    /// an IDR slice (H.264) in that PES.
    bool begins_with_key_frame = false;
};

[[nodiscard]] TsFacts inspect_ts(std::string_view bytes);

} // namespace plex_tuner::testing
