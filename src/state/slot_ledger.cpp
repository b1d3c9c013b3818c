// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_key.hpp"
#include "ledger_file.hpp"
#include "ledger_time.hpp"
#include "slot_policy.hpp"
#include "slot_rows.hpp"

#include <plex_tuner/state/slot_ledger.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::state {

namespace {

using Slots = std::vector<SlotRow>;

[[nodiscard]] std::vector<SlotHolder> holders_of(const Slots& slots) {
    std::vector<SlotHolder> out;
    out.reserve(slots.size());
    for (const SlotRow& slot : slots) {
        out.push_back(to_holder(slot));
    }
    return out;
}

/// The slots of the account; the dead are looked for only when they may be in the way.
[[nodiscard]] Result<Slots> load_living(const LedgerFile& ledger, Database& database,
    std::string_view account, std::size_t enough, TimePoint now) {
    auto slots = load_slots(database, account, now);
    if (!slots || slots->size() < enough) {
        return slots;
    }
    auto removed = ledger.remove_dead(database);
    if (!removed) {
        return fail(std::move(removed).error());
    }
    return *removed > 0 ? load_slots(database, account, now) : std::move(slots);
}

/// What an attempt leads to: a row to be inserted, or the reasons why not.
using Attempt = std::variant<std::monostate, SlotsFull>;

/// Makes room for `kind` or asks for it.
[[nodiscard]] Result<Attempt> make_room(
    Database& database, Slots& slots, SlotKind kind, int budget, TimePoint now) {
    const Displacement displaced = displace(slots, kind, now);
    // Over the budget (it has shrunk), one lingering slot less does not help.
    if (displaced.take_over && slots.size() == static_cast<std::size_t>(budget)) {
        auto deleted =
            database.run("DELETE FROM slot WHERE id = ?", slots[*displaced.take_over].id);
        if (!deleted) {
            return fail(std::move(deleted).error());
        }
        return std::monostate();
    }
    if (displaced.ask) {
        SlotRow& slot = slots[*displaced.ask];
        slot.asked_at = now;
        if (auto asked =
                database.run("UPDATE slot SET asked_at = ? WHERE id = ?", to_column(now), slot.id);
            !asked) {
            return fail(std::move(asked).error());
        }
    }
    return SlotsFull{.budget = budget,
        .holders = holders_of(slots),
        .yield_requested = displaced.asked,
        .reserved = false};
}

} // namespace

std::string_view to_string(SlotKind kind) noexcept {
    switch (kind) {
    case SlotKind::viewer:
        return "viewer";
    case SlotKind::vod:
        return "vod";
    case SlotKind::probe:
        return "probe";
    }
    return "unknown";
}

Slot::Slot(Slot&& other) noexcept
    : ledger_(std::exchange(other.ledger_, nullptr)), account_(std::move(other.account_)),
      holder_(std::move(other.holder_)), id_(other.id_), kind_(other.kind_) {}

Slot& Slot::operator=(Slot&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(account_, other.account_);
    std::swap(holder_, other.holder_);
    std::swap(id_, other.id_);
    std::swap(kind_, other.kind_);
    return *this;
}

Slot::~Slot() {
    if (ledger_) {
        ledger_->abandon(LedgerFile::Table::slot, {.holder = holder_, .id = id_});
    }
}

Result<SlotLedger> SlotLedger::open(const std::filesystem::path& directory) {
    auto ledger = LedgerFile::open(directory);
    if (!ledger) {
        return fail_with(std::move(ledger), "connection ledger");
    }
    return SlotLedger(std::move(*ledger));
}

