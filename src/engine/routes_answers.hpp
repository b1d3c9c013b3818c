// SPDX-License-Identifier: GPL-3.0-or-later
// What answers of several routes have in common.
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/net/http_server.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace plex_tuner::engine {

// Real hardware sends these with its documents; browser-based clients need the second.
inline constexpr std::string_view kJson = "application/json; charset=\"utf-8\"";

[[nodiscard]] inline net::Response document(std::string body, std::string_view content_type) {
    net::Response response;
    response.headers.add("Content-Type", std::string(content_type));
    response.headers.add("Access-Control-Allow-Origin", "*");
    response.headers.add("Cache-Control", "no-cache");
    response.body = std::make_shared<const std::string>(std::move(body));
    return response;
}

/// Handlers cannot do anything about a peer that went away while it was being answered.
inline void ignore(const Result<void>&) {}

} // namespace plex_tuner::engine
