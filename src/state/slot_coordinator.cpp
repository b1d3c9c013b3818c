// SPDX-License-Identifier: GPL-3.0-or-later
#include "slot_coordinator.hpp"

#include "slot_rows.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace plex_tuner::state {

namespace {

[[nodiscard]] std::vector<SlotRow> rows_of(const SharedAccount& shared) {
    std::vector<SlotRow> rows;
    rows.reserve(shared.slots.size());
    for (const SharedSlot& slot : shared.slots) {
        rows.push_back(slot.row);
    }
    return rows;
}

[[nodiscard]] LastLook look_of(const SharedAccount& shared, const std::string& machine) {
    std::set<std::string_view> machines{machine};
    for (const auto& [id, session] : shared.sessions) {
        machines.insert(session.machine);
    }
    LastLook look;
    for (const SharedSlot& slot : shared.slots) {
        (slot.machine == machine ? look.here : look.others) += 1;
    }
    look.machines = static_cast<int>(machines.size());
    look.rank = static_cast<int>(std::distance(machines.begin(), machines.find(machine)));
    look.budget = budget_of(shared.account, 0, shared.now);
    return look;
}

} // namespace

Result<std::shared_ptr<SlotCoordinator>> SlotCoordinator::open(CoordinationOptions options,
    const std::filesystem::path& directory, std::shared_ptr<LedgerFile> ledger) {
    auto link = CoordinationLink::open(std::move(options), directory, ledger);
    if (!link) {
        return fail(std::move(link).error());
    }
    std::shared_ptr<SlotCoordinator> coordinator(
        new SlotCoordinator(std::move(ledger), *std::move(link)));
    coordinator->link_->start(
        [raw = coordinator.get()](CoordinationLink::Turn& turn) { return raw->refresh(turn); });
    return coordinator;
}

SlotCoordinator::SlotCoordinator(
    std::shared_ptr<LedgerFile> ledger, std::unique_ptr<CoordinationLink> link)
    : ledger_(std::move(ledger)), link_(std::move(link)) {
    for (const std::string& account : link_->options().accounts) {
        accounts_.try_emplace(account);
    }
}

Result<void> SlotCoordinator::refresh(CoordinationLink::Turn& turn) {
    std::vector<std::string> accounts;
    accounts.reserve(accounts_.size());
    for (const auto& [account, known] : accounts_) {
        accounts.push_back(account);
    }
    for (const std::string& account : accounts) {
        if (auto passed = link_->pass(turn); !passed) {
            return passed;
        }
        if (auto shown = show_account(account); !shown) {
            return shown;
        }
    }
    return {};
}

Result<void> SlotCoordinator::show_account(const std::string& account) {
    auto shared = update(account, [&](SharedAccount& table) { correct(table, account); });
    if (!shared) {
        return fail(std::move(shared).error());
    }
    if (*shared) {
        accounts_[account].provider_limit.reset();
    }
    return {};
}

void SlotCoordinator::correct(SharedAccount& shared, const std::string& account) {
    // What is ours by name and not held was given back while Redis did not hear it.
    std::erase_if(shared.slots, [&](const SharedSlot& slot) {
        return slot.session == link_->session() && !held_.contains(slot.id);
    });
    for (const auto& [id, held] : held_) {
        if (held.account != account) {
            continue;
        }
        const auto found = std::ranges::find(shared.slots, id, &SharedSlot::id);
        if (found == shared.slots.end()) {
            shared.slots.push_back(row_of(id, held));
        } else {
            found->session = link_->session();
        }
    }
    if (const auto& limit = accounts_[account].provider_limit) {
        shared.account.provider_limit = *limit;
    }
}

SharedSlot SlotCoordinator::row_of(const std::string& id, const Held& held) const {
    return {.id = id,
        .session = link_->session(),
        .machine = link_->machine(),
        .row = {.id = 0, .kind = held.kind, .since = held.since}};
}

Result<std::optional<SharedAccount>> SlotCoordinator::update(
    const std::string& account, const std::function<void(SharedAccount&)>& change) {
    auto shared = update_account(*link_->client(), account, link_->is_dead(), change);
    if (shared && *shared) {
        note_look(account, **shared);
    }
    return shared;
}

void SlotCoordinator::note_look(const std::string& account, const SharedAccount& shared) {
    const LastLook look = look_of(shared, link_->machine());
    link_->saw_machines(look.machines);
    Known& known = accounts_[account];
    // While others come back the table is not what there is; the look before holds.
    if (link_->phase() != Phase::together || known.noted == look) {
        return;
    }
    const auto stored = ledger_->write([&](Database& database, const std::string&) {
        return store_look(database, account, look);
    });
    if (stored) {
        known.noted = look;
    }
}

