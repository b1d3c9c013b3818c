// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"
#include "channel_book.hpp"
#include "guide_file.hpp"
#include "guide_numbers.hpp"
#include "guide_refresh.hpp"
#include "indexer.hpp"
#include "lineup_publisher.hpp"
#include "publication.hpp"
#include "refresh_counters.hpp"
#include "shared_slots.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string_view>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

namespace plex_tuner::engine {

/// Brings playlist and guide in and publishes what they give; keeps the last good state whatever
/// the provider answers. Everything runs on its own thread, which may wait for the disk; parsing
/// and writing of much runs on the build thread.
class Refresher {
public:
    /// `slots` may be null.
    Refresher(fetch::Client& client, const ServiceOptions& options, Publication& publication,
        SharedSlots* slots, std::shared_ptr<ChannelBook> channels,
        std::shared_ptr<const Clock> clock, log::Logger logger);

    /// Opens what is kept on disk; first of all. The error says what to change.
    [[nodiscard]] Result<void> open();
    /// Publishes the catalog and guide of the last run; before anything is served.
    void load_last_state();

    /// Before start(): `hook` runs at the begin of each refresh, on a thread that may wait for the
    /// disk.
    void on_refresh(std::function<void()> hook) { hook_ = std::move(hook); }

    /// Starts the refresh loop.
    void start();
    /// Asks for a refresh now (SIGHUP). Thread-safe.
    void trigger();
    /// Asks the loop to end, also in the middle of a download or a build. Thread-safe.
    void request_stop();
    /// request_stop(), and waits for the end. Call after start().
    [[nodiscard]] asio::awaitable<void> stop();

    /// What the providers put up with now. Any executor.
    [[nodiscard]] asio::awaitable<std::vector<state::GovernorStatus>> provider_status() const;
    /// Who holds the connections of the accounts.
    [[nodiscard]] asio::awaitable<std::vector<state::AccountSlots>> account_slots() const;
    /// How this machine stands to others that use the accounts; empty: there are none.
    [[nodiscard]] asio::awaitable<std::optional<state::CoordinationState>> coordination() const;

    [[nodiscard]] const RefreshCounters& counters() const noexcept { return counters_; }

private:
    struct Outcome {
        bool playlist_good = true;
        bool refreshed = false; ///< a playlist, or the catalog where there is none, was read
        GuideOutcome guide;

        [[nodiscard]] bool is_good() const noexcept {
            return playlist_good && guide.written && guide.sources_good;
        }
    };

    enum class Due : std::uint8_t { everything, failed_guides };

    [[nodiscard]] asio::awaitable<void> run();
    [[nodiscard]] asio::awaitable<void> wait_until_ended();
    [[nodiscard]] asio::awaitable<Outcome> refresh_everything();
    /// For a service without a playlist: somebody else writes its catalog.
    [[nodiscard]] asio::awaitable<bool> reread_catalog();
    /// False: nothing of it could be used, or it could not be saved.
    [[nodiscard]] std::string_view text_of_failure() const;
    [[nodiscard]] asio::awaitable<bool> refresh_lineup();
    /// What the panels say of connections, to those who count them.
    /// Publishes what an index run brought; false: it is to be tried again.
    [[nodiscard]] bool take(IndexOutcome index);
    /// Fetches episodes until then, or until something more urgent comes.
    [[nodiscard]] asio::awaitable<void> fetch_series(asio::steady_timer::time_point until);
    /// nullopt: not known, as no playlist was read since the program was installed.
    [[nodiscard]] std::optional<std::vector<GuideSource>> provider_guides() const;
    [[nodiscard]] std::optional<std::vector<GuideSource>> guide_sources() const;
    void remember_guides(std::vector<Location> guides);
    void recall_guides();
    [[nodiscard]] std::filesystem::path guide_list_file() const;
    void accept(std::shared_ptr<const catalog::Catalog> catalog);
    void tell(const lineup::Report& report) const;
    /// Says what of the user's table is in vain, once for each that is in vain.
    void tell_table(const lineup::Report& report, bool refused);
    void schedule_next();
    [[nodiscard]] asio::awaitable<Due> wait_for_next(const Outcome& last);
    void mark_refreshed(const Outcome& outcome);

    // The thread comes first: what waits on it must be gone before it is.
    asio::thread_pool thread_{1};
    fetch::Client& client_;
    const ServiceOptions& options_;
    Publication& publication_;
    SharedSlots* slots_;
    std::shared_ptr<ChannelBook> channels_;
    std::shared_ptr<const Clock> clock_;
    log::Logger logger_;
    std::stop_source stop_;
    RefreshCounters counters_;
    BuildThread build_thread_;
    GuideStore guides_;
    LineupPublisher publisher_;
    GuideRefresh guide_refresh_;
    GuideNumbers numbers_;
    std::unique_ptr<Indexer> indexer_; ///< null: somebody else writes the catalog
    /// What the playlist named when it was last read; nullopt: it never was.
    std::optional<std::vector<Location>> named_guides_;
    asio::steady_timer wake_;
    asio::steady_timer ended_; ///< cancelled when the loop is over
    asio::cancellation_signal cancel_;
    asio::steady_timer::time_point next_full_refresh_ = asio::steady_timer::time_point::max();
    std::string catalog_read_;   ///< state of the file when it was read
    std::function<void()> hook_; ///< may be empty
    bool has_catalog_ = false;
    bool running_ = false;
    int failures_in_a_row_ = 0;
    bool retry_is_urgent_ = true; ///< the last index run brought no channels
    bool triggered_ = false;
};

} // namespace plex_tuner::engine
