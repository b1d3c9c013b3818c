// SPDX-License-Identifier: GPL-3.0-or-later
#include <plex_tuner/log/library_versions.hpp>

#include <spdlog/version.h>

namespace plex_tuner::log {

std::vector<LibraryVersion> library_versions() {
    return {{"spdlog", std::to_string(SPDLOG_VER_MAJOR) + "." + std::to_string(SPDLOG_VER_MINOR) +
                           "." + std::to_string(SPDLOG_VER_PATCH)}};
}

} // namespace plex_tuner::log
