// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/net/accept_encoding.hpp>

#include <algorithm>

namespace plex_tuner::net {

namespace {

/// "0", "0.", "0.0", …: the only weights that mean "not acceptable".
bool is_zero_weight(std::string_view parameters) {
    for (const std::string_view parameter : ascii::split_list(parameters, ';')) {
        if (!ascii::istarts_with(parameter, "q=")) {
            continue;
        }
        const std::string_view weight = parameter.substr(2);
        return weight.starts_with('0') &&
               std::ranges::all_of(weight, [](char c) { return c == '0' || c == '.'; });
    }
    return false;
}

} // namespace

bool accepts_encoding(const Request& request, std::string_view coding) {
    bool wildcard = false;
    for (const auto& [name, value] : request.headers) {
        if (!ascii::iequals(name, "Accept-Encoding")) {
            continue;
        }
        for (const std::string_view item : ascii::split_list(value)) {
            const std::size_t semicolon = item.find(';');
            const std::string_view token = ascii::trim(item.substr(0, semicolon));
            const bool refused =
                semicolon != std::string_view::npos && is_zero_weight(item.substr(semicolon + 1));
            if (ascii::iequals(token, coding) ||
                (ascii::iequals(coding, "gzip") && ascii::iequals(token, "x-gzip"))) {
                return !refused;
            }
            wildcard = wildcard || (token == "*" && !refused);
        }
    }
    return wildcard;
}

} // namespace plex_tuner::net
