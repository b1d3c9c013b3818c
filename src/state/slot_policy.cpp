// SPDX-License-Identifier: GPL-3.0-or-later
#include "slot_policy.hpp"

#include <algorithm>
#include <cstdint>

namespace plex_tuner::state {

namespace {

void narrow(std::optional<int>& budget, std::optional<int> limit) {
    if (limit) {
        budget = std::max(1, std::min(budget.value_or(*limit), *limit));
    }
}

[[nodiscard]] std::optional<int> positive(int limit) {
    return limit > 0 ? std::optional(limit) : std::nullopt;
}

} // namespace

SlotHolder to_holder(const SlotRow& row) {
    return {.kind = row.kind,
        .since = row.since,
        .asked_to_yield = row.asked_at.has_value(),
        .lingers_until = row.lingers_until};
}

std::optional<int> learned_now(const AccountRow& account, TimePoint now) {
    if (!account.learned_limit) {
        return std::nullopt;
    }
    const auto steps = std::max<std::int64_t>((now - account.learned_at) / kLearnedLimitStep, 0);
    return *account.learned_limit + static_cast<int>(std::min<std::int64_t>(steps, 1'000));
}

std::optional<int> budget_of(const AccountRow& account, int configured, TimePoint now) {
    std::optional<int> budget = positive(configured);
    narrow(budget, account.provider_limit);
    narrow(budget, learned_now(account, now));
    return budget;
}

bool is_reserved(const AccountRow& account, SlotKind kind, TimePoint now) {
    // A clock that was set back must not make it longer than it ever is.
    return account.waiting && *account.waiting < kind && account.waiting_until > now &&
           account.waiting_until <= now + kReservation;
}

void reserve(AccountRow& account, SlotKind kind, TimePoint now) {
    if (!is_reserved(account, kind, now)) {
        account.waiting = kind;
        account.waiting_until = now + kReservation;
    }
}

Displacement displace(std::span<const SlotRow> slots, SlotKind kind, TimePoint now) {
    Displacement out;
    for (std::size_t i = 0; i < slots.size(); ++i) {
        const SlotRow& slot = slots[i];
        if (slot.lingers_until) {
            if (kind == SlotKind::viewer && !out.take_over) {
                out.take_over = i;
            }
        } else if (slot.kind <= kind) {
            continue;
        } else if (slot.asked_at) {
            out.asked = out.asked || now - *slot.asked_at < kYieldPatience;
        } else if (!out.ask || slot.kind >= slots[*out.ask].kind) {
            out.ask = i;
        }
    }
    if (out.asked || out.take_over) {
        out.ask.reset();
    }
    out.asked = out.asked || out.ask.has_value();
    return out;
}

Taking decide_taking(AccountRow& account, std::span<SlotRow> slots, SlotKind kind,
    std::optional<int> budget, TimePoint now) {
    Taking out;
    const auto full = [&](bool asked, bool reserved) {
        out.full = SlotsFull{.budget = budget.value_or(0),
            .holders = holders_of(slots),
            .yield_requested = asked,
            .reserved = reserved};
    };
    if (budget && slots.size() >= static_cast<std::size_t>(*budget)) {
        const Displacement displaced = displace(slots, kind, now);
        // Over the budget (it has shrunk), one lingering slot less does not help.
        if (displaced.take_over && slots.size() == static_cast<std::size_t>(*budget)) {
            out.take_over = displaced.take_over;
        } else {
            if (displaced.ask) {
                out.ask = displaced.ask;
                slots[*displaced.ask].asked_at = now;
            }
            full(displaced.asked, false);
            reserve(account, kind, now);
        }
    } else if (is_reserved(account, kind, now)) {
        full(false, true);
    }
    if (!out.full && account.waiting == kind) {
        account.waiting.reset();
    }
    return out;
}

void learn_refusal(AccountRow& account, std::size_t others, TimePoint now) {
    account.learned_limit = std::max(1, static_cast<int>(others));
    account.learned_at = now;
}

int budget_alone(const std::optional<LastLook>& look, std::optional<int> share, int budget) {
    if (share) {
        return std::min(*share, budget);
    }
    if (!look) {
        return std::min(1, budget);
    }
    const int whole = look->budget ? std::min(*look->budget, budget) : budget;
    const int free = std::max(0, whole - look->here - look->others);
    const int machines = std::max(1, look->machines);
    return std::min(look->here + free / machines + (look->rank < free % machines ? 1 : 0), budget);
}

std::vector<SlotHolder> holders_of(std::span<const SlotRow> slots) {
    std::vector<SlotHolder> out;
    out.reserve(slots.size());
    for (const SlotRow& slot : slots) {
        out.push_back(to_holder(slot));
    }
    return out;
}

} // namespace plex_tuner::state
