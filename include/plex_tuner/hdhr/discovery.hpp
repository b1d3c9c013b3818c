// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/device.hpp>
#include <plex_tuner/hdhr/native_packet.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace plex_tuner::hdhr {

/// HDHomeRun native protocol, discovery: the reply to `datagram` of a client that reaches us at
/// `base_url` (an address, not a name, and no slash at its end). Empty: it is no discovery request,
/// or one for other devices.
[[nodiscard]] std::vector<std::uint8_t> answer_discovery(
    Octets datagram, const Device& device, std::string_view base_url);

} // namespace plex_tuner::hdhr
