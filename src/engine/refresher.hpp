// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"
#include "guide_file.hpp"
#include "publication.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/download.hpp>
#include <plex_tuner/guide/guide_builder.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>

namespace plex_tuner::engine {

/// What the refreshes did so far, for /metrics and /healthz.
struct RefreshCounters {
    std::atomic<std::uint64_t> refreshes{0};
    std::atomic<std::uint64_t> playlist_failures{0};
    std::atomic<std::uint64_t> guide_failures{0};
    std::atomic<std::int64_t> playlist_skipped_lines{0};
    std::atomic<std::int64_t> guide_programmes{0};
    std::atomic<std::int64_t> guide_channels_with_data{0};
};

/// Brings playlist and guide in and publishes what they give; keeps the last good state whatever
/// the provider answers. Everything runs on its own strand, parsing and writing on the build
/// thread.
class Refresher {
public:
    Refresher(asio::io_context& io, fetch::Client& client, const ServiceOptions& options,
        Publication& publication, std::shared_ptr<const Clock> clock, log::Logger logger);

    /// Publishes the catalog and guide of the last run; before anything is served.
    void load_last_state();

    /// Starts the refresh loop.
    void start();
    /// Asks for a refresh now (SIGHUP). Thread-safe.
    void trigger();
    /// Ends the loop, also in the middle of a download, and waits for it. Call once after start().
    [[nodiscard]] asio::awaitable<void> stop();

    [[nodiscard]] const RefreshCounters& counters() const noexcept { return counters_; }

private:
    struct Playlist {
        std::shared_ptr<const catalog::Catalog> catalog;
        std::vector<Location> guides; ///< that the playlist names
    };

    /// A lineup that is ready to be served.
    struct Prepared {
        std::shared_ptr<const lineup::Lineup> lineup;
        std::shared_ptr<LineupDocuments> documents;
        std::string fingerprint;
    };

    struct GuideSource {
        std::filesystem::path file;      ///< empty: nothing usable
        std::filesystem::path last_good; ///< of the same source; empty for local files
        bool fetch_failed = false;
    };

    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<void> stop_on_strand();
    [[nodiscard]] asio::awaitable<bool> refresh_once();
    [[nodiscard]] asio::awaitable<Result<Playlist>> refresh_playlist();
    [[nodiscard]] asio::awaitable<Result<Playlist>> read_playlist(
        const Location& location, std::size_t index);
    [[nodiscard]] asio::awaitable<bool> refresh_guide(std::vector<Location> locations);
    [[nodiscard]] asio::awaitable<GuideSource> fetch_guide(
        const Location& location, std::size_t index);
    /// Builds the guide of the staged lineup (else of the published one) and publishes both.
    [[nodiscard]] asio::awaitable<bool> build_guide(std::vector<GuideSource> sources);
    [[nodiscard]] asio::awaitable<Result<guide::GuideReport>> write_guide(
        std::shared_ptr<const lineup::Lineup> lineup, std::vector<std::filesystem::path> files,
        std::filesystem::path target);
    /// Keeps what just made a good guide as the last good sources.
    void keep_as_good(const std::vector<GuideSource>& sources) const;

    /// Makes a lineup of `catalog`. It is published at once, but for one that would leave clients
    /// with a lineup and no guide where they have both: that one waits in staged_ for its guide.
    void stage(std::shared_ptr<const catalog::Catalog> catalog);
    [[nodiscard]] asio::awaitable<void> wait_for_next(bool succeeded);
    [[nodiscard]] std::vector<GuideSource> good_sources() const;

    asio::strand<asio::io_context::executor_type> strand_;
    fetch::Client& client_;
    const ServiceOptions& options_;
    Publication& publication_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    GuideStore guides_;
    BuildThread build_;
    asio::steady_timer wake_;
    asio::steady_timer ended_; ///< cancelled when the loop is over
    asio::cancellation_signal cancel_;
    bool running_ = false;
    RefreshCounters counters_;
    std::optional<Prepared> staged_;
    int failures_in_a_row_ = 0;
    bool triggered_ = false;
    std::atomic<bool> stopping_{false};
};

} // namespace plex_tuner::engine
