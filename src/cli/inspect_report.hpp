// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/gateway/source_inspection.hpp>

#include <string>
#include <string_view>

namespace plex_tuner::cli {

/// What an inspection found, as a table to read. `source`: where it looked, without secrets. The
/// inspection has a stream.
[[nodiscard]] std::string inspection_text(
    std::string_view source, const gateway::Inspection& inspection);

/// The same as one JSON object (docs/inspect.md). All its members are there each time, null where
/// something is not known; also for a source without a stream.
[[nodiscard]] std::string inspection_json(
    std::string_view source, const gateway::Inspection& inspection);

} // namespace plex_tuner::cli
