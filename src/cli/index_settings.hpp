// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/config/config.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>

namespace plex_tuner::cli {

/// How the catalog is made, for every command that makes or serves one. Warns where the directory
/// that processes share cannot be used; then there is one of this instance alone.
[[nodiscard]] Result<engine::IndexOptions> make_index_options(
    const config::Config& config, const log::Logger& logger);

/// Of one request.
[[nodiscard]] fetch::Limits make_limits(const config::FetchSettings& settings);

[[nodiscard]] fetch::ClientOptions make_client_options(const config::Config& config);

/// Of one request for a guide.
[[nodiscard]] fetch::Limits make_guide_limits(
    const config::Config& config, std::chrono::milliseconds timeout);

} // namespace plex_tuner::cli
