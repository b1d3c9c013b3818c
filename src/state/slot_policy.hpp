// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/state/slot_ledger.hpp>

#include <cstddef>
#include <optional>
#include <span>

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

} // namespace plex_tuner::state
