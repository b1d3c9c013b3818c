// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "field.hpp"

#include <span>
#include <string>
#include <vector>

namespace plex_tuner::config {

struct FlagValue {
    const Field* field;
    std::string text;
};

struct ParsedFlags {
    std::vector<FlagValue> values; ///< in the order given; the last of a field counts
    std::vector<std::string> problems;
    bool help_requested = false;
};

/// Flags as Go's flag package spells them: -x v, -x=v, --x v, --x=v; switches -x, -x=false. No
/// argument may be left over.
[[nodiscard]] ParsedFlags parse_flags(
    std::span<const std::string> arguments, std::string_view subcommand);

} // namespace plex_tuner::config
