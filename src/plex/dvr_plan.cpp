// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/lineup_id.hpp>

#include <algorithm>
#include <set>

namespace plex_tuner::plex {

namespace {

constexpr std::string_view kGuidePath = "/guide.xml";

bool uses(const Dvr& dvr, const Device& device) {
    return std::ranges::any_of(dvr.devices, [&](const Device& own) {
        return (!own.key.empty() && own.key == device.key) ||
               (!own.uuid.empty() && own.uuid == device.uuid);
    });
}

const Dvr* dvr_of(const Present& present, const Device& device) {
    const auto found =
        std::ranges::find_if(present.dvrs, [&](const Dvr& dvr) { return uses(dvr, device); });
    return found == present.dvrs.end() ? nullptr : &*found;
}

/// Of several rows with one device id, which changes of address leave behind, the one in use.
const Device* device_of(const Present& present, std::string_view device_id) {
    const Device* found = nullptr;
    for (const Device& device : present.devices) {
        if (!ascii::iequals(device.device_id, device_id)) {
            continue;
        }
        if (found == nullptr || (dvr_of(present, *found) == nullptr && dvr_of(present, device))) {
            found = &device;
        }
    }
    return found;
}

/// A guide of ours at another address than the wanted one: of our title, or at the address that
/// Plex has for the tuner. A guide that somebody chose instead of ours is left to be.
bool has_moved(const std::string& lineup, const WantedTuner& wanted, const Device& device) {
    const auto url = guide_url_of(lineup);
    if (!url || !url->ends_with(kGuidePath) ||
        is_same_address(*url, wanted.base_url + std::string(kGuidePath))) {
        return false;
    }
    const std::string wanted_lineup = wanted.lineup_id();
    const auto title = [](const std::string& id) {
        return id.substr(std::min(id.rfind('#'), id.size()));
    };
    return title(lineup) == title(wanted_lineup) ||
           is_same_address(url->substr(0, url->size() - kGuidePath.size()), device.uri);
}

bool matches_any(std::string_view text, const std::vector<std::string>& patterns) {
    return std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return !text.empty() && ascii::matches_pattern(text, pattern);
    });
}

bool is_wanted(
    const Device& device, std::span<const WantedTuner> wanted, const PlanOptions& options) {
    return std::ranges::any_of(wanted, [&](const WantedTuner& one) {
        return ascii::iequals(one.device_id, device.device_id) ||
               is_same_address(one.base_url, device.uri);
    }) || std::ranges::any_of(options.known_ids, [&](const std::string& id) {
        return ascii::iequals(id, device.device_id);
    });
}

/// The whole row of a device that a DVR only names.
const Device& whole(const Device& device, const Present& present) {
    const auto found = std::ranges::find_if(present.devices, [&](const Device& one) {
        return (!device.key.empty() && one.key == device.key) ||
               (!device.uuid.empty() && one.uuid == device.uuid);
    });
    return found == present.devices.end() ? device : *found;
}

void add_device(Leftover& leftover, const Device& device, const PlanOptions& options) {
    if (leftover.device_keys.empty()) {
        leftover.device_id = device.device_id;
        leftover.uri = device.uri;
        leftover.is_ours = true;
    }
    leftover.device_keys.push_back(device.key);
    leftover.is_ours = leftover.is_ours && (matches_any(device.device_id, options.owned) ||
                                               matches_any(device.uri, options.owned));
}

} // namespace

std::string_view to_string(DvrAction action) noexcept {
    switch (action) {
    case DvrAction::created:
        return "created";
    case DvrAction::updated_uri:
        return "updated_uri";
    case DvrAction::refreshed:
        return "refreshed";
    case DvrAction::deleted:
        return "deleted";
    case DvrAction::skipped:
        return "skipped";
    case DvrAction::error:
        return "error";
    }
    return "";
}

std::string_view to_string(DvrStep step) noexcept {
    switch (step) {
    case DvrStep::register_device:
        return "register tuner";
    case DvrStep::create_dvr:
        return "create DVR";
    case DvrStep::replace_lineup:
        return "repair guide address";
    case DvrStep::repair_uri:
        return "repair tuner address";
    case DvrStep::refresh:
        return "load guide, map channels";
    }
    return "";
}

std::string WantedTuner::lineup_id() const {
    return xmltv_lineup_id(
        base_url + std::string(kGuidePath), guide_title.empty() ? name : guide_title);
}

DvrAction TunerPlan::action() const noexcept {
    const auto has = [&](DvrStep step) {
        return std::ranges::find(steps, step) != steps.end();
    };
    if (!problem.empty()) {
        return DvrAction::error;
    }
    if (has(DvrStep::create_dvr)) {
        return DvrAction::created;
    }
    if (has(DvrStep::repair_uri) || has(DvrStep::replace_lineup)) {
        return DvrAction::updated_uri;
    }
    return has(DvrStep::refresh) ? DvrAction::refreshed : DvrAction::skipped;
}

