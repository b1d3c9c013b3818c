// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "command_guide.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace plex_tuner::cli {

/// What `shell` ("bash", "zsh", "fish") reads to complete command lines of plex-tuner. Nothing for
/// another one.
[[nodiscard]] std::optional<std::string> completion_script(
    std::string_view shell, std::span<const CommandGuide> commands);

} // namespace plex_tuner::cli
