// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/hdhr/device.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::hdhr {

/// A search that we answer (UPnP Device Architecture 1.0, section 1.2).
struct SsdpSearch {
    std::vector<std::string> targets; ///< one reply for each
    /// Replies go out at some time within it, so that not all devices answer at once.
    std::chrono::seconds spread{1};
};

/// nullopt: it is no search, or one for other devices.
[[nodiscard]] std::optional<SsdpSearch> parse_ssdp_search(
    std::string_view datagram, const Device& device);

/// A search as a client sends it; replies come within `spread`.
[[nodiscard]] std::string ssdp_search(std::string_view target, std::chrono::seconds spread);

struct SsdpReply {
    std::string usn;
    std::string location; ///< URL of the description
};

/// nullopt: it is no reply to a search.
[[nodiscard]] std::optional<SsdpReply> parse_ssdp_reply(std::string_view datagram);

/// SSDP messages about one device. A target is what it can be searched by: that it is a device, its
/// uuid, its type.
class SsdpMessages {
public:
    static constexpr std::chrono::seconds kMaxAge{1'800};

    SsdpMessages(const Device& device, std::string_view version);

    [[nodiscard]] static std::vector<std::string> targets(const Device& device);

    /// `location` is the URL of device.xml.
    [[nodiscard]] std::string reply(std::string_view target, std::string_view location) const;
    [[nodiscard]] std::string alive(std::string_view target, std::string_view location) const;
    [[nodiscard]] std::string byebye(std::string_view target) const;

private:
    [[nodiscard]] std::string usn(std::string_view target) const;
    [[nodiscard]] std::string presence(std::string_view location) const;

    std::string uuid_;   ///< "uuid:…"
    std::string server_; ///< of the Server header
};

} // namespace plex_tuner::hdhr
