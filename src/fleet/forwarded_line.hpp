// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::fleet {

enum class Stream { output, errors };

/// A line of a child in the supervisor's log, with its line end. As text "[sports stderr] …", what
/// would move the cursor of a terminal made visible. As JSON the child's own object with an
/// "instance" in front; a line that is none becomes the message of one.
[[nodiscard]] std::string forwarded_line(
    std::string_view name, Stream stream, std::string_view line, log::Format format);

} // namespace plex_tuner::fleet
