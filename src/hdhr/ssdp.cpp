// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/hdhr/ssdp.hpp>

#include <algorithm>

namespace plex_tuner::hdhr {

namespace {

constexpr std::string_view kRootDevice = "upnp:rootdevice";
constexpr std::string_view kDeviceType = "urn:schemas-upnp-org:device:MediaServer:1";
/// More is not waited for, whatever a search allows.
constexpr std::chrono::seconds kLongestSpread{5};

struct Line {
    std::string_view text;
    std::string_view rest;
};

[[nodiscard]] Line first_line(std::string_view text) {
    const std::size_t end = text.find('\n');
    Line line{text.substr(0, end),
        end == std::string_view::npos ? std::string_view() : text.substr(end + 1)};
    if (line.text.ends_with('\r')) {
        line.text.remove_suffix(1);
    }
    return line;
}

/// The value of a header, whose name may be in any case; empty: there is none.
[[nodiscard]] std::string_view header(std::string_view headers, std::string_view name) {
    while (!headers.empty()) {
        const auto [line, rest] = first_line(headers);
        const std::size_t colon = line.find(':');
        if (colon != std::string_view::npos &&
            ascii::iequals(ascii::trim(line.substr(0, colon)), name)) {
            return ascii::trim(line.substr(colon + 1));
        }
        headers = rest;
    }
    return {};
}

} // namespace

std::optional<SsdpSearch> parse_ssdp_search(std::string_view datagram, const Device& device) {
    const auto [line, headers] = first_line(datagram);
    if (!line.starts_with("M-SEARCH * HTTP/1.") || header(headers, "MAN") != "\"ssdp:discover\"") {
        return std::nullopt;
    }
    SsdpSearch search;
    const std::string_view wanted = header(headers, "ST");
    for (std::string& target : SsdpMessages::targets(device)) {
        if (wanted == "ssdp:all" || wanted == target) {
            search.targets.push_back(std::move(target));
        }
    }
    if (search.targets.empty()) {
        return std::nullopt;
    }
    if (const auto seconds = ascii::parse_integer<std::uint32_t>(header(headers, "MX"))) {
        search.spread = std::min(std::chrono::seconds(*seconds), kLongestSpread);
    }
    return search;
}

std::string ssdp_search(std::string_view target, std::chrono::seconds spread) {
    return "M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: \"ssdp:discover\"\r\nMX: " +
           std::to_string(spread.count()) + "\r\nST: " + std::string(target) + "\r\n\r\n";
}

std::optional<SsdpReply> parse_ssdp_reply(std::string_view datagram) {
    const auto [line, headers] = first_line(datagram);
    SsdpReply reply{std::string(header(headers, "USN")), std::string(header(headers, "LOCATION"))};
    if (!line.starts_with("HTTP/1.1 200") || reply.usn.empty() || reply.location.empty()) {
        return std::nullopt;
    }
    return reply;
}

SsdpMessages::SsdpMessages(const Device& device, std::string_view version)
    : uuid_("uuid:" + device_uuid(device)),
      server_("Linux UPnP/1.0 PlexTuner/" + std::string(version)) {}

std::vector<std::string> SsdpMessages::targets(const Device& device) {
    return {std::string(kRootDevice), "uuid:" + device_uuid(device), std::string(kDeviceType)};
}

std::string SsdpMessages::usn(std::string_view target) const {
    return target == uuid_ ? uuid_ : uuid_ + "::" + std::string(target);
}

std::string SsdpMessages::presence(std::string_view location) const {
    return "CACHE-CONTROL: max-age=" + std::to_string(kMaxAge.count()) +
           "\r\nLOCATION: " + std::string(location) + "\r\nSERVER: " + server_ + "\r\n";
}

std::string SsdpMessages::reply(std::string_view target, std::string_view location) const {
    return "HTTP/1.1 200 OK\r\n" + presence(location) + "EXT:\r\nST: " + std::string(target) +
           "\r\nUSN: " + usn(target) + "\r\nCONTENT-LENGTH: 0\r\n\r\n";
}

std::string SsdpMessages::alive(std::string_view target, std::string_view location) const {
    return "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n" + presence(location) +
           "NT: " + std::string(target) + "\r\nNTS: ssdp:alive\r\nUSN: " + usn(target) + "\r\n\r\n";
}

std::string SsdpMessages::byebye(std::string_view target) const {
    return "NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: " + std::string(target) +
           "\r\nNTS: ssdp:byebye\r\nUSN: " + usn(target) + "\r\n\r\n";
}

} // namespace plex_tuner::hdhr
