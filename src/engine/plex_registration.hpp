// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "announced_url.hpp"
#include "publication.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/plex/dvr_sync.hpp>
#include <plex_tuner/plex/server.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// What Plex has of this tuner, as last seen.
struct PlexRegistrationStatus {
    std::optional<WallTime> looked_at = {}; ///< when Plex was last asked; none: not yet
    std::string dvr_key = {};               ///< empty: Plex has none of it
    std::size_t mapped = 0;                 ///< channels in Plex
    std::size_t served = 0;                 ///< channels of the lineup then
    std::string error = {};                 ///< of the last attempt; empty: all is as wanted
    std::uint64_t changes = 0;              ///< times that something was set up or mended
    std::uint64_t failures = 0;
};

/// Sets the tuner up in Plex as soon as there is a lineup with a guide, again when the lineup
/// changes, and mends what somebody, or a new address, broke in between: the watchdog. Plex is
/// asked for the tuner's documents only after the HTTP server listens, so start() comes after it.
class PlexRegistration {
public:
    /// Called once, on the strand: how the first attempt ended.
    using FirstResult = std::function<void(Result<void>)>;

    /// `http_port` is where the HTTP server listens. Options with a plex_registration.
    PlexRegistration(asio::io_context& io, fetch::Client& client, const ServiceOptions& options,
        Publication& publication, std::uint16_t http_port, std::shared_ptr<const Clock> clock,
        log::Logger logger);
    ~PlexRegistration();

    PlexRegistration(const PlexRegistration&) = delete;
    PlexRegistration& operator=(const PlexRegistration&) = delete;

    void start(FirstResult first_result);
    [[nodiscard]] asio::awaitable<void> stop();

    /// Thread-safe.
    [[nodiscard]] PlexRegistrationStatus status() const;

private:
    [[nodiscard]] asio::awaitable<void> run(FirstResult first_result);
    [[nodiscard]] asio::awaitable<Result<void>> register_with(
        std::shared_ptr<const Snapshot> snapshot);
    /// How Plex reaches this tuner.
    [[nodiscard]] asio::awaitable<Result<std::string>> base_url() const;
    [[nodiscard]] asio::awaitable<void> wait_until_ended();
    [[nodiscard]] std::chrono::milliseconds pause_after(const Result<void>& outcome);
    [[nodiscard]] Result<void> take(const plex::DvrReport& report);
    void note_failure(const Error& error);

    asio::strand<asio::io_context::executor_type> strand_;
    fetch::Client& client_;
    const ServiceOptions& options_;
    const PlexRegistrationOptions& registration_;
    Publication& publication_;
    AnnouncedUrl announced_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    asio::steady_timer wake_;
    asio::steady_timer ended_; ///< cancelled when the loop is over
    asio::cancellation_signal cancel_;
    bool running_ = false;
    bool stopping_ = false;
    std::string registered_; ///< fingerprint of the lineup that Plex has; empty: none yet
    int failures_in_a_row_ = 0;
    int changes_in_a_row_ = 0; ///< with one lineup: what does not last is not done ever faster
    mutable std::mutex mutex_;
    PlexRegistrationStatus status_; ///< guarded by mutex_
};

} // namespace plex_tuner::engine
