// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/check.hpp>
#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/hdhr/discovery_client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/net/input_filters.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// How the tuner that is looked for is configured.
struct DiscoveryQuestion {
    std::string listen;        ///< of its HTTP server
    std::string second_listen; ///< empty: none
    std::string base_url;      ///< empty: each client is told the address it asked at
    bool native = true;
    std::uint16_t discovery_port = 65'001;
    std::uint16_t control_port = 65'001;
    bool ssdp = true;
};

/// What asking for discover.json, or for a variable, came to.
struct DoctorAnswer {
    std::string url;     ///< or address
    std::string text;    ///< the device id, or the value
    std::string failure; ///< empty: it answered
};

struct DiscoveryFacts {
    struct Network {
        std::string name;
        std::string address;
    };

    struct Found {
        hdhr::FoundDevice device;
        std::string address; ///< that it answered from
    };

    struct Announced {
        std::string usn;
        std::string location;
    };

    DoctorAnswer home;                      ///< where the tuner must answer: on this machine
    std::vector<Network> networks;          ///< of this machine, without itself
    std::vector<DoctorAnswer> http;         ///< one for each network
    std::optional<DoctorAnswer> advertised; ///< at base_url
    std::vector<DoctorAnswer> port_80;      ///< one for each network
    std::vector<Found> found;               ///< by broadcasts on every network
    std::vector<DoctorAnswer> control;      ///< one for each network: its model
    std::vector<Announced> announced;       ///< by SSDP
    std::string no_socket; ///< why nothing could be sent for the two; empty: it was
    Result<std::vector<net::InputFilter>> filters;
    std::string uuid; ///< that the tuner has in SSDP; empty: its id is not known
};

/// Asks as clients do, from this machine; takes about two seconds.
[[nodiscard]] DiscoveryFacts look_for_tuner(const DiscoveryQuestion& question,
    const fetch::ClientOptions& client_options, const log::Logger& logger);

/// What is in order and what is not.
[[nodiscard]] std::vector<Check> examine(
    const DiscoveryQuestion& question, const DiscoveryFacts& facts);

} // namespace plex_tuner::engine
