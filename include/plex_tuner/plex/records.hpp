// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::plex {

/// Which channel of a guide is shown on a channel of a tuner.
struct ChannelMapping {
    std::string channel_key = {};       ///< of the guide; empty: none was found
    std::string device_identifier = {}; ///< the guide number of the tuner's lineup
    std::string lineup_identifier = {}; ///< the number in the guide
    bool enabled = true;
    friend bool operator==(const ChannelMapping&, const ChannelMapping&) = default;
};

/// A tuner as Plex knows it, whether a DVR uses it or not.
struct Device {
    std::string key = {};
    std::string uuid = {};
    std::string uri = {};
    std::string device_id = {}; ///< of its discover.json, in upper case
    std::string title = {};
    std::vector<ChannelMapping> channels = {};
    std::optional<bool> is_alive = std::nullopt; ///< Plex reached it when it last looked
};

/// A recorder: tuners and the guides shown on them.
struct Dvr {
    std::string key = {};
    std::string uuid = {};
    std::string title = {};
    std::vector<std::string> lineups = {}; ///< ids, see lineup_id.hpp; the one in use first
    std::vector<Device> devices = {};
    std::string lineup_title = {};
    std::string epg_identifier = {}; ///< of its guide's provider
};

/// All of both.
struct Present {
    std::vector<Device> devices = {};
    std::vector<Dvr> dvrs = {};
};

/// What a server says of itself to its owner; what it does not say is none, or empty.
struct ServerAbout {
    std::string name = {};
    std::string version = {};
    std::optional<bool> has_pass = std::nullopt;
    std::optional<bool> allows_tuners = std::nullopt;
    std::string date = {}; ///< its clock, as HTTP writes it
};

struct ServerIdentity {
    std::string machine_identifier = {};
    std::string version = {};
};

} // namespace plex_tuner::plex
