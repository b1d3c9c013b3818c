// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "account_lists.hpp"
#include "shared_governor.hpp"

#include <plex_tuner/engine/index_progress.hpp>
#include <plex_tuner/fetch/http_cache.hpp>

#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// Fetches the lists of accounts, politely: within the limits of the shared governor, once for all
/// processes of the machine, from the best host of each account. Which of playlist and panel comes
/// first depends on what is wanted: for channels alone the playlist, else the panel; the other one
/// is taken when it fails, and what was good last when both do. Runs on its caller's executor,
/// which may block on the disk; one call at a time.
class AccountFetch {
public:
    /// What is referenced outlives it.
    AccountFetch(fetch::Client& client, fetch::HttpCache& cache, SharedGovernor& governor,
        const IndexOptions& options, std::stop_token stop, log::Logger logger);

    [[nodiscard]] asio::awaitable<AccountLists> fetch(
        const Account& account, const ProgressSink& progress);

    /// Asks every host of an account for its state, all at once.
    [[nodiscard]] asio::awaitable<std::vector<HostHealth>> ask_hosts(const Account& account);

private:
    [[nodiscard]] asio::awaitable<void> rank(AccountLists& lists);
    /// False when the channels cannot be had from there.
    [[nodiscard]] asio::awaitable<bool> fetch_device(
        AccountLists& lists, const ProgressSink& progress);
    [[nodiscard]] asio::awaitable<bool> fetch_panel(
        AccountLists& lists, const ProgressSink& progress);
    [[nodiscard]] asio::awaitable<std::optional<int>> tuners_of(
        const Account& account, std::string root);
    [[nodiscard]] asio::awaitable<bool> fetch_playlist(
        AccountLists& lists, const ProgressSink& progress);
    [[nodiscard]] asio::awaitable<bool> fetch_from_hosts(
        AccountLists& lists, ListKind kind, provider::XtreamAction action);
    [[nodiscard]] asio::awaitable<Result<fetch::Download>> get(
        const Url& url, const Account& account, ListKind kind);
    [[nodiscard]] asio::awaitable<HostHealth> ask(
        const provider::XtreamUrls& host, const Account& account, bool shared);
    /// What the panel says of the account; `shared`: once for all processes of the machine.
    [[nodiscard]] asio::awaitable<Result<std::string>> account_answer(
        Url url, const Account& account, bool shared, std::chrono::steady_clock::time_point& begin);

    fetch::Client& client_;
    fetch::HttpCache& cache_;
    SharedGovernor& governor_;
    const IndexOptions& options_;
    std::stop_token stop_;
    log::Logger logger_;
    std::map<std::string, std::string> best_host_; ///< account → base it used last
};

} // namespace plex_tuner::engine
