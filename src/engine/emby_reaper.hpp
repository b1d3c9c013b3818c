// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "background_work.hpp"
#include "publication.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/gateway/gateway.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/emby_server.hpp>
#include <plex_tuner/plex/session_judge.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

struct EmbyReaperStatus {
    std::string server = {};  ///< "Jellyfin"
    std::size_t sessions = 0; ///< that play channels of this tuner, when last looked at
    std::uint64_t stops = 0;  ///< sessions that the server was told to end
    std::uint64_t stop_failures = 0;
    std::uint64_t look_failures = 0; ///< times that the server could not be asked
};

/// Ends what a Jellyfin or Emby server believes to be played, and nobody watches. Each tuner looks
/// after its own channels, by number and name: those of others are none of its concern, so that
/// several tuners of one server need not agree.
class EmbyReaper {
public:
    EmbyReaper(asio::io_context& io, fetch::Client& client, const EmbyReaperOptions& options,
        const Publication& publication, const gateway::Gateway& gateway,
        std::shared_ptr<const Clock> clock, log::Logger logger);

    EmbyReaper(const EmbyReaper&) = delete;
    EmbyReaper& operator=(const EmbyReaper&) = delete;

    void start();
    [[nodiscard]] asio::awaitable<void> stop();

    /// Thread-safe.
    [[nodiscard]] EmbyReaperStatus status() const;

private:
    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<void> look();
    [[nodiscard]] asio::awaitable<void> end(
        const plex::SessionVerdict& verdict, plex::EmbySession session);
    [[nodiscard]] bool is_ours(const plex::EmbySession& session) const;
    [[nodiscard]] plex::Feed feed_of(std::string_view number) const;
    void note_failure(const Error& error);

    BackgroundWork work_;
    const EmbyReaperOptions& options_;
    const Publication& publication_;
    const gateway::Gateway& gateway_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    plex::EmbyServer server_;
    plex::SessionJudge judge_;
    asio::steady_timer wake_;
    /// Live streams that were closed, behind the sessions that they were closed for.
    std::set<std::pair<std::string, std::string>> closed_;
    std::string last_error_; ///< of looking; empty: the last one succeeded
    mutable std::mutex mutex_;
    EmbyReaperStatus status_; ///< guarded by mutex_
};

} // namespace plex_tuner::engine
