// SPDX-License-Identifier: GPL-3.0-or-later
#include "database_file.hpp"

#include <plex_tuner/state/state_db.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace plex_tuner::state {

namespace {

// Times are seconds since 1970, UTC.
constexpr std::array<const char*, 2> kMigrations = {
    "CREATE TABLE number ("
    "  position INTEGER PRIMARY KEY, guide_number TEXT NOT NULL UNIQUE, identity TEXT NOT NULL,"
    "  name_key TEXT NOT NULL, last_seen INTEGER NOT NULL);"
    "CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
    "ALTER TABLE number ADD COLUMN shard INTEGER NOT NULL DEFAULT 0;"};

[[nodiscard]] std::int64_t to_column(WallTime time) {
    return time.time_since_epoch().count();
}

[[nodiscard]] WallTime time_from(std::int64_t value) {
    return WallTime(std::chrono::seconds(value));
}

[[nodiscard]] Result<std::vector<NumberEntry>> load_numbers(Database& database) {
    std::vector<NumberEntry> out;
    auto query = database.query(
        "SELECT guide_number, identity, name_key, last_seen, shard FROM number ORDER BY position");
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
        NumberEntry& entry = out.emplace_back();
        entry.guide_number = query->text(0);
        entry.identity = query->text(1);
        entry.name_key = query->text(2);
        entry.last_seen = time_from(query->integer(3));
        entry.shard = static_cast<int>(query->integer(4));
    }
}

[[nodiscard]] Result<std::optional<std::string>> load_note(
    Database& database, std::string_view key) {
    auto query = database.query("SELECT value FROM note WHERE key = ?", key);
    if (!query) {
        return fail(std::move(query).error());
    }
    auto row = query->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    return *row ? std::optional(std::string(query->text(0))) : std::nullopt;
}

} // namespace

StateDb::Change::Change(Database& database, Transaction transaction)
    : database_(&database), transaction_(std::make_unique<Transaction>(std::move(transaction))) {}

StateDb::Change::Change(Change&& other) noexcept = default;
StateDb::Change::~Change() = default;

Result<std::vector<NumberEntry>> StateDb::Change::numbers() {
    return load_numbers(*database_);
}

Result<void> StateDb::Change::replace_numbers(std::span<const NumberEntry> entries) {
    if (auto deleted = database_->run("DELETE FROM number"); !deleted) {
        return deleted;
    }
    std::int64_t position = 0;
    for (const NumberEntry& entry : entries) {
        if (auto inserted = database_->run("INSERT INTO number VALUES (?, ?, ?, ?, ?, ?)",
                ++position, entry.guide_number, entry.identity, entry.name_key,
                to_column(entry.last_seen), entry.shard);
            !inserted) {
            return fail_with(std::move(inserted), "guide number of '" + entry.identity + "'");
        }
    }
    return {};
}

Result<std::optional<std::string>> StateDb::Change::note(std::string_view key) {
    return load_note(*database_, key);
}

Result<void> StateDb::Change::put_note(std::string_view key, std::string_view value) {
    return database_->run("INSERT INTO note VALUES (?, ?)"
                          " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        key, value);
}

Result<void> StateDb::Change::commit() {
    return transaction_->commit();
}

StateDb::StateDb(DatabaseFile file) : file_(std::make_unique<DatabaseFile>(std::move(file))) {}

StateDb::StateDb(StateDb&& other) noexcept = default;
StateDb& StateDb::operator=(StateDb&& other) noexcept = default;
StateDb::~StateDb() = default;

Result<StateDb> StateDb::open(const std::filesystem::path& file) {
    auto opened = DatabaseFile::open({.file = file,
        .migrations = kMigrations,
        .durability = Durability::power,
        .check_whole = true});
    if (!opened) {
        return fail(std::move(opened).error());
    }
    return StateDb(std::move(*opened));
}

Result<std::vector<NumberEntry>> StateDb::numbers() {
    return file_->read(load_numbers);
}

Result<std::optional<std::string>> StateDb::note(std::string_view key) {
    return file_->read([&](Database& database) { return load_note(database, key); });
}

Result<StateDb::Change> StateDb::begin() {
    auto database = file_->current();
    if (!database) {
        return fail(std::move(database).error());
    }
    auto transaction = Transaction::begin(**database);
    if (!transaction) {
        return fail(std::move(transaction).error());
    }
    return Change(**database, std::move(*transaction));
}

std::vector<std::string> StateDb::take_warnings() {
    return file_->take_warnings();
}

} // namespace plex_tuner::state
