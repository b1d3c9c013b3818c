// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "account_fetch.hpp"
#include "assembly.hpp"
#include "build_thread.hpp"
#include "series_pass.hpp"
#include "short_guide_pass.hpp"
#include "stream_check.hpp"

#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/engine/index_progress.hpp>
#include <plex_tuner/provider/catalog_difference.hpp>
#include <plex_tuner/state/state_db.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// What is done with a new catalog.
enum class IndexMode : std::uint8_t {
    guarded,       ///< written, unless it loses too much
    accept_shrink, ///< written, whatever it loses
    dry_run,       ///< compared, not written
};

/// What an index run came to.
struct IndexOutcome {
    /// The new catalog; null when it is the one that is on disk, or when it was held back.
    std::shared_ptr<const catalog::Catalog> catalog;
    provider::CatalogDifference change; ///< to the one before; all zero when there was none
    std::string held_back;              ///< why the new one was not taken; empty: it was
    bool assembled = false;             ///< something had changed: a catalog was made
    bool complete = false;              ///< every list was had and read
    std::optional<Error> failure;       ///< why it is not complete
    bool fresh_channels = false;        ///< every account's channels are as it has them now
    std::optional<std::vector<Location>> guides; ///< that playlists name; none: not read anew
    std::int64_t skipped_lines = 0;
    std::optional<Error> not_saved; ///< the new catalog is not on disk: a restart has the older one
};

/// Makes the catalog: fetches the lists of all accounts, assembles them, compares the result with
/// the catalog before and writes it. What was not modified never shrinks anything, for a catalog is
/// always made of whole lists; a run whose lists, filters and program are those of the last one
/// ends early. Runs on its caller's executor, which may block; one call at a time.
class Indexer {
public:
    /// What is referenced outlives it; `slots` may be null, and `observer`, who is told what tests
    /// of streams show.
    [[nodiscard]] static Result<std::unique_ptr<Indexer>> open(fetch::Client& client,
        const IndexOptions& options, BuildThread& build_thread, SharedSlots* slots,
        gateway::StreamObserver* observer, std::stop_token stop, log::Logger logger);

    /// The catalog on disk, which somebody has read already.
    void set_current(const catalog::Catalog& catalog);

    /// The error says why no catalog could be made of what there is, or written.
    [[nodiscard]] asio::awaitable<Result<IndexOutcome>> index(
        IndexMode mode, const ProgressSink& progress);

    /// From the lists that index() had, with the episodes that were fetched since.
    [[nodiscard]] asio::awaitable<Result<IndexOutcome>> assemble_again(
        const ProgressSink& progress);

    /// Fetches the episodes of series that are new or were changed, until `enough` says so. Only
    /// one process of the machine does this for an account; the others find what it fetched. Call
    /// assemble_again() when something was fetched.
    [[nodiscard]] asio::awaitable<SeriesPassOutcome> fetch_series(const ProgressSink& progress,
        const std::function<bool()>& enough, SeriesPassOptions pass_options = {});

    /// See ShortGuidePass; nothing while no list was had of any account.
    [[nodiscard]] asio::awaitable<ShortGuideOutcome> fetch_short_guide(
        std::vector<UncoveredChannel> channels, std::size_t limit,
        const std::filesystem::path& file, const std::function<bool()>& enough);

    /// A download into the cache of the machine, with a permit of the governor: for guides.
    [[nodiscard]] asio::awaitable<Result<fetch::Download>> fetch_shared(
        fetch::Request request, fetch::DownloadOptions download_options);

    /// What fetch_shared() gave is of no use: the next one is whole.
    void forget(const std::filesystem::path& body) noexcept { cache_->forget(body); }

    /// What the last run had of each account.
    [[nodiscard]] const std::vector<AccountLists>& lists() const noexcept { return lists_; }

    [[nodiscard]] SharedGovernor& governor() noexcept { return *governor_; }

private:
    Indexer(fetch::Client& client, const IndexOptions& options, BuildThread& build_thread,
        SharedSlots* slots, std::stop_token stop, log::Logger logger);

    [[nodiscard]] std::string fingerprint() const;
    /// Of what the user wants in the catalog, whatever the providers have.
    [[nodiscard]] std::string settings_fingerprint() const;
    [[nodiscard]] asio::awaitable<bool> is_up_to_date();
    [[nodiscard]] asio::awaitable<Result<IndexOutcome>> assemble_and_write(
        IndexMode mode, const ProgressSink& progress);
    /// On the build thread: what becomes of a catalog that was made.
    [[nodiscard]] Result<IndexOutcome> commit(IndexMode mode, Assembly assembly);
    void tell_slots();
    /// The catalog on disk when another process has written it since; null otherwise.
    [[nodiscard]] std::shared_ptr<const catalog::Catalog> adopt();
    [[nodiscard]] bool settings_are_those_of_the_catalog();
    void remember_inputs();

    fetch::Client& client_;
    const IndexOptions& options_;
    BuildThread& build_thread_;
    SharedSlots* slots_;
    std::stop_token stop_;
    log::Logger logger_;
    std::unique_ptr<SharedGovernor> governor_;
    std::unique_ptr<fetch::HttpCache> cache_;
    std::unique_ptr<AccountFetch> fetch_;
    std::unique_ptr<StreamCheck> stream_check_;
    std::optional<state::StateDb> state_;       ///< build thread
    std::optional<state::DetailStore> details_; ///< build thread
    std::vector<AccountLists> lists_;           ///< of the last run
    std::optional<provider::CatalogSummary> current_;
    std::string current_state_; ///< of the file that current_ was read from or written to
    bool committed_ = false;    ///< the catalog on disk is what the last run's lists give
    /// What was made of which body: account and kind of list → body id.
    std::map<std::string, std::string> assembled_ids_;
    std::string inputs_; ///< fingerprint of what lists_ and the details are
};

} // namespace plex_tuner::engine
