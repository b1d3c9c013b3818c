// SPDX-License-Identifier: GPL-3.0-or-later
#include "slot_rows.hpp"

#include "ledger_time.hpp"

#include <algorithm>
#include <cstdint>

namespace plex_tuner::state {

namespace {

/// The file may come from anywhere: numbers outside of the enum are the least important kind.
[[nodiscard]] SlotKind kind_from_column(std::int64_t value) {
    const auto last = static_cast<std::int64_t>(SlotKind::probe);
    return value >= 0 && value <= last ? static_cast<SlotKind>(value) : SlotKind::probe;
}

[[nodiscard]] std::optional<int> limit_from_column(std::optional<std::int64_t> value) {
    return value ? std::optional(static_cast<int>(std::clamp<std::int64_t>(*value, 1, 1'000'000)))
                 : std::nullopt;
}

[[nodiscard]] std::optional<TimePoint> time_of(std::optional<std::int64_t> value) {
    return value ? std::optional(time_from_column(*value)) : std::nullopt;
}

/// Columns from `first` on: provider_limit … waiting_until.
[[nodiscard]] AccountRow account_from(const Query& query, int first) {
    AccountRow row;
    row.provider_limit = limit_from_column(query.optional_integer(first));
    row.learned_limit = limit_from_column(query.optional_integer(first + 1));
    row.learned_at = time_from_column(query.integer(first + 2));
    if (const auto waiting = query.optional_integer(first + 3)) {
        row.waiting = kind_from_column(*waiting);
    }
    row.waiting_until = time_from_column(query.integer(first + 4));
    return row;
}

[[nodiscard]] std::optional<int> number_of(std::optional<SlotKind> kind) {
    return kind ? std::optional(static_cast<int>(*kind)) : std::nullopt;
}

} // namespace

Result<AccountRow> load_account(Database& database, std::string_view account) {
    auto query = database.query("SELECT provider_limit, learned_limit, learned_at, waiting_kind,"
                                " waiting_until FROM account WHERE key = ?",
        account);
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    return *row ? account_from(*query, 0) : AccountRow{};
}

Result<std::vector<std::pair<std::string, AccountRow>>> load_accounts(Database& database) {
    std::vector<std::pair<std::string, AccountRow>> out;
    auto read = database.for_each_row("SELECT key, provider_limit, learned_limit, learned_at,"
                                      " waiting_kind, waiting_until FROM account ORDER BY key",
        [&](const Query& row) { out.emplace_back(row.text(0), account_from(row, 1)); });
    if (!read) {
        return fail(std::move(read).error());
    }
    return out;
}

Result<void> store_account(
    Database& database, std::string_view account, const AccountRow& row, TimePoint now) {
    auto updated = database.run("UPDATE account SET provider_limit = ?2, learned_limit = ?3,"
                                " learned_at = ?4, waiting_kind = ?5, waiting_until = ?6,"
                                " used_at = ?7 WHERE key = ?1",
        account, row.provider_limit, row.learned_limit, to_column(row.learned_at),
        number_of(row.waiting), to_column(row.waiting_until), to_column(now));
    if (!updated || database.changes() > 0) {
        return updated;
    }
    if (auto forgotten =
            database.run("DELETE FROM account WHERE key IN (SELECT key FROM account WHERE key NOT"
                         " IN (SELECT account FROM slot) ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
                kMaxAccounts - 1);
        !forgotten) {
        return forgotten;
    }
    return database.run("INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?)", account,
        row.provider_limit, row.learned_limit, to_column(row.learned_at), number_of(row.waiting),
        to_column(row.waiting_until), to_column(now));
}

Result<std::vector<SlotRow>> load_slots(
    Database& database, std::string_view account, TimePoint now) {
    // Beyond the longest there is, the clock was set back.
    if (auto ended = database.run("DELETE FROM slot WHERE account = ?1 AND lingers_until IS NOT"
                                  " NULL AND (lingers_until <= ?2 OR lingers_until > ?3)",
            account, to_column(now), to_column(now + kMaxLinger));
        !ended) {
        return fail(std::move(ended).error());
    }
    std::vector<SlotRow> out;
    auto query =
        database.query("SELECT id, kind, since, asked_at, lingers_until FROM slot WHERE account = ?"
                       " ORDER BY since, id",
            account);
    if (!query) {
        return fail(std::move(query).error());
    }
    while (true) {
        auto row = query->next();
        if (!row) {
            return fail(std::move(row).error());
        }
        if (!*row) {
            return out;
        }
        out.push_back({.id = query->integer(0),
            .kind = kind_from_column(query->integer(1)),
            .since = time_from_column(query->integer(2)),
            .asked_at = time_of(query->optional_integer(3)),
            .lingers_until = time_of(query->optional_integer(4))});
    }
}

Result<std::optional<LastLook>> load_look(Database& database, std::string_view account) {
    auto query = database.query(
        "SELECT here, others, machines, rank, budget FROM last_look WHERE account = ?", account);
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    if (!*row) {
        return std::nullopt;
    }
    const auto number = [&](int column) {
        return static_cast<int>(std::clamp<std::int64_t>(query->integer(column), 0, 1'000'000));
    };
    return LastLook{.here = number(0),
        .others = number(1),
        .machines = number(2),
        .rank = number(3),
        .budget = limit_from_column(query->optional_integer(4))};
}

Result<void> store_look(Database& database, std::string_view account, const LastLook& look) {
    return database.run("INSERT OR REPLACE INTO last_look VALUES (?, ?, ?, ?, ?, ?)", account,
        look.here, look.others, look.machines, look.rank, look.budget);
}

} // namespace plex_tuner::state
