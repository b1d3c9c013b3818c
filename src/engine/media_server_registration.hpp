// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "announced_url.hpp"
#include "background_work.hpp"
#include "publication.hpp"
#include "registration_target.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/log/logger.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

namespace asio = boost::asio;

/// What a media server has of this tuner, as last seen.
struct RegistrationStatus {
    std::string server = {};                ///< "Plex"
    std::optional<WallTime> looked_at = {}; ///< when it was last asked; none: not yet
    std::string key = {};                   ///< by which it knows the tuner; empty: not at all
    std::size_t mapped = 0;                 ///< channels that it has
    std::size_t served = 0;                 ///< channels of the lineup then
    std::string error = {};                 ///< of the last attempt; empty: all is as wanted
    std::uint64_t changes = 0;              ///< times that something was set up or mended
    std::uint64_t failures = 0;
};

/// Sets the tuner up in a media server as soon as there is a lineup with a guide, again when the
/// lineup changes, and mends what somebody, or a new address, broke in between: the watchdog. The
/// server asks for the tuner's documents meanwhile, so start() comes after the HTTP server listens.
class MediaServerRegistration {
public:
    /// Called once, on the strand: how the first attempt ended.
    using FirstResult = std::function<void(Result<void>)>;

    /// `http_port` is where the HTTP server listens; for `lineup_wait` a registration that is all
    /// that is asked for waits for a lineup with a guide.
    MediaServerRegistration(asio::io_context& io, std::unique_ptr<RegistrationTarget> target,
        std::chrono::milliseconds lineup_wait, const ServiceOptions& options,
        Publication& publication, std::uint16_t http_port, std::shared_ptr<const Clock> clock,
        log::Logger logger);
    ~MediaServerRegistration();

    MediaServerRegistration(const MediaServerRegistration&) = delete;
    MediaServerRegistration& operator=(const MediaServerRegistration&) = delete;

    void start(FirstResult first_result);
    [[nodiscard]] asio::awaitable<void> stop();

    /// Thread-safe.
    [[nodiscard]] RegistrationStatus status() const;

private:
    [[nodiscard]] asio::awaitable<void> run(FirstResult first_result);
    [[nodiscard]] asio::awaitable<Result<void>> register_with(
        std::shared_ptr<const Snapshot> snapshot);
    /// How the server reaches this tuner.
    [[nodiscard]] asio::awaitable<Result<std::string>> base_url() const;
    [[nodiscard]] std::chrono::milliseconds pause_after(const Result<void>& outcome);
    void take(const RegistrationOutcome& outcome);
    void note_failure(const Error& error);

    BackgroundWork work_;
    std::unique_ptr<RegistrationTarget> target_;
    std::chrono::milliseconds lineup_wait_;
    const ServiceOptions& options_;
    Publication& publication_;
    AnnouncedUrl announced_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    asio::steady_timer wake_;
    std::size_t listener_ = 0; ///< of Publication
    std::string registered_;   ///< fingerprint of the lineup that the server has; empty: none yet
    int failures_in_a_row_ = 0;
    int changes_in_a_row_ = 0; ///< with one lineup: what does not last is not done ever faster
    mutable std::mutex mutex_;
    RegistrationStatus status_; ///< guarded by mutex_
};

} // namespace plex_tuner::engine
