// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <functional>
#include <optional>

namespace plex_tuner::fleet {

struct RestartOptions {
    bool restart = false;
    std::chrono::milliseconds delay{2'000}; ///< before the second restart in a row
    bool fail_fast = false;                 ///< gives up after kGiveUpAfter ends in a row
    friend bool operator==(const RestartOptions&, const RestartOptions&) = default;
};

/// When a child that ended is started again. The first time at once, as whoever watches waits; a
/// child that keeps ending is given longer and longer pauses, which differ a little from child to
/// child. One that ran for kHealthy begins anew. Knows no process and no clock.
class RestartPolicy {
public:
    static constexpr std::chrono::milliseconds kFirst{200};
    static constexpr std::chrono::milliseconds kLongest{60'000};
    static constexpr std::chrono::seconds kHealthy{10};
    static constexpr int kGiveUpAfter = 5;
    /// Of each pause, up or down.
    static constexpr double kJitter = 0.2;

    /// `random` gives numbers from 0 up to 1.
    RestartPolicy(RestartOptions options, std::function<double()> random);

    /// Other options from now on; what happened before still counts.
    void use(RestartOptions options) noexcept { options_ = options; }

    void started(SteadyTime now) noexcept { started_ = now; }

    /// The pause before the next start; nothing: there is none.
    [[nodiscard]] std::optional<std::chrono::milliseconds> ended(SteadyTime now);

    /// Ends without a healthy time between them.
    [[nodiscard]] int ends_in_a_row() const noexcept { return in_a_row_; }

private:
    RestartOptions options_;
    std::function<double()> random_;
    SteadyTime started_{};
    int in_a_row_ = 0;
};

} // namespace plex_tuner::fleet
