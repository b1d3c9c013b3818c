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

/// A tuner as a supervisor's configuration names it; empty what it does not say.
struct InstanceTuner {
    std::string name = {};
    std::string base_url = {};
    std::string device_id = {};
    std::string other_device_id = {}; ///< by its older name
    std::string friendly_name = {};
    /// It does not run, or stands in the network as a tuner of its own that is set up by hand.
    bool is_left_alone = false;
};

/// Those that have a base URL and a device id and are not left alone.
[[nodiscard]] Result<WantedTuners> wanted_from_instances(
    const std::vector<InstanceTuner>& instances);

} // namespace plex_tuner::plex
