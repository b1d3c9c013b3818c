// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "background_work.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/server.hpp>
#include <plex_tuner/plex/session_judge.hpp>
#include <plex_tuner/plex/tuner_feeds.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

struct PlexReaperStatus {
    bool is_in_charge = false; ///< else another process is, or Plex has not been reached yet
    std::size_t sessions = 0;  ///< of Live TV, when last looked at
    bool hears_events = false;
    std::uint64_t stops = 0; ///< sessions that Plex was told to end
    std::uint64_t stop_failures = 0;
    std::uint64_t look_failures = 0; ///< times that Plex could not be asked
};

/// Ends Live TV in Plex that nobody watches. Of the processes that share a directory one does it
/// for a server: the one that holds a lock there, which the kernel takes from it when it ends,
/// however it ends; another one follows then.
class PlexReaper {
public:
    /// Options with a plex_reaper.
    PlexReaper(asio::io_context& io, fetch::Client& client, const ServiceOptions& options,
        const gateway::Gateway& gateway, std::shared_ptr<const Clock> clock, log::Logger logger);

    PlexReaper(const PlexReaper&) = delete;
    PlexReaper& operator=(const PlexReaper&) = delete;

    void start();
    [[nodiscard]] asio::awaitable<void> stop();

    /// Thread-safe.
    [[nodiscard]] PlexReaperStatus status() const;

private:
    using Wait = std::chrono::milliseconds;

    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<bool> take_charge();
    [[nodiscard]] asio::awaitable<void> listen();
    [[nodiscard]] asio::awaitable<void> hear(plex::EventStream events);
    [[nodiscard]] asio::awaitable<void> look();
    [[nodiscard]] asio::awaitable<void> end(const plex::SessionVerdict& verdict);
    [[nodiscard]] asio::awaitable<void> pause(asio::steady_timer& timer, Wait time) const;
    [[nodiscard]] std::optional<std::vector<plex::OpenChannel>> own_channels(
        std::string_view device_id) const;
    void note_failure(const Error& error);
    void hears_events(bool is_on);

    template <class Change>
    void update(Change change) {
        const std::scoped_lock lock(mutex_);
        change(status_);
    }

    BackgroundWork work_;
    const ServiceOptions& options_;
    const PlexReaperOptions& reaper_;
    const gateway::Gateway& gateway_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    plex::Server server_;
    plex::TunerFeeds feeds_;
    plex::SessionJudge judge_;
    std::string machine_identifier_; ///< of the server; empty: not known yet
    std::optional<FileLock> lease_;
    asio::steady_timer wake_;  ///< of the next look
    asio::steady_timer again_; ///< of the next attempt to listen
    bool has_news_ = false;    ///< an event asks for a look
    bool may_wake_ = false;    ///< the least pause between two looks is over
    std::string last_error_;   ///< of looking; empty: the last one succeeded
    mutable std::mutex mutex_;
    PlexReaperStatus status_; ///< guarded by mutex_
};

} // namespace plex_tuner::engine
