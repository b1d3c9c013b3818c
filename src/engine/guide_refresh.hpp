// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"
#include "guide_facts.hpp"
#include "guide_plan.hpp"
#include "guide_source_files.hpp"
#include "guide_writer.hpp"
#include "indexer.hpp"
#include "lineup_publisher.hpp"
#include "refresh_counters.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/engine/service.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/guide/guide_builder.hpp>
#include <plex_tuner/log/logger.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <boost/asio/steady_timer.hpp>

namespace plex_tuner::engine {

/// What a refresh of the guide came to.
struct GuideOutcome {
    bool written = true;      ///< false: the disk, or a stop; the guide that was served stays
    bool sources_good = true; ///< every source was had and could be read
};

/// Fetches the guide sources, builds the guide of the lineup and publishes both. A source that
/// cannot be had or read is replaced by what it last gave; a guide that would be built from nothing
/// never replaces one that was built from something. Runs on the executor of its caller, which may
/// block on the disk; one call at a time.
class GuideRefresh {
public:
    /// What is referenced outlives it. `stop` ends builds, and keeps downloads from starting.
    GuideRefresh(fetch::Client& client, const ServiceOptions& options, LineupPublisher& publisher,
        const GuideStore& guides, BuildThread& build_thread, RefreshCounters& counters,
        std::shared_ptr<const Clock> clock, std::stop_token stop, log::Logger logger);

    /// From here on guides are fetched as lists are: once for all processes of the machine.
    void share(Indexer& indexer) noexcept { indexer_ = &indexer; }

    /// Fetches all of `sources` but those that are young enough; nullopt: it is not known which
    /// there are.
    [[nodiscard]] asio::awaitable<GuideOutcome> refresh(
        std::optional<std::vector<GuideSource>> sources);
    /// Fetches those sources again that were not good the last time.
    [[nodiscard]] asio::awaitable<GuideOutcome> retry();

private:
    struct Source {
        GuideSource where;
        std::filesystem::path fresh = {};         ///< what came in; empty when nothing did
        bool by_channel_id = false;               ///< what the panels say of single channels
        bool is_absent = false;                   ///< the device that may have one has none
        bool downloaded = false;                  ///< fresh is ours, not a file of the user
        asio::steady_timer::time_point fetched{}; ///< when `fresh` was downloaded
    };

    [[nodiscard]] asio::awaitable<GuideOutcome> fetch_and_build();
    [[nodiscard]] asio::awaitable<void> fetch_missing(asio::steady_timer& stand_in_delay);
    [[nodiscard]] asio::awaitable<void> fetch(Source& source);
    /// Empty: it could not be had from there.
    [[nodiscard]] asio::awaitable<std::filesystem::path> fetch_from(const Url& url, Source& source);
    /// Serves a guide from what is at hand when the downloads take longer than clients should wait.
    [[nodiscard]] asio::awaitable<void> stand_in(asio::steady_timer& delay);
    [[nodiscard]] bool clients_lack_a_guide() const;
    /// Clients have a guide that is better than one without a programme of any source.
    [[nodiscard]] bool served_guide_is_worth_keeping() const;
    [[nodiscard]] std::vector<GuidePlan::Candidate> candidates() const;

    [[nodiscard]] asio::awaitable<GuideOutcome> build(GuidePlan plan);

    /// Asks the panels for the channels that no guide has, and builds again with what they say.
    [[nodiscard]] asio::awaitable<void> complete_from_panels(GuideOutcome& outcome);
    void add_short_guide();
    [[nodiscard]] std::vector<GuideFileInput> inputs(
        const std::vector<GuidePlan::Reading>& readings) const;
    [[nodiscard]] std::string name_of(const Source& source) const;
    [[nodiscard]] asio::awaitable<bool> publish(
        const PreparedLineup& lineup, std::shared_ptr<const GuideFacts> facts);
    [[nodiscard]] asio::awaitable<void> compress(const PreparedLineup& lineup);
    /// Reports the faults and forgets what caused them; true when the last good data takes over.
    bool handle(const std::vector<GuidePlan::Fault>& faults);
    void keep_good_ones(const GuidePlan& plan);
    void report(const WrittenGuide& written, const std::vector<GuidePlan::Reading>& readings);
    /// Changes whenever the guide would.
    [[nodiscard]] std::string inputs_of(
        const PreparedLineup& lineup, const std::vector<GuidePlan::Reading>& readings) const;

    fetch::Client& client_;
    Indexer* indexer_ = nullptr;
    const ServiceOptions& options_;
    LineupPublisher& publisher_;
    const GuideStore& guides_;
    RefreshCounters& counters_;
    std::shared_ptr<const Clock> clock_;
    std::stop_token stop_;
    log::Logger logger_;
    GuideSourceFiles files_;
    std::vector<Source> sources_;
    bool sources_known_ = false;
    bool all_fetched_ = false;                ///< nothing more is on its way
    std::string last_inputs_;                 ///< of the guide on disk; empty when not known
    std::vector<UncoveredChannel> uncovered_; ///< at the last build
    BuildThread& build_thread_;
    GuideWriter writer_;
};

} // namespace plex_tuner::engine
