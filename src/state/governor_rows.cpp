// SPDX-License-Identifier: GPL-3.0-or-later
#include "governor_rows.hpp"

#include "ledger_time.hpp"

#include <algorithm>
#include <cstdint>

namespace plex_tuner::state {

namespace {

[[nodiscard]] int small(std::int64_t value) {
    return static_cast<int>(std::clamp<std::int64_t>(value, 0, 1'000'000));
}

/// Columns from `first` on: tokens … last_status.
[[nodiscard]] GovernorRow row_from(const Query& query, int first) {
    GovernorRow row;
    row.tokens = query.real(first);
    row.refilled_at = time_from_column(query.integer(first + 1));
    row.blocked_until = time_from_column(query.integer(first + 2));
    row.blocked_by = reason_from_number(query.integer(first + 3));
    row.failures = small(query.integer(first + 4));
    row.failed_at = time_from_column(query.integer(first + 5));
    row.breaker_open = query.integer(first + 6) != 0;
    row.last_status = small(query.integer(first + 7));
    return row;
}

[[nodiscard]] Result<void> forget_unused(Database& database) {
    return database.run("DELETE FROM governor WHERE key IN (SELECT key FROM governor WHERE key NOT"
                        " IN (SELECT key FROM permit) ORDER BY used_at DESC LIMIT -1 OFFSET ?)",
        kMaxGovernorKeys - 1);
}

} // namespace

WaitReason reason_from_number(std::int64_t value) {
    const auto last = static_cast<std::int64_t>(WaitReason::trial);
    return value >= 0 && value <= last ? static_cast<WaitReason>(value) : WaitReason::back_off;
}

GovernorStatus status_of(
    std::string key, const GovernorRow& row, InFlight in_flight, TimePoint now) {
    GovernorStatus status{.key = std::move(key),
        .breaker = breaker_state(row, now),
        .cool_down = std::nullopt,
        .in_flight = in_flight.permits,
        .failures = row.failures,
        .last_status = row.last_status};
    if (row.blocked_until > now) {
        status.cool_down = Wait{.until = row.blocked_until, .reason = row.blocked_by};
    }
    return status;
}

Result<std::optional<GovernorRow>> load_governor(Database& database, std::string_view key) {
    auto query =
        database.query("SELECT tokens, refilled_at, blocked_until, blocked_by, failures, failed_at,"
                       " breaker_open, last_status FROM governor WHERE key = ?",
            key);
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    return *row ? std::optional(row_from(*query, 0)) : std::nullopt;
}

Result<std::vector<std::pair<std::string, GovernorRow>>> load_governors(Database& database) {
    std::vector<std::pair<std::string, GovernorRow>> out;
    auto query = database.query("SELECT key, tokens, refilled_at, blocked_until, blocked_by,"
                                " failures, failed_at, breaker_open, last_status FROM governor"
                                " ORDER BY key");
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
        out.emplace_back(query->text(0), row_from(*query, 1));
    }
}

Result<void> store_governor(
    Database& database, std::string_view key, const GovernorRow& row, TimePoint now) {
    auto updated = database.run(
        "UPDATE governor SET tokens = ?2, refilled_at = ?3, blocked_until = ?4, blocked_by = ?5,"
        " failures = ?6, failed_at = ?7, breaker_open = ?8, last_status = ?9, used_at = ?10"
        " WHERE key = ?1",
        key, row.tokens, to_column(row.refilled_at), to_column(row.blocked_until),
        static_cast<int>(row.blocked_by), row.failures, to_column(row.failed_at), row.breaker_open,
        row.last_status, to_column(now));
    if (!updated || database.changes() > 0) {
        return updated;
    }
    if (auto forgotten = forget_unused(database); !forgotten) {
        return forgotten;
    }
    return database.run("INSERT INTO governor VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", key,
        row.tokens, to_column(row.refilled_at), to_column(row.blocked_until),
        static_cast<int>(row.blocked_by), row.failures, to_column(row.failed_at), row.breaker_open,
        row.last_status, to_column(now));
}

Result<InFlight> count_permits(Database& database, std::string_view key) {
    auto query = database.query("SELECT count(*), total(trial) FROM permit WHERE key = ?", key);
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    return InFlight{.permits = small(query->integer(0)), .trial = query->integer(1) > 0};
}

} // namespace plex_tuner::state
