// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/state/coordination.hpp>
#include <plex_tuner/state/time_point.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plex_tuner::state {

class LedgerFile;
class SlotCoordinator;

/// What a connection is for, most important first.
enum class SlotKind { viewer, vod, probe };

/// "viewer", "vod", "probe".
[[nodiscard]] std::string_view to_string(SlotKind kind) noexcept;

/// One connection of an account's budget, as others see it.
struct SlotHolder {
    SlotKind kind = SlotKind::probe;
    TimePoint since{};
    bool asked_to_yield = false;
    std::optional<TimePoint>
        lingers_until{}; ///< closed; the provider may still count it until then
};

/// No connection to be had now.
struct SlotsFull {
    int budget = 0;
    std::vector<SlotHolder> holders; ///< oldest first
    /// A holder that matters less has been asked to yield (now or before): ask again soon.
    bool yield_requested = false;
    /// Connections are free, but kept for someone more important who asked just before.
    bool reserved = false;
    /// Other machines cannot be asked: `budget` is the part this one may use meanwhile.
    bool alone = false;
};

/// The right to one connection, for as long as this lives. Destroying it gives it back at once,
/// which blocks for the length of a small write. May outlive the ledger object.
class Slot {
public:
    Slot(Slot&& other) noexcept;
    Slot& operator=(Slot&& other) noexcept;
    Slot(const Slot&) = delete;
    Slot& operator=(const Slot&) = delete;
    ~Slot();

    [[nodiscard]] SlotKind kind() const noexcept { return kind_; }

private:
    friend class SlotLedger;
    Slot() = default;

    std::shared_ptr<LedgerFile> ledger_;
    std::shared_ptr<SlotCoordinator> coordinator_; ///< null: no other machines
    std::string shared_id_;
    std::string account_;
    std::string holder_;
    std::int64_t id_ = 0;
    SlotKind kind_ = SlotKind::probe;
};

/// One account, for metrics and pages.
struct AccountSlots {
    std::string account;
    std::optional<int> provider_limit; ///< max_connections of the API
    std::optional<int> learned_limit;  ///< as it stands now, relaxed by time
    std::vector<SlotHolder> holders;   ///< oldest first

    /// The least of both limits; none: not known.
    [[nodiscard]] std::optional<int> limit() const {
        return provider_limit && learned_limit ? std::min(provider_limit, learned_limit)
               : provider_limit                ? provider_limit
                                               : learned_limit;
    }
};

/// After this long without a refusal a learned limit grows by one.
inline constexpr std::chrono::minutes kLearnedLimitStep{30};
/// A holder that was asked to yield and has not after this long is given up on: the next is asked.
inline constexpr std::chrono::seconds kYieldPatience{5};
/// What becomes free is kept this long for someone more important who asked in vain.
inline constexpr std::chrono::seconds kReservation{2};
inline constexpr std::chrono::seconds kMaxLinger{120};
/// Accounts beyond this many are forgotten, the longest unused first.
inline constexpr int kMaxAccounts = 1000;

/// Who holds the connections of an account: ledger.db, shared by all processes of the machine. The
/// slots of a killed process are free at the next look. An account is named by a key of 1 to 256
/// bytes without credentials.
///
/// The budget of an account is the least of what the caller's configuration says, what the provider
/// says, and what refusals (458, 509) taught. Without any of these it has no limit.
///
/// When the account is full, the least important holder that matters less than the new one is asked
/// to yield, one at a time, the youngest first; holders look with asked_to_yield() and give their
/// slot back. A lingering slot is taken over by a viewer at once (a viewer that zaps must not wait
/// for the provider to forget); VOD and probes wait for its end.
///
/// With a coordination, the accounts are those of several machines: their limits and slots are kept
/// in Redis, the rules are the same. ledger.db knows the slots of this machine even so. While Redis
/// does not answer, the machine goes on alone within its part of each account (see
/// CoordinationOptions::share), and shows what it holds when Redis is back; nobody loses a slot by
/// that, and where there are too many nobody gets one until there are fewer. Slots of a machine or
/// process that died are free when its lease ends, those of a process of this machine at once.
///
/// Calls block (for a small transaction, at worst ten seconds behind others, and for the time-out
/// of Redis) and may come from any thread. They fail with disk_full, io or unavailable when the
/// ledger cannot be used; that Redis cannot is no failure.
class SlotLedger {
public:
    [[nodiscard]] static Result<SlotLedger> open(const std::filesystem::path& directory,
        std::optional<CoordinationOptions> coordination = std::nullopt);

    /// `configured` is the caller's own limit for the account, 0 when it has none.
    [[nodiscard]] Result<std::variant<Slot, SlotsFull>> try_take(
        std::string_view account, SlotKind kind, int configured, TimePoint now);

    /// A slot that has vanished (ledger.db was damaged) counts as asked.
    [[nodiscard]] Result<bool> asked_to_yield(const Slot& slot);

    /// Gives the slot back; it counts for `linger` longer (0 to kMaxLinger), whoever lives or dies.
    /// After an error it is given back without lingering.
    [[nodiscard]] Result<void> release(Slot slot, std::chrono::seconds linger, TimePoint now);

    /// The provider refused the connection of this slot because too many are in use: gives the slot
    /// back and learns that the account allows no more than the others that were counted, but at
    /// least one.
    [[nodiscard]] Result<void> refused(Slot slot, TimePoint now);

    /// max_connections of the account's API; 0 means that the provider sets no limit.
    [[nodiscard]] Result<void> set_provider_limit(
        std::string_view account, int max_connections, TimePoint now);

    /// All accounts, sorted.
    [[nodiscard]] Result<std::vector<AccountSlots>> snapshot(TimePoint now);

    /// Empty: there are no other machines.
    [[nodiscard]] std::optional<CoordinationState> coordination() const;

    /// What happened to ledger.db since the last call (damaged and begun anew), for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    explicit SlotLedger(std::shared_ptr<LedgerFile> ledger) : ledger_(std::move(ledger)) {}

    [[nodiscard]] Result<std::variant<Slot, SlotsFull>> take_here(
        std::string_view account, SlotKind kind, int configured, TimePoint now);
    [[nodiscard]] Slot record(
        std::string_view account, SlotKind kind, TimePoint now, std::string shared_id);

    std::shared_ptr<LedgerFile> ledger_;
    std::shared_ptr<SlotCoordinator> coordinator_;
};

} // namespace plex_tuner::state
