// SPDX-License-Identifier: GPL-3.0-or-later
#include "database_file.hpp"

#include "directory.hpp"
#include "set_aside.hpp"

#include <plex_tuner/base/file_lock.hpp>

#include <cstdint>
#include <system_error>

namespace plex_tuner::state {

namespace {

namespace fs = std::filesystem;

[[nodiscard]] Result<void> prepare_place(const fs::path& file) {
    if (auto made = make_directory(file.parent_path()); !made) {
        return made;
    }
    std::error_code error;
    if (fs::is_directory(file, error)) {
        return fail(ErrorCode::io,
            "'" + file.string() + "' is a directory where a file belongs; move it away");
    }
    return {};
}

[[nodiscard]] Result<void> check_pages(Database& database, bool& damaged) {
    auto check = database.query("PRAGMA quick_check(1)");
    if (!check) {
        return fail(std::move(check).error());
    }
    auto row = check->next();
    if (!row) {
        return fail(std::move(row).error());
    }
    damaged = *row && check->text(0) != "ok";
    return {};
}

[[nodiscard]] Result<void> migrate(Database& database, std::span<const char* const> migrations) {
    const auto wanted = static_cast<std::int64_t>(migrations.size());
    auto transaction = Transaction::begin(database);
    if (!transaction) {
        return fail(std::move(transaction).error());
    }
    auto version = database.integer("PRAGMA user_version");
    if (!version) {
        return fail(std::move(version).error());
    }
    if (*version > wanted || *version < 0) {
        return fail(ErrorCode::unsupported,
            "'" + database.file().string() + "' is of version " + std::to_string(*version) +
                ", made by a newer plex-tuner (this one knows " + std::to_string(wanted) +
                "); update, or move the file away");
    }
    for (auto next = *version; next < wanted; ++next) {
        if (auto done = database.script(migrations[static_cast<std::size_t>(next)]); !done) {
            return done;
        }
    }
    if (*version < wanted) {
        const std::string stamp = "PRAGMA user_version = " + std::to_string(wanted);
        if (auto done = database.script(stamp.c_str()); !done) {
            return done;
        }
    }
    return transaction->commit();
}

struct Opened {
    std::unique_ptr<Database> database;
    bool damaged = false;
};

/// An error, a database ready for use, or the news that the file is damaged.
[[nodiscard]] Result<Opened> open_once(const DatabaseSpec& spec, bool check) {
    // Opening fails without a database to ask when the first page is unreadable.
    auto database = Database::open(spec.file, spec.durability, spec.page_bytes);
    if (!database) {
        if (database.error().code() == ErrorCode::parse) {
            return Opened{.database = nullptr, .damaged = true};
        }
        return fail(std::move(database).error());
    }
    Opened opened{.database = std::move(*database), .damaged = false};
    auto ready = Result<void>();
    if (check) {
        ready = check_pages(*opened.database, opened.damaged);
    }
    if (ready && !opened.damaged) {
        ready = migrate(*opened.database, spec.migrations);
    }
    opened.damaged = opened.damaged || opened.database->corrupt();
    if (!ready && !opened.damaged) {
        return fail(std::move(ready).error());
    }
    return opened;
}

} // namespace

Result<DatabaseFile> DatabaseFile::open(const DatabaseSpec& spec) {
    DatabaseFile file(spec);
    file.spec_.file = fs::absolute(spec.file);
    if (auto opened = file.reopen(false); !opened) {
        return fail(std::move(opened).error());
    }
    return file;
}

Result<Database*> DatabaseFile::current() {
    const bool suspect = database_ && database_->corrupt();
    if (!database_ || suspect || !database_->is_at_its_path()) {
        if (auto opened = reopen(suspect); !opened) {
            return fail(std::move(opened).error());
        }
    }
    return database_.get();
}

Result<void> DatabaseFile::reopen(bool suspect) {
    database_.reset();
    if (auto prepared = prepare_place(spec_.file); !prepared) {
        return prepared;
    }
    // One process at a time decides whether the file is damaged, else the second to see it would
    // set aside what the first has begun anew.
    auto lock = FileLock::lock(spec_.file.string() + ".lock", kBusyTimeout);
    if (!lock) {
        return fail(std::move(lock).error());
    }
    auto opened = open_once(spec_, spec_.check_whole || suspect);
    if (opened && opened->damaged) {
        auto moved = set_aside(spec_.file);
        opened->database.reset();
        if (!moved) {
            return fail(std::move(moved).error());
        }
        warnings_.push_back("'" + spec_.file.string() + "' was damaged: set aside as '" +
                            moved->string() + "' and begun anew");
        opened = open_once(spec_, false);
        if (opened && opened->damaged) {
            return fail(ErrorCode::io, "'" + spec_.file.string() +
                                           "' is damaged as soon as it is written; check the disk");
        }
    }
    if (!opened) {
        return fail(std::move(opened).error());
    }
    database_ = std::move(opened->database);
    ++generation_;
    return {};
}

} // namespace plex_tuner::state