Result<std::variant<Slot, SlotsFull>> SlotLedger::try_take(
    std::string_view account, SlotKind kind, int configured, TimePoint now) {
    if (auto checked = check_key(account); !checked) {
        return fail(std::move(checked).error());
    }
    // Becomes a slot only once its row is committed.
    Slot slot;
    slot.account_ = account;
    slot.kind_ = kind;
    auto attempt =
        ledger_->write([&](Database& database, const std::string& holder) -> Result<Attempt> {
            auto row = load_account(database, account);
            if (!row) {
                return fail(std::move(row).error());
            }
            const std::optional<int> budget = budget_of(*row, configured, now);
            const std::size_t limit = budget ? static_cast<std::size_t>(*budget) : SIZE_MAX;
            auto slots = load_living(*ledger_, database, account, limit, now);
            if (!slots) {
                return fail(std::move(slots).error());
            }
            Attempt result;
            if (slots->size() >= limit) {
                auto room = make_room(database, *slots, kind, *budget, now);
                if (!room) {
                    return room;
                }
                result = std::move(*room);
                if (std::holds_alternative<SlotsFull>(result)) {
                    reserve(*row, kind, now);
                }
            } else if (is_reserved(*row, kind, now)) {
                result = SlotsFull{.budget = budget.value_or(0),
                    .holders = holders_of(*slots),
                    .yield_requested = false,
                    .reserved = true};
            }
            if (std::holds_alternative<std::monostate>(result)) {
                if (row->waiting == kind) {
                    row->waiting.reset();
                }
                if (auto inserted = database.run(
                        "INSERT INTO slot (account, kind, holder, since) VALUES (?, ?, ?, ?)",
                        account, static_cast<int>(kind), holder, to_column(now));
                    !inserted) {
                    return fail(std::move(inserted).error());
                }
                slot.holder_ = holder;
                slot.id_ = database.last_row_id();
            }
            if (auto stored = store_account(database, account, *row, now); !stored) {
                return fail(std::move(stored).error());
            }
            return result;
        });
    if (!attempt) {
        return fail(std::move(attempt).error());
    }
    if (auto* full = std::get_if<SlotsFull>(&*attempt)) {
        return std::move(*full);
    }
    slot.ledger_ = ledger_;
    return std::move(slot);
}

Result<bool> SlotLedger::asked_to_yield(const Slot& slot) {
    return ledger_->read([&](Database& database) -> Result<bool> {
        auto query = database.query(
            "SELECT asked_at FROM slot WHERE id = ? AND holder = ?", slot.id_, slot.holder_);
        if (!query) {
            return fail(std::move(query).error());
        }
        auto row = query->next();
        if (!row) {
            return fail(std::move(row).error());
        }
        return !*row || query->optional_integer(0).has_value();
    });
}

Result<void> SlotLedger::release(Slot slot, std::chrono::seconds linger, TimePoint now) {
    const auto lasting = std::clamp<std::chrono::seconds>(linger, {}, kMaxLinger);
    auto written = ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        if (lasting == std::chrono::seconds::zero()) {
            return delete_row(
                database, LedgerFile::Table::slot, {.holder = slot.holder_, .id = slot.id_});
        }
        return database.run("UPDATE slot SET holder = NULL, lingers_until = ?, asked_at = NULL"
                            " WHERE id = ? AND holder = ?",
            to_column(now + lasting), slot.id_, slot.holder_);
    });
    if (written) {
        slot.ledger_.reset();
    }
    return written;
}

Result<void> SlotLedger::refused(Slot slot, TimePoint now) {
    auto written = ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        if (auto removed = ledger_->remove_dead(database); !removed) {
            return fail(std::move(removed).error());
        }
        if (auto deleted = delete_row(
                database, LedgerFile::Table::slot, {.holder = slot.holder_, .id = slot.id_});
            !deleted) {
            return deleted;
        }
        auto others = load_slots(database, slot.account_, now);
        if (!others) {
            return fail(std::move(others).error());
        }
        auto row = load_account(database, slot.account_);
        if (!row) {
            return fail(std::move(row).error());
        }
        row->learned_limit = std::max(1, static_cast<int>(others->size()));
        row->learned_at = now;
        return store_account(database, slot.account_, *row, now);
    });
    if (written) {
        slot.ledger_.reset();
    }
    return written;
}

Result<void> SlotLedger::set_provider_limit(
    std::string_view account, int max_connections, TimePoint now) {
    if (auto checked = check_key(account); !checked) {
        return checked;
    }
    return ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        auto row = load_account(database, account);
        if (!row) {
            return fail(std::move(row).error());
        }
        row->provider_limit = max_connections > 0 ? std::optional(max_connections) : std::nullopt;
        return store_account(database, account, *row, now);
    });
}

Result<std::vector<AccountSlots>> SlotLedger::snapshot(TimePoint now) {
    using Accounts = std::vector<AccountSlots>;
    return ledger_->write([&](Database& database, const std::string&) -> Result<Accounts> {
        if (auto removed = ledger_->remove_dead(database); !removed) {
            return fail(std::move(removed).error());
        }
        auto rows = load_accounts(database);
        if (!rows) {
            return fail(std::move(rows).error());
        }
        Accounts out;
        for (auto& [account, row] : *rows) {
            auto slots = load_slots(database, account, now);
            if (!slots) {
                return fail(std::move(slots).error());
            }
            out.push_back({.account = std::move(account),
                .provider_limit = row.provider_limit,
                .learned_limit = learned_now(row, now),
                .holders = holders_of(*slots)});
        }
        return out;
    });
}

std::vector<std::string> SlotLedger::take_warnings() {
    return ledger_->take_warnings();
}

} // namespace plex_tuner::state
