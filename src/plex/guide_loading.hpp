// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/dvr_plan.hpp>
#include <plex_tuner/plex/server.hpp>

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::plex {

/// Loads the guides of several DVRs at once, waits for all of them together, and maps the channels.
class GuideLoading {
public:
    struct Options {
        std::chrono::milliseconds wait{};
        std::chrono::milliseconds first_poll{}; ///< grows to ten times as much
    };

    /// All that is pointed to outlives the run.
    struct Target {
        std::string name;
        const TunerPlan* plan;
        const std::optional<std::vector<std::string>>* channels; ///< that the tuner serves
        bool reload = true; ///< false: what is loaded already is looked at once
        bool map = true;    ///< the channels, when the guide is there
    };

    struct Outcome {
        std::size_t channels = 0; ///< mapped, as read back
        std::string error;
        std::vector<ChannelMapping> rows; ///< what could be shown on each channel, as seen last
    };

    GuideLoading(Server& server, log::Logger logger, Options options)
        : server_(server), logger_(std::move(logger)), options_(options) {}

    void add(const Target& target) { loads_.push_back({.target = target}); }

    /// One outcome for each target, in order. A guide that does not come in time is no error: there
    /// are no channels then, or those that are known.
    [[nodiscard]] asio::awaitable<std::vector<Outcome>> run();

private:
    struct Load {
        Target target;
        std::string activity = {};
        std::vector<ChannelMapping> map = {};
        bool was_running = false; ///< the server told of it
        bool complete = false;
        Outcome outcome = {};
    };

    [[nodiscard]] asio::awaitable<void> reload(Load& load);
    [[nodiscard]] asio::awaitable<void> wait_for_all();
    [[nodiscard]] asio::awaitable<void> look(Load& load, const std::vector<std::string>& running);
    [[nodiscard]] asio::awaitable<void> set_map(Load& load);
    [[nodiscard]] asio::awaitable<Result<std::vector<ChannelMapping>>> read_back(const Load& load);

    Server& server_;
    log::Logger logger_;
    Options options_;
    std::vector<Load> loads_;
};

} // namespace plex_tuner::plex
