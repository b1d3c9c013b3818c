// SPDX-License-Identifier: GPL-3.0-or-later
#include "database_file.hpp"

#include <plex_tuner/state/vod_store.hpp>

#include <array>
#include <utility>

namespace plex_tuner::state {

namespace {

// Times are seconds since 1970, UTC. Inode numbers fit a signed column: they have 62 bits.
constexpr std::array<const char*, 2> kMigrations = {
    "CREATE TABLE file (inode INTEGER PRIMARY KEY, size INTEGER NOT NULL,"
    "  learned_at INTEGER NOT NULL);",
    "CREATE TABLE refusal (inode INTEGER PRIMARY KEY, asked_at INTEGER NOT NULL);"};

} // namespace

VodStore::VodStore(DatabaseFile file) : file_(std::make_unique<DatabaseFile>(std::move(file))) {}

VodStore::VodStore(VodStore&& other) noexcept = default;
VodStore& VodStore::operator=(VodStore&& other) noexcept = default;
VodStore::~VodStore() = default;

Result<VodStore> VodStore::open(const std::filesystem::path& file, WallTime now) {
    auto opened = DatabaseFile::open({.file = file,
        .migrations = kMigrations,
        .durability = Durability::process,
        .check_whole = false});
    if (!opened) {
        return fail(std::move(opened).error());
    }
    VodStore store(std::move(*opened));
    auto trimmed = store.file_->write([now](Database& database) -> Result<void> {
        if (auto erased = database.run("DELETE FROM refusal WHERE asked_at <= ?",
                (now - kRefusalLasts).time_since_epoch().count());
            !erased) {
            return erased;
        }
        return database.run("DELETE FROM file WHERE inode IN (SELECT inode FROM file"
                            " ORDER BY learned_at DESC LIMIT -1 OFFSET ?)",
            kMaxFacts);
    });
    if (!trimmed) {
        return fail(std::move(trimmed).error());
    }
    return store;
}

Result<void> VodStore::for_each(const std::function<void(const VodFact&)>& fact) {
    return file_->read([&](Database& database) -> Result<void> {
        return database.for_each_row(
            "SELECT inode, size, learned_at FROM file", [&](const Query& row) {
                fact({.file = static_cast<std::uint64_t>(row.integer(0)),
                    .size = static_cast<std::uint64_t>(row.integer(1)),
                    .learned_at = WallTime(std::chrono::seconds(row.integer(2)))});
            });
    });
}

Result<void> VodStore::put(std::span<const VodFact> batch) {
    return file_->write([&](Database& database) -> Result<void> {
        for (const VodFact& fact : batch) {
            if (auto added = database.run("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", fact.file,
                    fact.size, fact.learned_at.time_since_epoch().count());
                !added) {
                return added;
            }
        }
        return {};
    });
}

Result<void> VodStore::for_each_refusal(const std::function<void(const VodRefusal&)>& refusal) {
    return file_->read([&](Database& database) -> Result<void> {
        return database.for_each_row("SELECT inode, asked_at FROM refusal", [&](const Query& row) {
            refusal({.file = static_cast<std::uint64_t>(row.integer(0)),
                .asked_at = WallTime(std::chrono::seconds(row.integer(1)))});
        });
    });
}

Result<void> VodStore::put_refusals(std::span<const VodRefusal> batch) {
    return file_->write([&](Database& database) -> Result<void> {
        for (const VodRefusal& refusal : batch) {
            if (auto added = database.run("INSERT OR REPLACE INTO refusal VALUES (?, ?)",
                    refusal.file, refusal.asked_at.time_since_epoch().count());
                !added) {
                return added;
            }
        }
        return {};
    });
}

std::vector<std::string> VodStore::take_warnings() {
    return file_->take_warnings();
}

} // namespace plex_tuner::state
