// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "command_guide.hpp"

#include <plex_tuner/config/loader.hpp>

#include <span>
#include <string>

namespace plex_tuner::cli {

/// plex-tuner.1, for troff with the man macros.
[[nodiscard]] std::string manual_page(std::span<const CommandGuide> commands,
    std::span<const config::SettingHelp> settings, const std::string& version);

} // namespace plex_tuner::cli
