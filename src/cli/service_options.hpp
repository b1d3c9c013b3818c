// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/config/config.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>

#include <string_view>
#include <vector>

namespace plex_tuner::cli {

/// What the service is made of, from the settings: modules never see the Config. Decides between
/// provider, catalog on disk and demo, and settles the device id (a generated one is kept in the
/// state directory).
[[nodiscard]] Result<engine::ServiceOptions> make_service_options(const config::Config& config,
    lineup::Options lineup, std::string_view version, const log::Logger& logger);

/// An account is known to the streaming hosts of its provider, and to no other.
[[nodiscard]] std::vector<fetch::Credentials> stream_credentials(const config::Config& config);

} // namespace plex_tuner::cli
