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
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::engine {

/// Which series a pass asks for.
struct SeriesPassOptions {
    std::size_t limit = std::numeric_limits<std::size_t>::max(); ///< at most so many
    /// Also those whose episodes were fetched longer ago than that, whatever the list says.
    std::optional<std::chrono::days> older_than = {};
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
        const ProgressSink& progress, const std::function<bool()>& enough,
        SeriesPassOptions pass_options = {});

private:
    struct Plan {
        std::optional<state::DetailPass> right; ///< none: another process is at it
        std::vector<provider::SeriesReference> wanted;
        std::vector<std::string> all;
    };

    [[nodiscard]] bool is_current(const state::DetailStamp& stamp,
        const provider::SeriesReference& series, WallTime now) const;
    [[nodiscard]] Result<Plan> plan(const AccountLists& lists);
    [[nodiscard]] asio::awaitable<void> work(const AccountLists& lists);
    /// What is asked for under one permit.
    [[nodiscard]] asio::awaitable<void> fetch_some(
        const AccountLists& lists, fetch::RequestPermit& permit, std::size_t count);
    void take(const provider::SeriesReference& series, const PanelAnswer& answer);
    void note_failure(const provider::SeriesReference& series, std::string reason);
    void count_episodes(std::string_view packed);

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
    SeriesPassOptions pass_options_;
    std::size_t planned_ = 0; ///< that this pass is to ask for
    bool given_up_ = false;
    std::size_t failures_in_a_row_ = 0;
    std::string account_;
    std::vector<state::Details> batch_;
    SeriesPassOutcome outcome_;
};

} // namespace plex_tuner::engine
