// SPDX-License-Identifier: GPL-3.0-or-later
#include "account_key.hpp"
#include "database_file.hpp"
#include "directory.hpp"

#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/base/hash.hpp>
#include <plex_tuner/state/detail_store.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plex_tuner::state {

namespace {

namespace fs = std::filesystem;

/// Some rows of the usual 9 kB each: half the CPU time of writing them on pages of 4 KiB.
constexpr int kPageBytes = 32 * 1024;

// Times are seconds since 1970, UTC. The table of details is named after those it held first.
constexpr std::array<const char*, 1> kMigrations = {
    "CREATE TABLE account (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,"
    "  changes INTEGER NOT NULL DEFAULT 0);"
    "CREATE TABLE series ("
    "  account INTEGER NOT NULL REFERENCES account (id), id TEXT NOT NULL,"
    "  last_modified TEXT NOT NULL, fetched_at INTEGER NOT NULL, body BLOB NOT NULL,"
    "  UNIQUE (account, id));"};

[[nodiscard]] Result<void> upsert(
    Database& database, std::int64_t account, const Details& details) {
    return database.run("INSERT INTO series VALUES (?, ?, ?, ?, ?)"
                        " ON CONFLICT (account, id) DO UPDATE SET last_modified ="
                        " excluded.last_modified, fetched_at = excluded.fetched_at,"
                        " body = excluded.body",
        account, details.id, details.last_modified, details.fetched_at.time_since_epoch().count(),
        Blob{details.body});
}

[[nodiscard]] Result<std::vector<DetailStamp>> load_stamps(
    Database& database, std::string_view account) {
    std::vector<DetailStamp> out;
    auto query =
        database.query("SELECT id, last_modified, fetched_at FROM series"
                       " WHERE account = (SELECT id FROM account WHERE key = ?) ORDER BY id",
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
        out.push_back({.id = std::string(query->text(0)),
            .last_modified = std::string(query->text(1)),
            .fetched_at = WallTime(std::chrono::seconds(query->integer(2)))});
    }
}

[[nodiscard]] Result<void> count_change(Database& database, std::string_view account) {
    return database.run("UPDATE account SET changes = changes + 1 WHERE key = ?", account);
}

} // namespace

DetailPass::DetailPass(FileLock lock) : lock_(std::make_unique<FileLock>(std::move(lock))) {}

DetailPass::DetailPass(DetailPass&& other) noexcept = default;
DetailPass& DetailPass::operator=(DetailPass&& other) noexcept = default;
DetailPass::~DetailPass() = default;

DetailReader::DetailReader(Database& database, std::int64_t account) noexcept
    : database_(&database), account_(account) {}

DetailReader::DetailReader(DetailReader&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)), account_(other.account_),
      body_(std::move(other.body_)) {}

DetailReader::~DetailReader() {
    if (database_ != nullptr) {
        // Fails only when SQLite has ended the transaction by itself.
        const auto ended = database_->run("COMMIT");
        static_cast<void>(ended);
    }
}

Result<std::optional<std::string_view>> DetailReader::body(std::string_view id) {
    auto query =
        database_->query("SELECT body FROM series WHERE account = ? AND id = ?", account_, id);
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
    body_.assign(query->text(0));
    return body_;
}

DetailStore::DetailStore(fs::path directory, DatabaseFile file)
    : directory_(std::move(directory)), file_(std::make_unique<DatabaseFile>(std::move(file))) {}

DetailStore::DetailStore(DetailStore&& other) noexcept = default;
DetailStore& DetailStore::operator=(DetailStore&& other) noexcept = default;
DetailStore::~DetailStore() = default;

Result<DetailStore> DetailStore::open(const fs::path& directory) {
    auto file = DatabaseFile::open({.file = directory / "details.db",
        .migrations = kMigrations,
        .durability = Durability::process,
        .check_whole = false,
        .page_bytes = kPageBytes});
    if (!file) {
        return fail(std::move(file).error());
    }
    return DetailStore(fs::absolute(directory), std::move(*file));
}

Result<std::optional<DetailPass>> DetailStore::try_begin_pass(std::string_view account) {
    if (auto checked = check_key(account); !checked) {
        return fail(std::move(checked).error());
    }
    const fs::path passes = directory_ / "passes";
    if (auto made = make_directory(passes); !made) {
        return fail(std::move(made).error());
    }
    auto lock = FileLock::try_lock(passes / ("series-" + Fnv1a().add(account).hex()));
    if (!lock) {
        return fail(std::move(lock).error());
    }
    if (!*lock) {
        return std::nullopt;
    }
    return DetailPass(std::move(**lock));
}