std::optional<std::variant<std::string, SlotsFull>> SlotCoordinator::try_take(
    std::string_view account, SlotKind kind, int configured) {
    using Answer = std::variant<std::string, SlotsFull>;
    const auto lock = link_->lock();
    const std::string key(account);
    accounts_.try_emplace(key);
    if (link_->phase() == Phase::alone) {
        return std::nullopt;
    }
    std::string id = link_->session() + '.' + std::to_string(++last_id_);
    std::optional<SlotsFull> full;
    auto shared = update(key, [&](SharedAccount& table) {
        std::vector<SlotRow> rows = rows_of(table);
        const Taking taking = decide_taking(
            table.account, rows, kind, budget_of(table.account, configured, table.now), table.now);
        full = taking.full;
        if (taking.ask) {
            table.slots[*taking.ask].row.asked_at = table.now;
        }
        if (taking.take_over && link_->phase() == Phase::together) {
            table.slots.erase(table.slots.begin() + static_cast<std::ptrdiff_t>(*taking.take_over));
        }
        // A table that may lack something can say no, but not yes.
        if (!full && link_->phase() == Phase::together) {
            table.slots.push_back(row_of(id, {.account = key, .kind = kind, .since = table.now}));
        }
    });
    if (!shared) {
        link_->lost(shared.error());
        return std::nullopt;
    }
    if (!*shared) {
        // Others were faster every time; they are not so for long.
        return Answer(SlotsFull{.budget = 0, .holders = {}, .yield_requested = true});
    }
    if (full) {
        return Answer(*std::move(full));
    }
    if (link_->phase() != Phase::together) {
        return std::nullopt;
    }
    held_.emplace(id, Held{.account = key, .kind = kind, .since = (**shared).now});
    return Answer(std::move(id));
}

std::string SlotCoordinator::adopt(std::string_view account, SlotKind kind, TimePoint since) {
    const auto lock = link_->lock();
    std::string id = link_->session() + '.' + std::to_string(++last_id_);
    const std::string key(account);
    accounts_.try_emplace(key);
    held_.emplace(id, Held{.account = key, .kind = kind, .since = since});
    if (link_->client() != nullptr) {
        if (auto shown = show_account(key); !shown) {
            link_->lost(shown.error());
        }
    }
    return id;
}

bool SlotCoordinator::asked_to_yield(const std::string& slot) {
    const auto lock = link_->lock();
    const auto held = held_.find(slot);
    if (held == held_.end() || link_->client() == nullptr) {
        return false;
    }
    auto asked = asked_for(*link_->client(), held->second.account, slot);
    if (!asked) {
        link_->lost(asked.error());
        return false;
    }
    // What Redis forgot it will be told again.
    return asked->value_or(false);
}

void SlotCoordinator::release(const std::string& slot, std::chrono::seconds linger) {
    const auto lock = link_->lock();
    const auto held = held_.extract(slot);
    if (held.empty() || link_->client() == nullptr) {
        return;
    }
    auto updated = update(held.mapped().account, [&](SharedAccount& table) {
        const auto found = std::ranges::find(table.slots, slot, &SharedSlot::id);
        if (found == table.slots.end()) {
            return;
        }
        if (linger == std::chrono::seconds::zero()) {
            table.slots.erase(found);
            return;
        }
        found->session.clear();
        found->row.asked_at.reset();
        found->row.lingers_until = table.now + std::min<std::chrono::seconds>(linger, kMaxLinger);
    });
    if (!updated) {
        link_->lost(updated.error());
    }
}

bool SlotCoordinator::refused(const std::string& slot) {
    const auto lock = link_->lock();
    const auto held = held_.extract(slot);
    if (held.empty() || link_->phase() != Phase::together) {
        return false;
    }
    auto updated = update(held.mapped().account, [&](SharedAccount& table) {
        std::erase_if(table.slots, [&](const SharedSlot& other) { return other.id == slot; });
        learn_refusal(table.account, table.slots.size(), table.now);
    });
    if (!updated) {
        link_->lost(updated.error());
    }
    return updated && *updated;
}

void SlotCoordinator::abandon(const std::string& slot) noexcept {
    try {
        release(slot, std::chrono::seconds::zero());
    } catch (const std::exception&) {
        // Out of memory: the thread finds out that it is not held, or the lease ends.
    }
}

void SlotCoordinator::set_provider_limit(std::string_view account, std::optional<int> limit) {
    const auto lock = link_->lock();
    const std::string key(account);
    accounts_[key].provider_limit = limit;
    if (link_->client() != nullptr) {
        if (auto shown = show_account(key); !shown) {
            link_->lost(shown.error());
        }
    }
}

std::vector<AccountSlots> SlotCoordinator::snapshot() {
    const auto lock = link_->lock();
    std::vector<AccountSlots> out;
    if (link_->phase() != Phase::together) {
        return out;
    }
    for (const auto& [account, known] : accounts_) {
        // With many accounts and a far Redis, the others are told as ledger.db knows them.
        if (!link_->has_time()) {
            break;
        }
        auto shared = update(account, [](const SharedAccount&) {});
        if (!shared) {
            link_->lost(shared.error());
            return {};
        }
        if (*shared) {
            out.push_back({.account = account,
                .provider_limit = (**shared).account.provider_limit,
                .learned_limit = learned_now((**shared).account, (**shared).now),
                .holders = holders_of(rows_of(**shared))});
        }
    }
    return out;
}

CoordinationState SlotCoordinator::state() {
    const auto lock = link_->lock();
    return link_->state();
}

} // namespace plex_tuner::state
