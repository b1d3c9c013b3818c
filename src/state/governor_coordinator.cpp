// SPDX-License-Identifier: GPL-3.0-or-later
#include "governor_coordinator.hpp"

#include "governor_rows.hpp"
#include "governor_share.hpp"

#include <algorithm>
#include <utility>

namespace plex_tuner::state {

namespace {

/// Nothing that is known of a key lasts longer.
constexpr std::chrono::steady_clock::duration kKeepKnown = kMaxRetryAfter;
/// Others were faster every time; they are not so for long.
constexpr std::chrono::milliseconds kBusyPause{100};

[[nodiscard]] TimePoint wall_clock() {
    return std::chrono::floor<TimePoint::duration>(std::chrono::system_clock::now());
}

/// Nothing was granted here: whoever fills the table first gives no burst to all who come back.
[[nodiscard]] GovernorRow empty_row(TimePoint now) {
    GovernorRow row;
    row.refilled_at = now;
    return row;
}

} // namespace

Result<std::shared_ptr<GovernorCoordinator>> GovernorCoordinator::open(CoordinationOptions options,
    const std::filesystem::path& directory, std::shared_ptr<LedgerFile> ledger,
    std::function<double()> random) {
    auto link = CoordinationLink::open(std::move(options), directory, ledger);
    if (!link) {
        return fail(std::move(link).error());
    }
    std::shared_ptr<GovernorCoordinator> coordinator(
        new GovernorCoordinator(std::move(ledger), std::move(random), *std::move(link)));
    coordinator->link_->start(
        [raw = coordinator.get()](CoordinationLink::Turn& turn) { return raw->refresh(turn); });
    return coordinator;
}

GovernorCoordinator::GovernorCoordinator(std::shared_ptr<LedgerFile> ledger,
    std::function<double()> random, std::unique_ptr<CoordinationLink> link)
    : ledger_(std::move(ledger)), random_(std::move(random)), link_(std::move(link)) {}

std::string GovernorCoordinator::next_id() {
    return link_->session() + '.' + std::to_string(++last_id_);
}

Result<void> GovernorCoordinator::refresh(CoordinationLink::Turn& turn) {
    forget_unused();
    std::vector<std::string> keys;
    keys.reserve(keys_.size());
    for (const auto& [key, known] : keys_) {
        keys.push_back(key);
    }
    for (const std::string& key : keys) {
        if (auto passed = link_->pass(turn); !passed) {
            return passed;
        }
        auto shared = update(key, [&](SharedKey& seen) { correct(seen, key); });
        if (!shared) {
            return fail(std::move(shared).error());
        }
    }
    return {};
}

void GovernorCoordinator::forget_unused() {
    const auto now = Steady::now();
    for (const auto& [id, held] : held_) {
        keys_[held.key].used = now;
    }
    std::erase_if(keys_, [&](const auto& key) { return now - key.second.used > kKeepKnown; });
    while (keys_.size() > static_cast<std::size_t>(kMaxGovernorKeys)) {
        keys_.erase(
            std::ranges::min_element(keys_, {}, [](const auto& key) { return key.second.used; }));
    }
}

void GovernorCoordinator::correct(SharedKey& shared, const std::string& key) {
    // What is ours by name and not held was given back while Redis did not hear it.
    std::erase_if(shared.permits, [&](const SharedPermit& permit) {
        return permit.session == link_->session() && !held_.contains(permit.id);
    });
    for (const auto& [id, held] : held_) {
        if (held.key == key &&
            std::ranges::find(shared.permits, id, &SharedPermit::id) == shared.permits.end()) {
            shared.permits.push_back({.id = id, .session = link_->session(), .trial = held.trial});
        }
    }
    if (shared.row && link_->phase() != Phase::together) {
        if (const auto here = row_here(key, shared.now)) {
            learn(*shared.row, *here);
        }
    }
}

Result<std::optional<SharedKey>> GovernorCoordinator::update(
    const std::string& key, const std::function<void(SharedKey&)>& change) {
    auto shared = update_key(*link_->client(), key, link_->is_dead(), [&](SharedKey& seen) {
        if (!seen.row) {
            seen.row = row_here(key, seen.now);
        }
        change(seen);
    });
    if (shared && *shared) {
        note(key, **shared);
    }
    return shared;
}

std::optional<GovernorRow> GovernorCoordinator::row_here(const std::string& key, TimePoint now) {
    auto row = ledger_->read([&](Database& database) { return load_governor(database, key); });
    if (!row || !*row) {
        return std::nullopt;
    }
    GovernorRow out = shifted(**row, now - wall_clock());
    out.tokens = 0;
    out.refilled_at = now;
    settle(out, now);
    return out;
}

void GovernorCoordinator::note(const std::string& key, const SharedKey& shared) {
    Known& known = keys_[key];
    if (!shared.row || (known.noted && same_facts(*known.noted, *shared.row))) {
        return;
    }
    const TimePoint now = wall_clock();
    const GovernorRow facts = shifted(*shared.row, now - shared.now);
    const bool together = link_->phase() == Phase::together;
    const auto stored = ledger_->write([&](Database& database, const std::string&) -> Result<void> {
        auto loaded = load_governor(database, key);
        if (!loaded) {
            return fail(std::move(loaded).error());
        }
        GovernorRow row = loaded->value_or(empty_row(now));
        together ? take_over(row, facts) : learn(row, facts);
        return store_governor(database, key, row, now);
    });
    if (stored) {
        known.noted = shared.row;
    }
}

std::optional<std::variant<GovernorCoordinator::Granted, Wait>> GovernorCoordinator::try_acquire(
    std::string_view key, const GovernorLimits& limits, int requests) {
    using Answer = std::variant<Granted, Wait>;
    const auto lock = link_->lock();
    const std::string name(key);
    keys_[name].used = Steady::now();
    if (link_->phase() == Phase::alone) {
        return std::nullopt;
    }
    const std::string id = next_id();
    std::variant<Grant, Wait> decision;
    auto shared = update(name, [&](SharedKey& seen) {
        GovernorRow row = seen.row.value_or(new_row(limits, seen.now));
        settle(row, seen.now);
        decision = decide(row, limits, in_flight(seen), seen.now, random_());
        // A table that may lack something can say no, but not yes.
        const auto* grant = std::get_if<Grant>(&decision);
        if (grant != nullptr && link_->phase() == Phase::together) {
            row.tokens -= limits.rate_per_second > 0 ? requests - 1 : 0;
            seen.row = row;
            seen.permits.push_back({.id = id, .session = link_->session(), .trial = grant->trial});
        }
    });
    if (!shared) {
        link_->lost(shared.error());
        return std::nullopt;
    }
    if (!*shared) {
        return Answer(Wait{.until = wall_clock() + kBusyPause, .reason = WaitReason::rate});
    }
    if (const auto* wait = std::get_if<Wait>(&decision)) {
        return Answer(
            Wait{.until = wall_clock() + (wait->until - (**shared).now), .reason = wait->reason});
    }
    if (link_->phase() != Phase::together) {
        return std::nullopt;
    }
    const bool trial = std::get<Grant>(decision).trial;
    held_.emplace(id, Held{.key = name, .trial = trial, .granted = Steady::now()});
    return Answer(Granted{.id = id, .trial = trial});
}

std::string GovernorCoordinator::adopt(std::string_view key, bool trial, int requests) {
    const auto lock = link_->lock();
    std::string id = next_id();
    const std::string name(key);
    keys_[name].used = Steady::now();
    held_.emplace(id, Held{.key = name, .trial = trial, .granted = Steady::now()});
    if (link_->client() == nullptr) {
        return id;
    }
    // Those who count together already see it in the bucket.
    auto shared = update(name, [&](SharedKey& seen) {
        GovernorRow row = seen.row.value_or(empty_row(seen.now));
        settle(row, seen.now);
        row.tokens -= requests;
        seen.row = row;
        seen.permits.push_back({.id = id, .session = link_->session(), .trial = trial});
    });
    if (!shared) {
        link_->lost(shared.error());
    }
    return id;
}

bool GovernorCoordinator::report(const std::string& permit, const Outcome& outcome) {
    const auto lock = link_->lock();
    const auto held = held_.extract(permit);
    if (held.empty() || link_->client() == nullptr) {
        return false;
    }
    const Held& given = held.mapped();
    const auto age = std::chrono::duration_cast<TimePoint::duration>(Steady::now() - given.granted);
    auto shared = update(given.key, [&](SharedKey& seen) {
        std::erase_if(seen.permits, [&](const SharedPermit& other) { return other.id == permit; });
        GovernorRow row = seen.row.value_or(empty_row(seen.now));
        settle(row, seen.now);
        apply(row, {.outcome = outcome, .granted_at = seen.now - age, .trial = given.trial},
            seen.now, random_());
        seen.row = row;
    });
    if (!shared) {
        link_->lost(shared.error());
        return false;
    }
    return *shared && link_->phase() == Phase::together;
}

void GovernorCoordinator::give_back(const std::string& permit) {
    const auto lock = link_->lock();
    const auto held = held_.extract(permit);
    if (held.empty() || link_->client() == nullptr) {
        return;
    }
    auto shared = update(held.mapped().key, [&](SharedKey& seen) {
        std::erase_if(seen.permits, [&](const SharedPermit& other) { return other.id == permit; });
    });
    if (!shared) {
        link_->lost(shared.error());
    }
}

void GovernorCoordinator::abandon(const std::string& permit) noexcept {
    try {
        give_back(permit);
    } catch (const std::exception&) {
        // Out of memory: the thread finds out that it is not held, or the lease ends.
    }
}

GovernorCoordinator::Alone GovernorCoordinator::alone() {
    const auto lock = link_->lock();
    return {.standing = link_->standing(), .since = link_->alone_since()};
}

std::vector<GovernorStatus> GovernorCoordinator::snapshot() {
    const auto lock = link_->lock();
    std::vector<GovernorStatus> out;
    if (link_->phase() != Phase::together) {
        return out;
    }
    for (const auto& [key, known] : keys_) {
        // With many keys and a far Redis, the others are told as ledger.db knows them.
        if (!link_->has_time()) {
            break;
        }
        auto shared = update(key, [](const SharedKey&) {});
        if (!shared) {
            link_->lost(shared.error());
            return {};
        }
        if (!*shared || !(**shared).row) {
            continue;
        }
        const TimePoint now = (**shared).now;
        GovernorRow row = *(**shared).row;
        settle(row, now);
        out.push_back(status_of(key, row, in_flight(**shared), now));
        if (auto& wait = out.back().cool_down) {
            wait->until += wall_clock() - now;
        }
    }
    return out;
}

CoordinationState GovernorCoordinator::state() {
    const auto lock = link_->lock();
    return link_->state();
}

} // namespace plex_tuner::state
