// SPDX-License-Identifier: GPL-3.0-or-later
// What a Plex Media Server fetches from a tuner.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::testing {

struct PmsTunerDevice {
    std::string device_id = {};
    std::string title = {};
    std::string model = {};
    int tuners = 0;
};

struct PmsTunerChannel {
    std::string number = {};
    std::string name = {};
};

struct PmsGuideChannel {
    std::string id = {};
    std::vector<std::string> names = {}; ///< display-name elements
};

/// GET base/discover.json and so on; nullopt when nothing of the kind is there. Tuners on 127.0.0.1
/// only.
[[nodiscard]] std::optional<PmsTunerDevice> fetch_device(const std::string& base_url);
[[nodiscard]] std::optional<std::vector<PmsTunerChannel>> fetch_lineup(const std::string& base_url);
/// Empty as long as the guide has no programme.
[[nodiscard]] std::vector<PmsGuideChannel> fetch_guide(const std::string& guide_url);

} // namespace plex_tuner::testing
