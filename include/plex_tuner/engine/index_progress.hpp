// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

/// What a pass over the series came to, or has come to so far.
struct SeriesPassOutcome {
    static constexpr std::size_t kMaxFailures = 50;

    struct Failure {
        std::string series; ///< its id at the panel
        std::string reason;
    };

    std::size_t wanted = 0; ///< that were not known as they are now
    std::size_t fetched = 0;
    std::size_t failed = 0;             ///< the episodes they had stay
    std::size_t episodes = 0;           ///< of those that were fetched
    std::size_t seasons = 0;            ///< of those that were fetched
    std::vector<Failure> failures = {}; ///< the first ones
    bool complete = false;              ///< nothing is left to fetch

    /// With that of another account.
    void add(const SeriesPassOutcome& other);
};

/// What an index run is at.
struct IndexProgress {
    std::string_view phase; ///< "asking the provider", "fetching films", …
    std::size_t done = 0;
    std::size_t total = 0;                     ///< 0: not known
    const SeriesPassOutcome* series = nullptr; ///< while episodes are fetched
};

/// Called often, on the thread of the run; may be empty.
using ProgressSink = std::function<void(const IndexProgress&)>;

} // namespace plex_tuner::engine
