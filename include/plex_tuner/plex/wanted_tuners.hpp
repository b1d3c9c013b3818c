// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::plex {

/// Device ids are those of the configuration, which may be names.
struct WantedTuners {
    std::vector<WantedTuner> tuners = {};
    /// Of tuners that are set up by hand, or that do not run at present: theirs to keep.
    std::vector<std::string> known_ids = {};
};

/// From comma lists of one entry each per tuner; `names` may be shorter or empty ("instance-1" and
/// so on then).
[[nodiscard]] Result<WantedTuners> wanted_from_lists(
    std::string_view base_urls, std::string_view device_ids, std::string_view names);

/// From the text of a supervisor file: the instances whose environment names PLEX_TUNER_BASE_URL
/// and PLEX_TUNER_DEVICE_ID, without those that are disabled or stand in the network as a tuner of
/// their own (PLEX_TUNER_HDHR_NETWORK_MODE). What else the file says is not looked at.
[[nodiscard]] Result<WantedTuners> wanted_from_supervisor_file(std::string_view text);

} // namespace plex_tuner::plex
