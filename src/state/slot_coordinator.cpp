// SPDX-License-Identifier: GPL-3.0-or-later
#include "slot_coordinator.hpp"

#include "slot_rows.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <utility>

#include <pthread.h>

namespace plex_tuner::state {

namespace {

/// How long opening waits for the first answer, in time-outs: connecting, and being asked.
constexpr int kFirstPatience = 3;

[[nodiscard]] std::vector<SlotRow> rows_of(const SharedAccount& shared) {
    std::vector<SlotRow> rows;
    rows.reserve(shared.slots.size());
    for (const SharedSlot& slot : shared.slots) {
        rows.push_back(slot.row);
    }
    return rows;
}

/// Differs after each start of the machine, so that a copied disk makes two of it.
[[nodiscard]] std::string boot_id() {
    constexpr std::size_t kEnough = 8;
    std::string id;
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    file >> id;
    return id.substr(0, kEnough);
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
    auto session = Holder::create(directory);
    if (!session) {
        return fail(std::move(session).error());
    }
    auto machine = ledger->write([&](Database& database, const std::string&) {
        return machine_id(database, session->id());
    });
    if (!machine) {
        return fail(std::move(machine).error());
    }
    const auto patience = options.timeout * kFirstPatience;
    std::shared_ptr<SlotCoordinator> coordinator(new SlotCoordinator(std::move(options), directory,
        std::move(ledger), *std::move(session), *machine + '-' + boot_id()));
    std::unique_lock lock(coordinator->mutex_);
    coordinator->thread_ = std::thread([raw = coordinator.get()] { raw->run(); });
    coordinator->changed_.wait_for(lock, patience, [&] { return coordinator->began_; });
    lock.unlock();
    return coordinator;
}

SlotCoordinator::SlotCoordinator(CoordinationOptions options, std::filesystem::path directory,
    std::shared_ptr<LedgerFile> ledger, Holder session, std::string machine)
    : options_(std::move(options)), directory_(std::move(directory)), ledger_(std::move(ledger)),
      machine_(std::move(machine)), session_(std::move(session)),
      state_{.phase = Phase::alone,
          .machines = 0,
          .redis = options_.redis.text(),
          .reason = "not asked yet"} {
    for (const std::string& account : options_.accounts) {
        accounts_.try_emplace(account);
    }
}

SlotCoordinator::~SlotCoordinator() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
        changed_.notify_all();
    }
    thread_.join();
    if (client_) {
        // What is not said now the lease says later.
        [[maybe_unused]] const auto said = remove_session(*client_, session_.id());
    }
}

void SlotCoordinator::run() {
    ::pthread_setname_np(::pthread_self(), "coordination");
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        hurry_ = false;
        if (client_) {
            beat();
        } else {
            // Nobody waits while this connects.
            lock.unlock();
            auto client = RedisClient::connect(options_.redis, options_.timeout);
            lock.lock();
            if (client) {
                client_ = *std::move(client);
                beat();
            } else {
                lost(client.error());
            }
        }
        tell(lock);
        if (!began_) {
            began_ = true;
            changed_.notify_all();
        }
        changed_.wait_for(lock, options_.heartbeat, [this] { return stopping_ || hurry_; });
    }
}

void SlotCoordinator::tell(std::unique_lock<std::mutex>& lock) {
    while (to_tell_) {
        const CoordinationState state = *std::exchange(to_tell_, std::nullopt);
        if (options_.on_change) {
            lock.unlock();
            options_.on_change(state);
            lock.lock();
        }
    }
}

void SlotCoordinator::beat() {
    if (state_.phase == Phase::alone) {
        if (auto greeted = greet(); !greeted) {
            lost(greeted.error());
            return;
        }
    }
    if (auto refreshed = refresh(); !refreshed) {
        lost(refreshed.error());
        return;
    }
    if (Clock::now() >= trusted_at_) {
        was_together_ = true;
        enter(Phase::together, {});
    } else {
        enter(Phase::returning, {});
    }
}

Result<void> SlotCoordinator::greet() {
    auto age = table_age(*client_);
    if (!age) {
        return fail(std::move(age).error());
    }
    // Others may come back later than we do, and a new table has nothing yet of what they hold.
    const auto missing = was_together_ ? TimePoint::duration(options_.lease)
                                       : TimePoint::duration(options_.lease) - *age;
    trusted_at_ = Clock::now() + std::max<Clock::duration>(missing, Clock::duration::zero());
    return {};
}

Result<void> SlotCoordinator::refresh() {
    // Without its file others of this machine take the session for dead.
    if (!session_.is_visible()) {
        auto session = Holder::create(directory_);
        if (!session) {
            return fail(std::move(session).error());
        }
        session_ = *std::move(session);
    }
    if (auto shown = show_session(*client_, session_.id(), machine_, options_.lease); !shown) {
        return shown;
    }
    for (const auto& [account, known] : accounts_) {
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
        return slot.session == session_.id() && !held_.contains(slot.id);
    });
    for (const auto& [id, held] : held_) {
        if (held.account != account) {
            continue;
        }
        const auto found = std::ranges::find(shared.slots, id, &SharedSlot::id);
        if (found == shared.slots.end()) {
            shared.slots.push_back(row_of(id, held));
        } else {
            found->session = session_.id();
        }
    }
    if (const auto& limit = accounts_[account].provider_limit) {
        shared.account.provider_limit = *limit;
    }
}

SharedSlot SlotCoordinator::row_of(const std::string& id, const Held& held) const {
    return {.id = id,
        .session = session_.id(),
        .machine = machine_,
        .row = {.id = 0, .kind = held.kind, .since = held.since}};
}

