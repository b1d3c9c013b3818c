// SPDX-License-Identifier: GPL-3.0-or-later
// How the parts of Server ask.
#pragma once

#include "document.hpp"

#include <plex_tuner/base/percent.hpp>
#include <plex_tuner/plex/server.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::plex {

struct Server::Answer {
    Element container;
    std::string activity = {};
    std::string date = {};
};

struct Server::Call {
    fetch::Method method = fetch::Method::get;
    std::string path;
    std::string query = {};
    bool may_be_missing = false; ///< 404 is an answer, not a server that is starting
};

[[nodiscard]] inline std::string path_of(std::string_view base, std::string_view key) {
    return std::string(base) + "/" + percent::encode(key);
}

} // namespace plex_tuner::plex
