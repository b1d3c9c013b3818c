// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/config/config.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <optional>
#include <string>

namespace plex_tuner::cli {

/// Which channels make the lineup; the error names the setting that is wrong. Reads the rules file.
/// `shard` stands in for a setting that is not there.
[[nodiscard]] Result<lineup::Options> make_lineup_options(
    const config::Config& config, std::optional<lineup::Shard> shard = std::nullopt);

/// What a lineup that several tuners share is called.
[[nodiscard]] std::string lineup_name(const config::Config& config);

} // namespace plex_tuner::cli
