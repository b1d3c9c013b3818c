// SPDX-License-Identifier: GPL-3.0-or-later
#include "wanted_tuners.hpp"

#include "switches.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/atomic_file.hpp>
#include <plex_tuner/fleet/fleet_file.hpp>
#include <plex_tuner/hdhr/device_id.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace plex_tuner::cli {

namespace {

std::string variable(const fleet::Instance& instance, const char* name) {
    const auto found = instance.environment.find(name);
    return found == instance.environment.end() ? std::string()
                                               : std::string(ascii::trim(found->second));
}

bool is_on(const std::string& value) {
    const std::string word = ascii::lower(value);
    return word == "1" || word == "true" || word == "yes" || word == "on";
}

/// Base URL and device id are looked for in the `env` of an instance and nowhere else: what the
/// supervisor's own environment says is of all of them, and of no single tuner.
plex::InstanceTuner tuner_of(const fleet::Instance& instance) {
    return {.name = instance.name,
        .base_url = variable(instance, "PLEX_TUNER_BASE_URL"),
        .device_id = variable(instance, "PLEX_TUNER_DEVICE_ID"),
        .other_device_id = variable(instance, "PLEX_TUNER_HDHR_DEVICE_ID"),
        .friendly_name = variable(instance, "PLEX_TUNER_FRIENDLY_NAME"),
        .is_left_alone =
            instance.is_disabled || is_on(variable(instance, "PLEX_TUNER_HDHR_NETWORK_MODE"))};
}

Result<plex::WantedTuners> from_supervisor_file(const std::string& path) {
    const auto text = read_file(path, fleet::kMaxFleetFileBytes);
    if (!text) {
        return std::unexpected(text.error());
    }
    const fleet::ParsedFleetFile parsed = fleet::parse_fleet_file(*text);
    if (!parsed.problems.empty()) {
        return fail(ErrorCode::parse, path + ": " + parsed.problems.front());
    }
    std::vector<plex::InstanceTuner> tuners;
    std::ranges::transform(parsed.file.instances, std::back_inserter(tuners), tuner_of);
    auto wanted = plex::wanted_from_instances(tuners);
    return wanted ? std::move(wanted)
                  : Result<plex::WantedTuners>(fail_with(std::move(wanted), path));
}

Result<plex::WantedTuners> as_told(const WantedTunersSwitches& switches) {
    if (!switches.config) {
        return plex::wanted_from_lists(switches.base_urls.value_or(""),
            switches.device_ids.value_or(""), switches.names.value_or(""));
    }
    if (switches.base_urls || switches.device_ids || switches.names) {
        return fail(ErrorCode::invalid_argument,
            "-config names the tuners; -base-urls, -device-ids and -names cannot be given too");
    }
    return from_supervisor_file(*switches.config);
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
