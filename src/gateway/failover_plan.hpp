// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/gateway/failover_reason.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

namespace plex_tuner::gateway {

/// Which of a channel's sources to play next, and when: one that failed is left alone for a while
/// that grows with each further failure, the longer the more its answer was a refusal; one that
/// played well and broke off is asked again first. Sources that have recovered are tried when the
/// one in use fails, never before: what plays is left alone. Pure; not thread-safe.
class FailoverPlan {
public:
    explicit FailoverPlan(std::size_t sources) : sources_(sources) {}

    struct Choice {
        std::size_t source = 0;
        SteadyTime not_before{};
        bool is_told = false; ///< by the server: not to be asked before
    };

    /// The next try; nullopt: no source can ever be played.
    [[nodiscard]] std::optional<Choice> next(SteadyTime now) const;

    /// That source was tried and left for that reason; `told`: how long its server wants to be left
    /// alone.
    void failed(std::size_t source, FailoverReason reason, SteadyTime now,
        std::optional<std::chrono::seconds> told = std::nullopt);
    /// It has played for long before it broke off, through no fault that lasts.
    void broke_off(std::size_t source, SteadyTime now);

    /// It cannot be played at all, or has had its chances.
    void give_up(std::size_t source) { sources_[source].given_up = true; }

    [[nodiscard]] int failures(std::size_t source) const { return sources_[source].failures; }

    /// Sources that are not given up.
    [[nodiscard]] std::size_t left() const noexcept;
    /// Another source than that one could be tried now.
    [[nodiscard]] bool has_alternative(std::size_t source, SteadyTime now) const;

private:
    struct Source {
        int failures = 0; ///< in a row
        SteadyTime cool_until{};
        bool is_told = false; ///< cool_until is what the server said
        bool given_up = false;
    };

    std::vector<Source> sources_;
    std::size_t current_ = 0;
    bool stay_ = true; ///< the current source comes first
};

} // namespace plex_tuner::gateway
