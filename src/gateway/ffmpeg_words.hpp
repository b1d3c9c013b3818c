// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace plex_tuner::gateway {

/// What of a user's options for ffmpeg is not theirs to say: input, output, and which streams go
/// from one to the other are the tuner's, and an address would stand among the arguments of a
/// process with its password. A sentence that quotes no value; empty: nothing.
[[nodiscard]] std::string objection_to(const std::vector<std::string>& options);

} // namespace plex_tuner::gateway
