// SPDX-License-Identifier: GPL-3.0-or-later
#include "wanted_tuners.hpp"

#include "switches.hpp"

#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/hdhr/device_id.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::cli {

namespace {

constexpr std::size_t kMaxFile = std::size_t{16} << 20;

Result<plex::WantedTuners> as_told(const WantedTunersSwitches& switches) {
    if (!switches.config) {
        return plex::wanted_from_lists(switches.base_urls.value_or(""),
            switches.device_ids.value_or(""), switches.names.value_or(""));
    }
    if (switches.base_urls || switches.device_ids || switches.names) {
        return fail(ErrorCode::invalid_argument,
            "-config names the tuners; -base-urls, -device-ids and -names cannot be given too");
    }
    const auto text = read_file(*switches.config, kMaxFile);
    if (!text) {
        return std::unexpected(text.error());
    }
    auto wanted = plex::wanted_from_supervisor_file(*text);
    return wanted ? std::move(wanted)
                  : Result<plex::WantedTuners>(fail_with(std::move(wanted), *switches.config));
}

} // namespace

WantedTunersSwitches WantedTunersSwitches::take(std::vector<std::string>& arguments) {
    WantedTunersSwitches switches;
    switches.base_urls = take_value(arguments, "base-urls");
    switches.device_ids = take_value(arguments, "device-ids");
    switches.names = take_value(arguments, "names");
    switches.config = take_value(arguments, "config");
    return switches;
}

Result<plex::WantedTuners> WantedTunersSwitches::read() const {
    auto wanted = as_told(*this);
    if (!wanted) {
        return wanted;
    }
    const auto effective = [](const std::string& text) {
        return hdhr::device_id_from_configuration(text).id.text();
    };
    for (plex::WantedTuner& tuner : wanted->tuners) {
        tuner.device_id = effective(tuner.device_id);
    }
    std::ranges::transform(wanted->known_ids, wanted->known_ids.begin(), effective);
    return wanted;
}

} // namespace plex_tuner::cli
