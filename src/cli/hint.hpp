// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/engine/service.hpp>

#include <cstdint>
#include <string>

namespace plex_tuner::cli {

/// The few lines on stdout that say where to point Plex.
[[nodiscard]] std::string start_hint(const engine::ServiceOptions& options, std::uint16_t port);

} // namespace plex_tuner::cli
