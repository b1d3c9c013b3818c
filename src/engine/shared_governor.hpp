// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "build_thread.hpp"

#include <plex_tuner/engine/index_options.hpp>
#include <plex_tuner/fetch/governor.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/governor_ledger.hpp>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plex_tuner::engine {

/// What the user lets a provider be asked.
[[nodiscard]] state::GovernorLimits governor_limits(const IndexOptions& options);

/// Lets requests pass as the ledger of this machine says, so that all its processes together stay
/// within what a provider puts up with; with a coordination, those of all machines. The ledger is
/// asked on a thread of its own, for it blocks. A ledger that fails holds nobody up: that is logged
/// once.
class SharedGovernor {
public:
    [[nodiscard]] static Result<std::unique_ptr<SharedGovernor>> open(
        const std::filesystem::path& directory, log::Logger logger,
        std::optional<state::CoordinationOptions> coordination);
    /// Permits must be gone.
    ~SharedGovernor() = default;

    /// For the requests of one account. This object must outlive it.
    [[nodiscard]] std::unique_ptr<fetch::Governor> for_account(
        std::string account, state::GovernorLimits limits);

    /// A permit for up to `count` requests in a row to the host of `request`, one at a time.
    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> acquire(
        std::string key, state::GovernorLimits limits, int count,
        std::chrono::milliseconds max_wait);

    /// What the providers put up with at this moment, for metrics and the page. Any executor.
    [[nodiscard]] asio::awaitable<std::vector<state::GovernorStatus>> status();

    /// Whether requests are counted with those of other machines; empty: there are none. Any
    /// executor.
    [[nodiscard]] asio::awaitable<std::optional<state::CoordinationState>> coordination();

    /// "host:port#account"
    [[nodiscard]] static std::string key_of(const Url& url, std::string_view account);

private:
    class Permit;
    class OfAccount;

    SharedGovernor(state::GovernorLedger ledger, log::Logger logger);
    void warn_once(const Error& error);

    state::GovernorLedger ledger_;
    log::Logger logger_;
    std::atomic<bool> warned_{false};
    BuildThread thread_; ///< last: its work uses what stands above
};

} // namespace plex_tuner::engine
