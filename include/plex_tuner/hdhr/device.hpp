// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/channel_facts.hpp>
#include <plex_tuner/hdhr/device_id.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::hdhr {

/// Who the tuner says it is; fixed for the life of the process.
struct Device {
    DeviceId id = DeviceId::from_seed(0);
    std::string friendly_name = "Plex Tuner";
    std::string manufacturer = "Silicondust"; ///< clients recognise tuners by it
    /// No "HDTC" in it: that would announce a transcoding model (Jellyfin then asks for
    /// ?transcode=).
    std::string model_number = "HDHR5-4US";
    std::string firmware_name = "hdhomerun5_atsc";
    std::string firmware_version = "20240101";
    std::string device_auth; ///< 24 characters; derived from the id when empty
    int tuner_count = 2;
    bool scan_possible = true;
};

/// What the device says as DeviceAuth. Hardware sends 24 characters; ours are stable and open
/// nothing.
[[nodiscard]] std::string device_auth(const Device& device);
/// A stable RFC 4122 name-based UUID for the device: UPnP UDN.
[[nodiscard]] std::string device_uuid(const Device& device);

/// HDHomeRun HTTP API, /discover.json. `base_url` is how the asking client reaches us, without a
/// trailing slash.
[[nodiscard]] std::string discover_json(const Device& device, std::string_view base_url);
/// /lineup_status.json when no scan runs; ours end the moment they start.
[[nodiscard]] std::string lineup_status_json(const Device& device);
/// UPnP device description 1.0, /device.xml.
[[nodiscard]] std::string device_xml(const Device& device, std::string_view base_url);

[[nodiscard]] std::string lineup_json(
    const lineup::Lineup& lineup, std::string_view base_url, const LineupView& view = {});
[[nodiscard]] std::string lineup_xml(
    const lineup::Lineup& lineup, std::string_view base_url, const LineupView& view = {});
/// /lineup.m3u, as the hardware writes it: numbers and names, /auto/v<number> URLs.
[[nodiscard]] std::string lineup_m3u(
    const lineup::Lineup& lineup, std::string_view base_url, const LineupView& view = {});
/// /live.m3u for players: url-tvg, the ids guide.xml uses, logos and groups. Holds the channels of
/// the guide, hidden ones too.
[[nodiscard]] std::string live_m3u(const lineup::Lineup& lineup, std::string_view base_url);

} // namespace plex_tuner::hdhr
