// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "coordination_link.hpp"
#include "ledger_file.hpp"
#include "redis_client.hpp"
#include "shared_account.hpp"
#include "slot_policy.hpp"

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>
#include <plex_tuner/state/slot_ledger.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace plex_tuner::state {

/// The slots of this process in the table that machines share. The thread of its link sees to it
/// that the table has what the process holds (whatever happened to Redis), and notes in ledger.db
/// what this machine may use should it be alone. Every call that finds Redis gone says so by an
/// empty answer; the caller goes on with ledger.db, which has all slots of the machine at any time.
/// Thread-safe.
class SlotCoordinator {
public:
    /// Waits for the first attempt to connect, a few seconds at most; its failure is no error.
    [[nodiscard]] static Result<std::shared_ptr<SlotCoordinator>> open(CoordinationOptions options,
        const std::filesystem::path& directory, std::shared_ptr<LedgerFile> ledger);

    /// Slots must be gone.
    ~SlotCoordinator() = default;
    SlotCoordinator(const SlotCoordinator&) = delete;
    SlotCoordinator& operator=(const SlotCoordinator&) = delete;

    /// The id of a slot. Empty: this machine decides alone, and adopts what it gives.
    [[nodiscard]] std::optional<std::variant<std::string, SlotsFull>> try_take(
        std::string_view account, SlotKind kind, int configured);
    /// A slot that was given without asking: it is a fact, and shown as soon as possible.
    [[nodiscard]] std::string adopt(std::string_view account, SlotKind kind, TimePoint since);

    [[nodiscard]] bool asked_to_yield(const std::string& slot);
    void release(const std::string& slot, std::chrono::seconds linger);
    /// Gives it back and learns; false: nothing was learnt, for this machine is alone.
    [[nodiscard]] bool refused(const std::string& slot);
    /// Gives it back without ever failing; what Redis does not hear now the thread tells it later.
    void abandon(const std::string& slot) noexcept;

    void set_provider_limit(std::string_view account, std::optional<int> limit);
    /// All accounts that were asked for; empty: this machine is alone.
    [[nodiscard]] std::vector<AccountSlots> snapshot();

    [[nodiscard]] CoordinationState state();

    [[nodiscard]] std::optional<int> share() const noexcept { return link_->options().share; }

private:
    using Phase = CoordinationState::Phase;

    struct Held {
        std::string account;
        SlotKind kind = SlotKind::probe;
        TimePoint since{};
    };

    struct Known {
        std::optional<std::optional<int>> provider_limit; ///< to be told
        std::optional<LastLook> noted;                    ///< in ledger.db
    };

    SlotCoordinator(std::shared_ptr<LedgerFile> ledger, std::unique_ptr<CoordinationLink> link);

    [[nodiscard]] Result<void> refresh(CoordinationLink::Turn& turn);
    /// Brings the table to what this process holds.
    void correct(SharedAccount& shared, const std::string& account);
    [[nodiscard]] Result<void> show_account(const std::string& account);
    [[nodiscard]] Result<std::optional<SharedAccount>> update(
        const std::string& account, const std::function<void(SharedAccount&)>& change);
    void note_look(const std::string& account, const SharedAccount& shared);
    [[nodiscard]] SharedSlot row_of(const std::string& id, const Held& held) const;

    std::shared_ptr<LedgerFile> ledger_;
    // Behind the lock of the link:
    std::map<std::string, Held> held_;
    std::map<std::string, Known, std::less<>> accounts_;
    std::uint64_t last_id_ = 0;
    std::unique_ptr<CoordinationLink> link_; ///< last: its thread uses what stands above
};

} // namespace plex_tuner::state
