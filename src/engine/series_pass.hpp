// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "account_lists.hpp"
#include "build_thread.hpp"
#include "panel_question.hpp"
#include "shared_governor.hpp"

#include <plex_tuner/engine/index_progress.hpp>
#include <plex_tuner/fetch/client.hpp>
#include <plex_tuner/provider/catalog_assembler.hpp>
#include <plex_tuner/state/detail_store.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// What a pass over the series came to.
struct SeriesPassOutcome {
    std::size_t wanted = 0; ///< that were not known as they are now
    std::size_t fetched = 0;
    std::size_t failed = 0; ///< the episodes they had stay
    bool complete = false;  ///< nothing is left to fetch
};

/// Fetches the details of the series of one account that are new or were changed. What was fetched
/// is kept in batches, so a pass that is ended goes on there the next time. One process of the
/// machine at a time does it for an account. Used once.
class SeriesPass {
public:
    /// What is referenced outlives it; `details` is used on the build thread only.
    SeriesPass(fetch::Client& client, SharedGovernor& governor, state::DetailStore& details,
        BuildThread& build_thread, const IndexOptions& options, log::Logger logger);

    [[nodiscard]] asio::awaitable<SeriesPassOutcome> run(const AccountLists& lists,
        const ProgressSink& progress, const std::function<bool()>& enough);

private:
    struct Plan {
        std::optional<state::DetailPass> right; ///< none: another process is at it
        std::vector<provider::SeriesReference> wanted;
        std::vector<std::string> all;
    };

    [[nodiscard]] Result<Plan> plan(const AccountLists& lists);
    [[nodiscard]] asio::awaitable<void> work(const AccountLists& lists);
    /// What is asked for under one permit.
    [[nodiscard]] asio::awaitable<void> fetch_some(
        const AccountLists& lists, fetch::RequestPermit& permit, std::size_t count);
    void take(const provider::SeriesReference& series, const PanelAnswer& answer);

    [[nodiscard]] std::size_t left() const { return wanted_.size(); }

    [[nodiscard]] asio::awaitable<void> store(bool all_of_it);

    fetch::Client& client_;
    SharedGovernor& governor_;
    state::DetailStore& details_;
    BuildThread& build_thread_;
    const IndexOptions& options_;
    log::Logger logger_;
    const ProgressSink* progress_ = nullptr;
    const std::function<bool()>* enough_ = nullptr;
    std::deque<provider::SeriesReference> wanted_; ///< and not asked for yet
    bool given_up_ = false;
    std::size_t failures_in_a_row_ = 0;
    std::string account_;
    std::vector<state::Details> batch_;
    SeriesPassOutcome outcome_;
};

} // namespace plex_tuner::engine
