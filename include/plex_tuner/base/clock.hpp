// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace plex_tuner {

using WallTime = std::chrono::sys_seconds;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Where code gets the time from, so that tests can set it. Implementations are thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual WallTime wall() const = 0;
    [[nodiscard]] virtual SteadyTime steady() const = 0;
};

class SystemClock final : public Clock {
public:
    [[nodiscard]] WallTime wall() const override {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }

    [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
};

} // namespace plex_tuner
