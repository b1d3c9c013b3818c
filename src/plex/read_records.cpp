// SPDX-License-Identifier: GPL-3.0-or-later
#include "read_records.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/base/percent.hpp>

#include <algorithm>

namespace plex_tuner::plex {

namespace {

std::string text(const Element& element, std::string_view key) {
    return std::string(element.attribute(key));
}

std::string first_of(const Element& element, std::string_view key, std::string_view other) {
    const std::string_view value = element.attribute(key);
    return std::string(value.empty() ? element.attribute(other) : value);
}

/// The last part of "device://tv.plex.grabbers.hdhomerun/10439EFD" where the id is not said.
std::string device_id_of(const Element& element) {
    const std::string_view id = element.attribute("deviceId");
    if (!id.empty()) {
        return ascii::upper(id);
    }
    const std::string_view uuid = element.attribute("uuid");
    return uuid.starts_with("device://") ? ascii::upper(uuid.substr(uuid.rfind('/') + 1)) : "";
}

Device read_device(const Element& element) {
    Device device;
    device.key = text(element, "key");
    device.uuid = text(element, "uuid");
    device.uri = text(element, "uri");
    device.device_id = device_id_of(element);
    device.title = first_of(element, "title", "name");
    device.channels = read_channel_mappings(element);
    device.is_alive = element.flag("status");
    if (const std::string_view status = element.attribute("status"); !device.is_alive) {
        device.is_alive = status == "alive"  ? std::optional(true)
                          : status == "dead" ? std::optional(false)
                                             : std::nullopt;
    }
    return device;
}

/// As the server wrote it, which is how it wants to have it back; one that stands there twice may
/// be encoded once.
void add_lineup(std::vector<std::string>& lineups, std::string_view id) {
    const bool is_new = std::ranges::none_of(lineups,
        [&](const std::string& other) { return percent::decode(other) == percent::decode(id); });
    if (!id.empty() && is_new) {
        lineups.emplace_back(id);
    }
}

Dvr read_dvr(const Element& element) {
    Dvr dvr;
    dvr.key = text(element, "key");
    dvr.uuid = text(element, "uuid");
    dvr.title = first_of(element, "title", "lineupTitle");
    dvr.lineup_title = text(element, "lineupTitle");
    dvr.epg_identifier = text(element, "epgIdentifier");
    add_lineup(dvr.lineups, element.attribute("lineup"));
    for (const Element* lineup : element.all("Lineup")) {
        add_lineup(dvr.lineups, lineup->attribute("id"));
    }
    for (const Element* device : element.all("Device")) {
        dvr.devices.push_back(read_device(*device));
    }
    if (const std::string key = text(element, "deviceKey"); dvr.devices.empty() && !key.empty()) {
        dvr.devices.emplace_back().key = key;
    }
    return dvr;
}

} // namespace

std::vector<ChannelMapping> read_channel_mappings(const Element& container) {
    std::vector<ChannelMapping> mappings;
    for (const Element* row : container.all("ChannelMapping")) {
        mappings.push_back({.channel_key = text(*row, "channelKey"),
            .device_identifier = text(*row, "deviceIdentifier"),
            .lineup_identifier = text(*row, "lineupIdentifier"),
            .enabled = row->flag("enabled").value_or(true)});
    }
    return mappings;
}

std::vector<Device> read_devices(const Element& container) {
    std::vector<Device> devices;
    for (const Element* device : container.all("Device")) {
        devices.push_back(read_device(*device));
    }
    return devices;
}

std::vector<Dvr> read_dvrs(const Element& container) {
    std::vector<Dvr> dvrs;
    for (const Element* dvr : container.all("Dvr")) {
        dvrs.push_back(read_dvr(*dvr));
    }
    return dvrs;
}

std::vector<Library> read_libraries(const Element& container) {
    std::vector<Library> libraries;
    for (const Element* section : container.all("Directory")) {
        Library library{.key = text(*section, "key"),
            .type = text(*section, "type"),
            .title = text(*section, "title")};
        for (const Element* location : section->all("Location")) {
            library.locations.push_back(text(*location, "path"));
        }
        libraries.push_back(std::move(library));
    }
    return libraries;
}

std::vector<Preference> read_preferences(const Element& container) {
    std::vector<Preference> preferences;
    for (const Element* setting : container.all("Setting")) {
        preferences.push_back({text(*setting, "id"), text(*setting, "value")});
    }
    return preferences;
}

ServerAbout read_about(const Element& container) {
    return {.name = text(container, "friendlyName"),
        .version = text(container, "version"),
        .has_pass = container.flag("myPlexSubscription"),
        .allows_tuners = container.flag("allowTuners")};
}

ServerIdentity read_identity(const Element& container) {
    return {.machine_identifier = text(container, "machineIdentifier"),
        .version = text(container, "version")};
}

std::vector<std::string> read_activities(const Element& container) {
    std::vector<std::string> uuids;
    for (const Element* activity : container.all("Activity")) {
        uuids.push_back(text(*activity, "uuid"));
    }
    return uuids;
}

} // namespace plex_tuner::plex
