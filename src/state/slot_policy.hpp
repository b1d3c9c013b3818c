// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/state/slot_ledger.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace plex_tuner::state {

/// What is known about an account, as pure data.
struct AccountRow {
    std::optional<int> provider_limit;
    std::optional<int> learned_limit;
    TimePoint learned_at{};
    std::optional<SlotKind> waiting; ///< the most important one that asked in vain
    TimePoint waiting_until{};
};

struct SlotRow {
    std::int64_t id = 0;
    SlotKind kind = SlotKind::probe;
    TimePoint since{};
    std::optional<TimePoint> asked_at{};
    std::optional<TimePoint> lingers_until{};
};

[[nodiscard]] SlotHolder to_holder(const SlotRow& row);

/// The learned limit, one more for each kLearnedLimitStep that passed.
[[nodiscard]] std::optional<int> learned_now(const AccountRow& account, TimePoint now);
/// Empty: no limit.
[[nodiscard]] std::optional<int> budget_of(
    const AccountRow& account, int configured, TimePoint now);

/// A free slot is not for `kind` but for someone who waits.
[[nodiscard]] bool is_reserved(const AccountRow& account, SlotKind kind, TimePoint now);
/// Notes that `kind` asked in vain.
void reserve(AccountRow& account, SlotKind kind, TimePoint now);

/// Who has to go for `kind`; positions in `slots`, which are the oldest first.
struct Displacement {
    std::optional<std::size_t> take_over; ///< a lingering slot
    std::optional<std::size_t> ask;       ///< a holder, to be asked now
    bool asked = false;                   ///< somebody has been asked, now or lately
};

[[nodiscard]] Displacement displace(std::span<const SlotRow> slots, SlotKind kind, TimePoint now);

/// What asking for a slot leads to; positions in `slots`.
struct Taking {
    std::optional<std::size_t> take_over; ///< a lingering slot that has to go
    std::optional<std::size_t> ask;       ///< a holder whose asked_at was set
    std::optional<SlotsFull> full;        ///< none: the slot is there to be taken
};

/// Whether `kind` may have one more slot than `slots` (the oldest first), and what that changes.
[[nodiscard]] Taking decide_taking(AccountRow& account, std::span<SlotRow> slots, SlotKind kind,
    std::optional<int> budget, TimePoint now);

/// What a refusal teaches when `others` were counted besides.
void learn_refusal(AccountRow& account, std::size_t others, TimePoint now);

/// How the connections of an account were divided when machines last counted together.
struct LastLook {
    int here = 0;                   ///< held by this machine
    int others = 0;                 ///< held by others
    int machines = 1;               ///< that lived, with this one
    int rank = 0;                   ///< of this one among them, from 0
    std::optional<int> budget = {}; ///< of the account, as all knew it

    friend bool operator==(const LastLook&, const LastLook&) = default;
};

/// What a machine that is alone may use of `budget`: what it held, and its part of what was free.
/// Machines that had the same look stay within the budget together. Without a look it is one.
/// `share`, where the user gave it, instead.
[[nodiscard]] int budget_alone(
    const std::optional<LastLook>& look, std::optional<int> share, int budget);

[[nodiscard]] std::vector<SlotHolder> holders_of(std::span<const SlotRow> slots);

} // namespace plex_tuner::state
