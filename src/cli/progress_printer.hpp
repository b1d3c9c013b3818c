// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/engine/index_progress.hpp>

#include <chrono>
#include <string>

namespace plex_tuner::cli {

/// Shows on stderr what an index run is at: on a terminal one line that changes (phase, counts,
/// rate, time left), elsewhere a line per phase and one every ten seconds.
class ProgressPrinter {
public:
    explicit ProgressPrinter(bool terminal) : terminal_(terminal) {}

    ~ProgressPrinter() { clear(); }

    ProgressPrinter(const ProgressPrinter&) = delete;
    ProgressPrinter& operator=(const ProgressPrinter&) = delete;

    void show(const engine::IndexProgress& progress);
    /// Removes the changing line; before anything else is printed.
    void clear();

    /// "fetching episodes 250 of 1000, 25/s, 30 s left"
    [[nodiscard]] static std::string line_of(
        const engine::IndexProgress& progress, std::chrono::milliseconds since_phase_began);

private:
    using Clock = std::chrono::steady_clock;

    bool terminal_;
    std::string phase_;
    Clock::time_point phase_began_;
    Clock::time_point shown_;
    bool line_is_open_ = false;
};

} // namespace plex_tuner::cli