Result<std::optional<SharedAccount>> SlotCoordinator::update(
    const std::string& account, const std::function<void(SharedAccount&)>& change) {
    const IsDead is_dead = [&](const std::string& id, const Session& session) {
        return session.machine == machine_ && id != session_.id() &&
               Holder::is_dead(directory_, id);
    };
    auto shared = update_account(*client_, account, is_dead, change);
    if (shared && *shared) {
        note_look(account, **shared);
    }
    return shared;
}

void SlotCoordinator::note_look(const std::string& account, const SharedAccount& shared) {
    const LastLook look = look_of(shared, machine_);
    state_.machines = look.machines;
    Known& known = accounts_[account];
    // While others come back the table is not what there is; the look before holds.
    if (state_.phase != Phase::together || known.noted == look) {
        return;
    }
    const auto stored = ledger_->write([&](Database& database, const std::string&) {
        return store_look(database, account, look);
    });
    if (stored) {
        known.noted = look;
    }
}

void SlotCoordinator::lost(const Error& error) {
    client_.reset();
    enter(Phase::alone, error.message());
}

void SlotCoordinator::enter(Phase phase, std::string reason) {
    if (state_.phase == phase && began_ && (phase != Phase::alone || state_.reason == reason)) {
        return;
    }
    const bool same = state_.phase == phase && began_;
    state_.phase = phase;
    state_.reason = std::move(reason);
    if (!same) {
        to_tell_ = state_;
        hurry_ = true;
        changed_.notify_all();
    }
}

std::optional<std::variant<std::string, SlotsFull>> SlotCoordinator::try_take(
    std::string_view account, SlotKind kind, int configured) {
    using Answer = std::variant<std::string, SlotsFull>;
    const std::scoped_lock lock(mutex_);
    const std::string key(account);
    accounts_.try_emplace(key);
    if (state_.phase == Phase::alone) {
        return std::nullopt;
    }
    std::string id = session_.id() + '.' + std::to_string(++last_id_);
    std::optional<SlotsFull> full;
    auto shared = update(key, [&](SharedAccount& table) {
        std::vector<SlotRow> rows = rows_of(table);
        const Taking taking = decide_taking(
            table.account, rows, kind, budget_of(table.account, configured, table.now), table.now);
        full = taking.full;
        if (taking.ask) {
            table.slots[*taking.ask].row.asked_at = table.now;
        }
        if (taking.take_over && state_.phase == Phase::together) {
            table.slots.erase(table.slots.begin() + static_cast<std::ptrdiff_t>(*taking.take_over));
        }
        // A table that may lack something can say no, but not yes.
        if (!full && state_.phase == Phase::together) {
            table.slots.push_back(row_of(id, {.account = key, .kind = kind, .since = table.now}));
        }
    });
    if (!shared) {
        lost(shared.error());
        return std::nullopt;
    }
    if (!*shared) {
        // Others were faster every time; they are not so for long.
        return Answer(SlotsFull{.budget = 0, .holders = {}, .yield_requested = true});
    }
    if (full) {
        return Answer(*std::move(full));
    }
    if (state_.phase != Phase::together) {
        return std::nullopt;
    }
    held_.emplace(id, Held{.account = key, .kind = kind, .since = (**shared).now});
    return Answer(std::move(id));
}

std::string SlotCoordinator::adopt(std::string_view account, SlotKind kind, TimePoint since) {
    const std::scoped_lock lock(mutex_);
    std::string id = session_.id() + '.' + std::to_string(++last_id_);
    const std::string key(account);
    accounts_.try_emplace(key);
    held_.emplace(id, Held{.account = key, .kind = kind, .since = since});
    if (client_) {
        if (auto shown = show_account(key); !shown) {
            lost(shown.error());
        }
    }
    return id;
}

bool SlotCoordinator::asked_to_yield(const std::string& slot) {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(slot);
    if (held == held_.end() || !client_) {
        return false;
    }
    auto asked = asked_for(*client_, held->second.account, slot);
    if (!asked) {
        lost(asked.error());
        return false;
    }
    // What Redis forgot it will be told again.
    return asked->value_or(false);
}

void SlotCoordinator::release(const std::string& slot, std::chrono::seconds linger) {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.extract(slot);
    if (held.empty() || !client_) {
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
        lost(updated.error());
    }
}

bool SlotCoordinator::refused(const std::string& slot) {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.extract(slot);
    if (held.empty() || state_.phase != Phase::together) {
        return false;
    }
    auto updated = update(held.mapped().account, [&](SharedAccount& table) {
        std::erase_if(table.slots, [&](const SharedSlot& other) { return other.id == slot; });
        learn_refusal(table.account, table.slots.size(), table.now);
    });
    if (!updated) {
        lost(updated.error());
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
    const std::scoped_lock lock(mutex_);
    const std::string key(account);
    accounts_[key].provider_limit = limit;
    if (client_) {
        if (auto shown = show_account(key); !shown) {
            lost(shown.error());
        }
    }
}

std::vector<AccountSlots> SlotCoordinator::snapshot() {
    const std::scoped_lock lock(mutex_);
    std::vector<AccountSlots> out;
    if (state_.phase != Phase::together) {
        return out;
    }
    for (const auto& [account, known] : accounts_) {
        auto shared = update(account, [](const SharedAccount&) {});
        if (!shared) {
            lost(shared.error());
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
    const std::scoped_lock lock(mutex_);
    return state_;
}

} // namespace plex_tuner::state
