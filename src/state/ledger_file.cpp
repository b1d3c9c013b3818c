// SPDX-License-Identifier: GPL-3.0-or-later
#include "ledger_file.hpp"

#include <array>

namespace plex_tuner::state {

namespace {

namespace fs = std::filesystem;

// Times are microseconds since 1970, UTC.
constexpr std::array<const char*, 3> kMigrations = {
    "CREATE TABLE governor ("
    "  key TEXT PRIMARY KEY, tokens REAL NOT NULL, refilled_at INTEGER NOT NULL,"
    "  blocked_until INTEGER NOT NULL, blocked_by INTEGER NOT NULL,"
    "  failures INTEGER NOT NULL, failed_at INTEGER NOT NULL, breaker_open INTEGER NOT NULL,"
    "  last_status INTEGER NOT NULL, used_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE permit ("
    "  id INTEGER PRIMARY KEY, key TEXT NOT NULL, holder TEXT NOT NULL,"
    "  trial INTEGER NOT NULL);"
    "CREATE INDEX permit_key ON permit (key);"
    "CREATE TABLE account ("
    "  key TEXT PRIMARY KEY, provider_limit INTEGER, learned_limit INTEGER, learned_at INTEGER,"
    "  waiting_kind INTEGER, waiting_until INTEGER, used_at INTEGER NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE slot ("
    "  id INTEGER PRIMARY KEY, account TEXT NOT NULL, kind INTEGER NOT NULL,"
    // Lingering slots have no holder: the provider counts them whoever had them.
    "  holder TEXT, since INTEGER NOT NULL, asked_at INTEGER, lingers_until INTEGER);"
    "CREATE INDEX slot_account ON slot (account);",
    // Among other machines: our name, and how each account was divided when Redis last told.
    "CREATE TABLE machine (id TEXT NOT NULL);"
    "CREATE TABLE last_look ("
    "  account TEXT PRIMARY KEY, here INTEGER NOT NULL, others INTEGER NOT NULL,"
    "  machines INTEGER NOT NULL, rank INTEGER NOT NULL, budget INTEGER) WITHOUT ROWID;",
    // How many of them there were then, for what is divided evenly.
    "ALTER TABLE machine ADD COLUMN machines INTEGER;"
    "ALTER TABLE machine ADD COLUMN rank INTEGER;"};

} // namespace

Result<std::shared_ptr<LedgerFile>> LedgerFile::open(const fs::path& directory) {
    auto file = DatabaseFile::open({.file = directory / "ledger.db",
        .migrations = kMigrations,
        .durability = Durability::process,
        .check_whole = true});
    if (!file) {
        return fail(std::move(file).error());
    }
    std::shared_ptr<LedgerFile> ledger(new LedgerFile(fs::absolute(directory), std::move(*file)));
    auto holder = Holder::create(ledger->directory_);
    if (!holder) {
        return fail(std::move(holder).error());
    }
    ledger->holder_ = std::move(*holder);
    ledger->holder_generation_ = ledger->file_.generation();
    Holder::remove_dead(ledger->directory_);
    return ledger;
}

Result<void> LedgerFile::make_ready(Database& database) {
    // In a new file the ids begin again: rows of the old one must not be taken for those of the
    // new, hence a new name for their holder.
    if (holder_generation_ != file_.generation() || !holder_->is_visible()) {
        auto holder = Holder::create(directory_);
        if (!holder) {
            return fail(std::move(holder).error());
        }
        holder_ = std::move(*holder);
        holder_generation_ = file_.generation();
        abandoned_.clear();
    }
    for (const Abandoned& abandoned : abandoned_) {
        if (auto deleted = delete_row(database, abandoned.table, abandoned.row); !deleted) {
            return deleted;
        }
    }
    return {};
}

Result<std::int64_t> LedgerFile::remove_dead(Database& database) const {
    std::vector<std::string> dead;
    {
        auto holders = database.query("SELECT holder FROM permit UNION SELECT holder FROM slot"
                                      " WHERE holder IS NOT NULL");
        if (!holders) {
            return fail(std::move(holders).error());
        }
        while (true) {
            auto row = holders->next();
            if (!row) {
                return fail(std::move(row).error());
            }
            if (!*row) {
                break;
            }
            if (Holder::is_dead(directory_, holders->text(0))) {
                dead.emplace_back(holders->text(0));
            }
        }
    }
    std::int64_t removed = 0;
    for (const std::string& holder : dead) {
        for (const std::string_view sql : {std::string_view("DELETE FROM permit WHERE holder = ?"),
                 std::string_view("DELETE FROM slot WHERE holder = ?")}) {
            if (auto deleted = database.run(sql, std::string_view(holder)); !deleted) {
                return fail(std::move(deleted).error());
            }
            removed += database.changes();
        }
    }
    return removed;
}

void LedgerFile::abandon(Table table, const LedgerRow& row) noexcept {
    try {
        const std::scoped_lock lock(mutex_);
        abandoned_.push_back({table, row});
        const auto written = file_.write([&](Database& database) { return make_ready(database); });
        if (written) {
            abandoned_.clear();
        }
    } catch (const std::exception&) {
        // Out of memory: the row stays until the process ends.
    }
}

std::vector<std::string> LedgerFile::take_warnings() {
    const std::scoped_lock lock(mutex_);
    return file_.take_warnings();
}

Result<void> delete_row(Database& database, LedgerFile::Table table, const LedgerRow& row) {
    return database.run(table == LedgerFile::Table::permit
                            ? "DELETE FROM permit WHERE id = ? AND holder = ?"
                            : "DELETE FROM slot WHERE id = ? AND holder = ?",
        row.id, std::string_view(row.holder));
}

} // namespace plex_tuner::state
