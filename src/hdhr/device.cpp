// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/document_text.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/hdhr/device.hpp>

namespace plex_tuner::hdhr {

namespace {

void add_member(std::string& out, std::string_view name, std::string_view value) {
    if (out.back() != '{') {
        out += ',';
    }
    append_json_string(out, name);
    out += ':';
    append_json_string(out, value);
}

} // namespace

std::string device_auth(const Device& device) {
    if (!device.device_auth.empty()) {
        return device.device_auth;
    }
    return (Fnv1a().add("auth").add(device.id.text()).hex() + device.id.text()).substr(0, 24);
}

std::string device_uuid(const Device& device) {
    std::string hex = Fnv1a().add("plex-tuner uuid a ").add(device.id.text()).hex() +
                      Fnv1a().add("plex-tuner uuid b ").add(device.id.text()).hex();
    hex[12] = '5'; // name-based version
    hex[16] = 'a'; // RFC 4122 variant
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20, 12);
}

std::string discover_json(const Device& device, std::string_view base_url) {
    std::string out = "{";
    add_member(out, "FriendlyName", device.friendly_name);
    add_member(out, "Manufacturer", device.manufacturer);
    add_member(out, "ModelNumber", device.model_number);
    add_member(out, "FirmwareName", device.firmware_name);
    add_member(out, "FirmwareVersion", device.firmware_version);
    add_member(out, "DeviceID", device.id.text());
    add_member(out, "DeviceAuth", device_auth(device));
    add_member(out, "BaseURL", base_url);
    add_member(out, "LineupURL", std::string(base_url) + "/lineup.json");
    out += ",\"TunerCount\":" + std::to_string(device.tuner_count) + "}";
    return out;
}

std::string lineup_status_json(const Device& device) {
    return std::string(R"({"ScanInProgress":0,"ScanPossible":)") +
           (device.scan_possible ? "1" : "0") +
           R"(,"Source":"Antenna","SourceList":["Antenna","Cable"]})";
}

std::string device_xml(const Device& device, std::string_view base_url) {
    const auto element = [](std::string_view name, std::string_view text) {
        std::string out = "<";
        out.append(name).append(">");
        append_xml(out, text);
        return out.append("</").append(name).append(">");
    };
    return R"(<?xml version="1.0" encoding="UTF-8"?>)"
           "\n"
           R"(<root xmlns="urn:schemas-upnp-org:device-1-0">)"
           "<specVersion><major>1</major><minor>0</minor></specVersion>" +
           element("URLBase", base_url) + "<device>" +
           element("deviceType", "urn:schemas-upnp-org:device:MediaServer:1") +
           element("friendlyName", device.friendly_name) +
           element("manufacturer", device.manufacturer) +
           element("modelName", device.model_number) + element("modelNumber", device.model_number) +
           element("serialNumber", device.id.text()) +
           element("UDN", "uuid:" + device_uuid(device)) + "</device></root>\n";
}

} // namespace plex_tuner::hdhr
