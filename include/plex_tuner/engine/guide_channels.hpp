// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/log/logger.hpp>

#include <vector>

namespace plex_tuner::engine {

/// All channels of a guide on disk or on the network. Blocks; errors name the place without
/// credentials.
[[nodiscard]] Result<std::vector<guide::SourceChannel>> guide_channels_at(const Location& where,
    const fetch::ClientOptions& client_options, const fetch::Limits& limits,
    const log::Logger& logger);

} // namespace plex_tuner::engine
