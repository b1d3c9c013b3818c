// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace plex_tuner::engine {

/// What an index run is at.
struct IndexProgress {
    std::string_view phase; ///< "asking the provider", "fetching films", …
    std::size_t done = 0;
    std::size_t total = 0; ///< 0: not known
};

/// Called often, on the thread of the run; may be empty.
using ProgressSink = std::function<void(const IndexProgress&)>;

} // namespace plex_tuner::engine