TunerPlan plan_tuner(
    const WantedTuner& wanted, const Present& present, const PlanOptions& options) {
    TunerPlan plan;
    if (wanted.channels && wanted.channels->empty()) {
        plan.problem = "the tuner serves no channels (yet)";
        return plan;
    }
    const Device* const device = device_of(present, wanted.device_id);
    if (device == nullptr) {
        plan.steps = {DvrStep::register_device, DvrStep::create_dvr, DvrStep::refresh};
        return plan;
    }
    plan.device_key = device->key;
    plan.device_uuid = device->uuid;
    plan.device_uri = device->uri;
    const bool uri_differs = !is_same_address(device->uri, wanted.base_url);
    const Dvr* const dvr = dvr_of(present, *device);
    if (dvr == nullptr) {
        if (uri_differs) { // first: Plex asks the tuner when it makes a DVR of it
            plan.steps.push_back(DvrStep::repair_uri);
        }
        plan.steps.insert(plan.steps.end(), {DvrStep::create_dvr, DvrStep::refresh});
        return plan;
    }
    plan.dvr_key = dvr->key;
    plan.channels = mapped_channels(*device, present);
    if (dvr->lineups.empty()) {
        plan.problem = "DVR " + dvr->key + " has no guide; delete it in Plex and run this again";
        return plan;
    }
    plan.lineup = dvr->lineups.front();
    // Before the address of the tuner: that the guide has moved is seen by comparing both.
    if (has_moved(plan.lineup, wanted, *device)) {
        plan.steps.push_back(DvrStep::replace_lineup);
    }
    if (uri_differs) {
        plan.steps.push_back(DvrStep::repair_uri);
    }
    if (!plan.steps.empty() || options.reload || !wanted.channels ||
        !maps_enough(plan.channels, *wanted.channels, options.enough_mapped)) {
        plan.steps.push_back(DvrStep::refresh);
    }
    return plan;
}

std::vector<Leftover> leftovers(
    std::span<const WantedTuner> wanted, const Present& present, const PlanOptions& options) {
    std::vector<Leftover> all;
    if (wanted.empty()) {
        return all;
    }
    for (const Dvr& dvr : present.dvrs) {
        Leftover leftover{.title = dvr.title, .dvr_key = dvr.key};
        bool in_use = false;
        for (const Device& named : dvr.devices) {
            const Device& device = whole(named, present);
            in_use = in_use || is_wanted(device, wanted, options);
            add_device(leftover, device, options);
        }
        if (!in_use) {
            all.push_back(std::move(leftover));
        }
    }
    for (const Device& device : present.devices) {
        if (dvr_of(present, device) == nullptr && !is_wanted(device, wanted, options)) {
            Leftover leftover{.title = device.title};
            add_device(leftover, device, options);
            all.push_back(std::move(leftover));
        }
    }
    return all;
}

std::vector<ChannelMapping> mapped_channels(const Device& device, const Present& present) {
    const Dvr* const dvr = dvr_of(present, device);
    if (!device.channels.empty() || dvr == nullptr) {
        return device.channels;
    }
    for (const Device& own : dvr->devices) {
        if ((own.key == device.key || own.uuid == device.uuid) && !own.channels.empty()) {
            return own.channels;
        }
    }
    return {};
}

bool maps_exactly(std::span<const ChannelMapping> mappings, std::span<const std::string> numbers) {
    std::set<std::string_view> enabled;
    for (const ChannelMapping& mapping : mappings) {
        if (mapping.enabled) {
            enabled.insert(mapping.device_identifier);
        }
    }
    return enabled == std::set<std::string_view>(numbers.begin(), numbers.end());
}

bool maps_enough(std::span<const ChannelMapping> mappings, std::span<const std::string> numbers,
    double enough_mapped) {
    if (enough_mapped >= 1.0) {
        return maps_exactly(mappings, numbers);
    }
    std::set<std::string_view> enabled;
    for (const ChannelMapping& mapping : mappings) {
        if (mapping.enabled) {
            enabled.insert(mapping.device_identifier);
        }
    }
    const auto mapped = std::ranges::count_if(
        numbers, [&](const std::string& number) { return enabled.contains(number); });
    return static_cast<double>(mapped) >= enough_mapped * static_cast<double>(numbers.size());
}

std::vector<ChannelMapping> map_to_set(
    std::span<const ChannelMapping> rows, const std::optional<std::vector<std::string>>& channels) {
    std::set<std::string_view> served;
    if (channels) {
        served.insert(channels->begin(), channels->end());
    }
    std::set<std::string_view> taken;
    std::vector<ChannelMapping> map;
    for (const ChannelMapping& row : rows) {
        if (row.channel_key.empty() || row.device_identifier.empty() ||
            (channels && !served.contains(row.device_identifier)) ||
            !taken.insert(row.device_identifier).second) {
            continue;
        }
        map.push_back(row);
        map.back().enabled = true;
    }
    return map;
}

} // namespace plex_tuner::plex
