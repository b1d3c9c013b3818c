// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "shared_governor.hpp"
#include "shared_slots.hpp"

#include <plex_tuner/vodfs/source_access.hpp>

#include <atomic>

namespace plex_tuner::engine {

/// Films take connections of the accounts behind the viewers of channels, and ask the provider no
/// more often than the machine's ledger lets them.
class VodAccess final : public vodfs::SourceAccess {
public:
    /// Both may be null: then nobody counts.
    VodAccess(SharedSlots* slots, SharedGovernor* governor, const IndexOptions& options);

    [[nodiscard]] std::string account_of(const Url& url) const override;
    [[nodiscard]] asio::awaitable<vodfs::SourceSlotOffer> take(Url url) override;
    [[nodiscard]] asio::awaitable<vodfs::SourceSlotOffer> take_idle(Url url) override;
    [[nodiscard]] asio::awaitable<Result<std::unique_ptr<fetch::RequestPermit>>> permit(
        const fetch::Request& request, std::chrono::milliseconds max_wait) override;

private:
    SharedSlots* slots_;
    SharedGovernor* governor_;
    state::GovernorLimits limits_;
    std::atomic<int> refused_in_a_row_{0}; ///< files, of whatever account
};

} // namespace plex_tuner::engine