Result<void> DetailStore::put(std::string_view account, std::span<const Details> batch) {
    if (auto checked = check_key(account); !checked) {
        return checked;
    }
    return file_->write([&](Database& database) -> Result<void> {
        if (auto known = database.run("INSERT OR IGNORE INTO account (key) VALUES (?)", account);
            !known) {
            return known;
        }
        auto id = database.integer("SELECT id FROM account WHERE key = ?", account);
        if (!id) {
            return fail(std::move(id).error());
        }
        for (const Details& details : batch) {
            if (auto written = upsert(database, *id, details); !written) {
                return written;
            }
        }
        return count_change(database, account);
    });
}

Result<std::optional<Details>> DetailStore::get(std::string_view account, std::string_view id) {
    return file_->read([&](Database& database) -> Result<std::optional<Details>> {
        auto query =
            database.query("SELECT last_modified, fetched_at, body FROM series"
                           " WHERE account = (SELECT id FROM account WHERE key = ?) AND id = ?",
                account, id);
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
        return Details{.id = std::string(id),
            .last_modified = std::string(query->text(0)),
            .fetched_at = WallTime(std::chrono::seconds(query->integer(1))),
            .body = std::string(query->text(2))};
    });
}

Result<DetailReader> DetailStore::reader(std::string_view account) {
    return file_->read([&](Database& database) -> Result<DetailReader> {
        if (auto begun = database.run("BEGIN"); !begun) {
            return fail(std::move(begun).error());
        }
        DetailReader reader(database, 0); // ends the transaction in any case
        auto id = database.integer("SELECT id FROM account WHERE key = ?", account);
        if (!id) {
            return fail(std::move(id).error());
        }
        reader.account_ = *id;
        return reader;
    });
}

Result<std::vector<DetailStamp>> DetailStore::stamps(std::string_view account) {
    return file_->read([&](Database& database) { return load_stamps(database, account); });
}

Result<std::string> DetailStore::change_stamp(std::string_view account) {
    return file_->read([&](Database& database) -> Result<std::string> {
        // An account that is begun anew, in a file that is, counts from one as well; but not with
        // the same newest row.
        auto query = database.query(
            "SELECT changes, (SELECT max(fetched_at) FROM series WHERE account = account.id)"
            " FROM account WHERE key = ?",
            account);
        if (!query) {
            return fail(std::move(query).error());
        }
        auto row = query->next();
        if (!row) {
            return fail(std::move(row).error());
        }
        return *row ? std::to_string(query->integer(0)) + "@" + std::to_string(query->integer(1))
                    : std::string();
    });
}

Result<std::size_t> DetailStore::erase_missing(
    std::string_view account, std::span<const std::string> kept) {
    std::vector<std::string> sorted(kept.begin(), kept.end());
    std::ranges::sort(sorted);
    return file_->write([&](Database& database) -> Result<std::size_t> {
        auto stored = load_stamps(database, account);
        if (!stored) {
            return fail(std::move(stored).error());
        }
        std::size_t erased = 0;
        for (const DetailStamp& stamp : *stored) {
            if (std::ranges::binary_search(sorted, stamp.id)) {
                continue;
            }
            if (auto deleted = database.run(
                    "DELETE FROM series"
                    " WHERE account = (SELECT id FROM account WHERE key = ?) AND id = ?",
                    account, stamp.id);
                !deleted) {
                return fail(std::move(deleted).error());
            }
            ++erased;
        }
        if (erased > 0) {
            if (auto counted = count_change(database, account); !counted) {
                return fail(std::move(counted).error());
            }
        }
        return erased;
    });
}

Result<std::size_t> DetailStore::erase_before(std::string_view account, WallTime time) {
    return file_->write([&](Database& database) -> Result<std::size_t> {
        const auto seconds =
            std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
        auto count = database.integer(
            "SELECT count(*) FROM series"
            " WHERE account = (SELECT id FROM account WHERE key = ?) AND fetched_at < ?",
            account, seconds);
        if (!count || *count == 0) {
            return count ? Result<std::size_t>(0) : fail(std::move(count).error());
        }
        auto deleted = database.run(
            "DELETE FROM series"
            " WHERE account = (SELECT id FROM account WHERE key = ?) AND fetched_at < ?",
            account, seconds);
        if (deleted) {
            deleted = count_change(database, account);
        }
        return deleted ? Result<std::size_t>(static_cast<std::size_t>(*count))
                       : fail(std::move(deleted).error());
    });
}

std::vector<std::string> DetailStore::take_warnings() {
    return file_->take_warnings();
}

} // namespace plex_tuner::state
