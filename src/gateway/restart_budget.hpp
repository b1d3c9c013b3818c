// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <deque>
#include <optional>

namespace plex_tuner::gateway {

/// How often a worker that ends is replaced, and how soon: at once where it had done its work, a
/// little later where it had not, and not any more where that does not help. Pure.
class RestartBudget {
public:
    /// So many in a row may end without having given anything.
    static constexpr int kBarren = 3;
    /// And so many in all within that time.
    static constexpr std::size_t kMost = 8;
    static constexpr std::chrono::seconds kWithin{30};
    static constexpr std::chrono::milliseconds kPause{200}; ///< after a barren one, each time more

    /// A worker ended: how long to wait before the next one; nullopt: no other.
    [[nodiscard]] std::optional<std::chrono::milliseconds> after_end(
        bool has_given, SteadyTime now);

private:
    int barren_ = 0;
    std::deque<SteadyTime> ends_;
};

} // namespace plex_tuner::gateway
