// SPDX-License-Identifier: GPL-3.0-or-later
#include "unknown_names.hpp"

#include "ancestor_names.hpp"
#include "field.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/config/loader.hpp>
#include <plex_tuner/config/nearest.hpp>

#include <algorithm>
#include <vector>

namespace plex_tuner::config {
namespace {

[[nodiscard]] bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, ascii::is_digit);
}

/// "5004_TCP", "5004_TCP_ADDR"
[[nodiscard]] bool is_port_and_protocol(std::string_view text) {
    const std::size_t bar = std::min(text.find('_'), text.size());
    std::string_view rest = text.substr(bar);
    if (!is_number(text.substr(0, bar)) ||
        !(rest.starts_with("_TCP") || rest.starts_with("_UDP"))) {
        return false;
    }
    rest.remove_prefix(4);
    return rest.empty() || rest == "_PROTO" || rest == "_PORT" || rest == "_ADDR";
}

/// Links to a Service, which every pod of its namespace gets: <SERVICE>_SERVICE_HOST,
/// <SERVICE>_SERVICE_PORT[_<NAME>], <SERVICE>_PORT, <SERVICE>_PORT_<n>_TCP[_ADDR].
[[nodiscard]] bool is_kubernetes_link(std::string_view name, std::string_view value) {
    // The end of the service's name, which may be nothing but the prefix of ours.
    const std::string text = "_" + std::string(name);
    if (text.ends_with("_SERVICE_HOST")) {
        return true;
    }
    if (text.contains("_SERVICE_PORT")) {
        return is_number(value);
    }
    if (text.ends_with("_PORT") && (value.starts_with("tcp://") || value.starts_with("udp://"))) {
        return true;
    }
    constexpr std::string_view kPort = "_PORT_";
    for (std::size_t at = text.find(kPort); at != std::string::npos;
        at = text.find(kPort, at + 1)) {
        if (is_port_and_protocol(std::string_view(text).substr(at + kPort.size()))) {
            return true;
        }
    }
    return false;
}

} // namespace

std::optional<std::string> warn_about_unknown(
    std::string_view name_without_prefix, std::string_view value, std::string_view place) {
    if (is_kubernetes_link(name_without_prefix, value)) {
        return std::nullopt;
    }
    const std::string shown = std::string(kEnvironmentPrefix) + std::string(name_without_prefix) +
                              " (" + std::string(place) + ")";
    if (is_ancestor_variable(name_without_prefix)) {
        return shown + " is not supported by this version yet, ignored";
    }
    std::vector<std::string_view> names;
    for (const Field& field : fields()) {
        names.push_back(field.name);
    }
    const auto near = nearest(name_without_prefix, names);
    return shown + " is unknown, ignored" +
           (near ? "; did you mean " + std::string(kEnvironmentPrefix) + std::string(*near) + "?"
                 : "");
}

} // namespace plex_tuner::config
