// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/session_judge.hpp>

#include <chrono>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

namespace plex_tuner::plex {

struct DrainOptions {
    enum class Mode {
        now,   ///< ends what there is, and waits until it is gone
        idle,  ///< waits until what there is is abandoned, and ends it
        watch, ///< ends what is abandoned, for as long as it runs
    };

    Mode mode = Mode::now;
    /// Which sessions, and when they are abandoned; mode now asks for the former alone.
    JudgeOptions judge = {};
    std::chrono::milliseconds wait{15'000}; ///< of now and idle, all in all
    std::chrono::milliseconds poll{1'000};  ///< between two looks
    std::chrono::milliseconds run_time{0};  ///< of watch; 0: for ever
    bool dry_run = false;                   ///< says what it would do
};

/// Whether all went that was to go.
enum class DrainEnd { done, timeout };

/// Ends Live TV in Plex. Each thing that happens is told to `say` as a line that begins with a word
/// for scripts: LIVE_MATCHED, LIVE, STOP, STOP_FAILED, DRAIN OK, DRAIN TIMEOUT, IDLE_WAIT OK,
/// IDLE_WAIT TIMEOUT, WATCH_START, WATCH_LOST, WATCH_END. An error when the sessions cannot be had.
[[nodiscard]] asio::awaitable<Result<DrainEnd>> drain_sessions(Server& server,
    fetch::Client& client, DrainOptions options, std::function<void(std::string)> say);

} // namespace plex_tuner::plex
