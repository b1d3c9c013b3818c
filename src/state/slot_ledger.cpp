// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_key.hpp"
#include "ledger_file.hpp"
#include "ledger_time.hpp"
#include "slot_coordinator.hpp"
#include "slot_policy.hpp"
#include "slot_rows.hpp"

#include <plex_tuner/state/slot_ledger.hpp>

#include <algorithm>
#include <utility>

namespace plex_tuner::state {

namespace {

using Slots = std::vector<SlotRow>;

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

[[nodiscard]] Result<std::int64_t> insert_slot(Database& database, std::string_view account,
    SlotKind kind, const std::string& holder, TimePoint now) {
    auto inserted =
        database.run("INSERT INTO slot (account, kind, holder, since) VALUES (?, ?, ?, ?)", account,
            static_cast<int>(kind), holder, to_column(now));
    if (!inserted) {
        return fail(std::move(inserted).error());
    }
    return database.last_row_id();
}

/// What was decided, but for the new slot itself.
[[nodiscard]] Result<void> store_taking(
    Database& database, const Taking& taking, const Slots& slots, TimePoint now) {
    if (taking.take_over) {
        return database.run("DELETE FROM slot WHERE id = ?", slots[*taking.take_over].id);
    }
    if (taking.ask) {
        return database.run(
            "UPDATE slot SET asked_at = ? WHERE id = ?", to_column(now), slots[*taking.ask].id);
    }
    return {};
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
    : ledger_(std::exchange(other.ledger_, nullptr)),
      coordinator_(std::exchange(other.coordinator_, nullptr)),
      shared_id_(std::move(other.shared_id_)), account_(std::move(other.account_)),
      holder_(std::move(other.holder_)), id_(other.id_), kind_(other.kind_) {}

Slot& Slot::operator=(Slot&& other) noexcept {
    std::swap(ledger_, other.ledger_);
    std::swap(coordinator_, other.coordinator_);
    std::swap(shared_id_, other.shared_id_);
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
    if (coordinator_) {
        coordinator_->abandon(shared_id_);
    }
}

Result<SlotLedger> SlotLedger::open(
    const std::filesystem::path& directory, std::optional<CoordinationOptions> coordination) {
    auto file = LedgerFile::open(directory);
    if (!file) {
        return fail_with(std::move(file), "connection ledger");
    }
    SlotLedger ledger(std::move(*file));
    if (coordination) {
        auto coordinator = SlotCoordinator::open(
            *std::move(coordination), std::filesystem::absolute(directory), ledger.ledger_);
        if (!coordinator) {
            return fail_with(std::move(coordinator), "connection ledger");
        }
        ledger.coordinator_ = *std::move(coordinator);
    }
    return ledger;
}

Result<std::variant<Slot, SlotsFull>> SlotLedger::try_take(
    std::string_view account, SlotKind kind, int configured, TimePoint now) {
    if (auto checked = check_key(account); !checked) {
        return fail(std::move(checked).error());
    }
    if (!coordinator_) {
        return take_here(account, kind, configured, now);
    }
    if (auto answer = coordinator_->try_take(account, kind, configured)) {
        if (auto* full = std::get_if<SlotsFull>(&*answer)) {
            return std::move(*full);
        }
        return record(account, kind, now, std::get<std::string>(*std::move(answer)));
    }
    auto taken = take_here(account, kind, configured, now);
    if (taken && std::holds_alternative<Slot>(*taken)) {
        Slot& slot = std::get<Slot>(*taken);
        slot.shared_id_ = coordinator_->adopt(account, kind, now);
        slot.coordinator_ = coordinator_;
    }
    return taken;
}

Slot SlotLedger::record(
    std::string_view account, SlotKind kind, TimePoint now, std::string shared_id) {
    Slot slot;
    slot.account_ = account;
    slot.kind_ = kind;
    slot.coordinator_ = coordinator_;
    slot.shared_id_ = std::move(shared_id);
    const auto recorded =
        ledger_->write([&](Database& database, const std::string& holder) -> Result<void> {
            auto id = insert_slot(database, account, kind, holder, now);
            if (!id) {
                return fail(std::move(id).error());
            }
            slot.id_ = *id;
            slot.holder_ = holder;
            return {};
        });
    // Where ledger.db fails, the slot is counted all the same, if only by Redis.
    if (recorded) {
        slot.ledger_ = ledger_;
    }
    return slot;
}

Result<std::variant<Slot, SlotsFull>> SlotLedger::take_here(
    std::string_view account, SlotKind kind, int configured, TimePoint now) {
    // Becomes a slot only once its row is committed.
    Slot slot;
    slot.account_ = account;
    slot.kind_ = kind;
    auto attempt = ledger_->write(
        [&](Database& database, const std::string& holder) -> Result<std::optional<SlotsFull>> {
            auto row = load_account(database, account);
            if (!row) {
                return fail(std::move(row).error());
            }
            std::optional<int> budget = budget_of(*row, configured, now);
            if (coordinator_) {
                auto look = load_look(database, account);
                if (!look) {
                    return fail(std::move(look).error());
                }
                const std::optional<int> shared = *look ? (*look)->budget : std::nullopt;
                if (budget || shared) {
                    budget = budget_alone(*look, coordinator_->share(), budget ? *budget : *shared);
                }
            }
            auto slots = load_living(*ledger_, database, account,
                budget ? static_cast<std::size_t>(*budget) : SIZE_MAX, now);
            if (!slots) {
                return fail(std::move(slots).error());
            }
            Taking taking = decide_taking(*row, *slots, kind, budget, now);
            if (auto stored = store_taking(database, taking, *slots, now); !stored) {
                return fail(std::move(stored).error());
            }
            if (!taking.full) {
                auto id = insert_slot(database, account, kind, holder, now);
                if (!id) {
                    return fail(std::move(id).error());
                }
                slot.id_ = *id;
                slot.holder_ = holder;
            }
            if (auto stored = store_account(database, account, *row, now); !stored) {
                return fail(std::move(stored).error());
            }
            return std::move(taking.full);
        });
    if (!attempt) {
        return fail(std::move(attempt).error());
    }
    if (*attempt) {
        (*attempt)->alone = coordinator_ != nullptr;
        return **std::move(attempt);
    }
    slot.ledger_ = ledger_;
    return slot;
}

Result<bool> SlotLedger::asked_to_yield(const Slot& slot) {
    if (slot.coordinator_ && slot.coordinator_->asked_to_yield(slot.shared_id_)) {
        return true;
    }
    if (!slot.ledger_) {
        return false; // only Redis counts it
    }
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
    if (slot.coordinator_) {
        slot.coordinator_->release(slot.shared_id_, lasting);
        slot.coordinator_.reset();
    }
    if (!slot.ledger_) {
        return {};
    }
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
    if (slot.coordinator_) {
        const bool learnt = slot.coordinator_->refused(slot.shared_id_);
        slot.coordinator_.reset();
        // What all machines learnt is not what this one alone would.
        if (learnt || !slot.ledger_) {
            return slot.ledger_ ? release(std::move(slot), std::chrono::seconds::zero(), now)
                                : Result<void>();
        }
    }
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
        learn_refusal(*row, others->size(), now);
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
    const std::optional<int> limit =
        max_connections > 0 ? std::optional(max_connections) : std::nullopt;
    if (coordinator_) {
        coordinator_->set_provider_limit(account, limit);
    }
    return ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        auto row = load_account(database, account);
        if (!row) {
            return fail(std::move(row).error());
        }
        row->provider_limit = limit;
        return store_account(database, account, *row, now);
    });
}

Result<std::vector<AccountSlots>> SlotLedger::snapshot(TimePoint now) {
    using Accounts = std::vector<AccountSlots>;
    auto accounts = ledger_->write([&](Database& database, const std::string&) -> Result<Accounts> {
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
    if (accounts && coordinator_) {
        for (AccountSlots& shared : coordinator_->snapshot()) {
            const auto here =
                std::ranges::lower_bound(*accounts, shared.account, {}, &AccountSlots::account);
            if (here != accounts->end() && here->account == shared.account) {
                *here = std::move(shared);
            } else {
                accounts->insert(here, std::move(shared));
            }
        }
    }
    return accounts;
}

std::optional<CoordinationState> SlotLedger::coordination() const {
    return coordinator_ ? std::optional(coordinator_->state()) : std::nullopt;
}

std::vector<std::string> SlotLedger::take_warnings() {
    return ledger_->take_warnings();
}

} // namespace plex_tuner::state
