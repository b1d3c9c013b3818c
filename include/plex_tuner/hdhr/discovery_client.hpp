// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/device_id.hpp>
#include <plex_tuner/hdhr/native_packet.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::hdhr {

/// HDHomeRun native protocol, discovery, as a client sees it: asks for any device, or for one.
[[nodiscard]] std::vector<std::uint8_t> discovery_request(
    std::optional<DeviceId> id = std::nullopt);

/// A tuner that answered.
struct FoundDevice {
    std::uint32_t id = 0;
    int tuner_count = 0;         ///< 0: not said
    std::string base_url = {};   ///< empty: port 80 of where the reply came from
    std::string lineup_url = {}; ///< empty: not said
};

/// nullopt: it is no reply, or none of a tuner.
[[nodiscard]] std::optional<FoundDevice> read_discovery_reply(Octets datagram);

/// HDHomeRun native protocol, control: asks for the value of a variable.
[[nodiscard]] std::vector<std::uint8_t> get_request(std::string_view name);

/// The text without what could harm a terminal; nullopt: it is no reply, or says an error.
[[nodiscard]] std::optional<std::string> read_get_reply(Octets packet);

} // namespace plex_tuner::hdhr
