// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/plex/wanted_tuners.hpp>

#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::cli {

/// How commands that set tuners up in a media server are told which.
struct WantedTunersSwitches {
    std::optional<std::string> base_urls;
    std::optional<std::string> device_ids;
    std::optional<std::string> names;
    std::optional<std::string> config; ///< a supervisor file

    static constexpr const char* kHelp =
        "  -base-urls value\n        Base URLs of the tuners as the server reaches them, separated "
        "by commas.\n"
        "  -device-ids value\n        Their device ids, one for each, in the same order.\n"
        "  -names value\n        What they are called; default instance-1, instance-2 and so on.\n"
        "  -config FILE\n        Take all of these from the instances of a supervisor file.\n";

    /// Takes its own out of `arguments`.
    [[nodiscard]] static WantedTunersSwitches take(std::vector<std::string>& arguments);

    /// With the device ids that the tuners make of what is configured.
    [[nodiscard]] Result<plex::WantedTuners> read() const;
};

} // namespace plex_tuner::cli
