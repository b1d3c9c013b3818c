// SPDX-License-Identifier: GPL-3.0-or-later
#include "database.hpp"

#include "file_error.hpp"
#include "sqlite_error.hpp"

#include <algorithm>
#include <cerrno>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plex_tuner::state {

namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::steady_clock;

constexpr mode_t kOwnerOnly = 0600;
/// Transactions here take well under a millisecond: waiting begins short.
constexpr microseconds kFirstBusyWait{100};
constexpr microseconds kLongestBusyWait{5'000};

/// SQLite would create the file readable for all. An existing file is not touched: closing any
/// descriptor of a database drops the POSIX locks that this process has on it.
[[nodiscard]] Result<void> create_private(const fs::path& file) {
    const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
    if (fd >= 0) {
        static_cast<void>(::close(fd));
        return {};
    }
    if (errno == EEXIST) {
        return {};
    }
    return fail(file_error(errno, "cannot create", file));
}

} // namespace

Query::Query(Database& database, sqlite3_stmt* statement) noexcept
    : database_(&database), statement_(statement) {}

Query::Query(Query&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)) {}

Query::~Query() {
    if (statement_ != nullptr) {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
    }
}

Result<bool> Query::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    return fail(database_->error(code));
}

Result<void> Query::run() {
    while (true) {
        const auto row = next();
        if (!row) {
            return fail(row.error());
        }
        if (!*row) {
            return {};
        }
    }
}

std::int64_t Query::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

double Query::real(int column) const {
    return sqlite3_column_double(statement_, column);
}

std::string_view Query::text(int column) const {
    // The blob accessor keeps text as it is and takes bytes of any kind.
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const int size = sqlite3_column_bytes(statement_, column);
    return bytes == nullptr ? std::string_view()
                            : std::string_view(bytes, static_cast<std::size_t>(size));
}

std::optional<std::int64_t> Query::optional_integer(int column) const {
    if (sqlite3_column_type(statement_, column) == SQLITE_NULL) {
        return std::nullopt;
    }
    return integer(column);
}

int Query::bind(int index, std::int64_t value) {
    return sqlite3_bind_int64(statement_, index, value);
}

int Query::bind(int index, double value) {
    return sqlite3_bind_double(statement_, index, value);
}

int Query::bind(int index, std::string_view value) {
    const char* data = value.data() == nullptr ? "" : value.data();
    return sqlite3_bind_text64(
        statement_, index, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

int Query::bind(int index, Blob value) {
    const char* data = value.bytes.data() == nullptr ? "" : value.bytes.data();
    return sqlite3_bind_blob64(statement_, index, data, value.bytes.size(), SQLITE_TRANSIENT);
}

Result<std::unique_ptr<Database>> Database::open(
    const fs::path& file, Durability durability, int page_bytes) {
    if (auto created = create_private(file); !created) {
        return fail(std::move(created).error());
    }
    std::unique_ptr<Database> database(new Database(file));
    constexpr int kFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    const int code = sqlite3_open_v2(file.c_str(), &database->connection_, kFlags, nullptr);
    if (code != SQLITE_OK) {
        return fail(database->error(code));
    }
    if (auto configured = database->configure(durability, page_bytes); !configured) {
        return fail(std::move(configured).error());
    }
    return database;
}

Database::~Database() {
    statements_.clear();
    if (connection_ != nullptr) {
        if (!is_at_its_path()) {
            // The last connection folds the log into the database and removes it by its name, which
            // is by now the name of another database's log.
            sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
        }
        sqlite3_close_v2(connection_);
    }
}

Result<void> Database::configure(Durability durability, int page_bytes) {
    struct stat info{};
    if (::stat(file_.c_str(), &info) != 0) {
        return fail(file_error(errno, "cannot open", file_));
    }
    device_ = info.st_dev;
    inode_ = info.st_ino;
    sqlite3_busy_handler(connection_, &Database::on_busy, this);
    // Has an effect on a new file only, and there only before the log begins.
    const std::string page_size = "PRAGMA page_size = " + std::to_string(page_bytes);
    if (auto done = script(page_size.c_str()); !done) {
        return done;
    }
    if (auto done = script("PRAGMA journal_mode = WAL;"
                           // The log is cut back to this after a large transaction.
                           "PRAGMA journal_size_limit = 16777216;"
                           "PRAGMA trusted_schema = OFF;");
        !done) {
        return done;
    }
    return script(durability == Durability::power ? "PRAGMA synchronous = FULL"
                                                  : "PRAGMA synchronous = NORMAL");
}

int Database::on_busy(void* self, int tries) noexcept {
    auto& database = *static_cast<Database*>(self);
    const auto now = steady_clock::now();
    if (tries == 0) {
        database.busy_since_ = now;
    }
    if (now - database.busy_since_ >= kBusyTimeout) {
        return 0;
    }
    std::this_thread::sleep_for(std::min(kFirstBusyWait * (tries + 1), kLongestBusyWait));
    return 1;
}

Result<Query> Database::prepare(std::string_view sql) {
    auto& statement = statements_[sql];
    if (!statement) {
        sqlite3_stmt* made = nullptr;
        const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
            SQLITE_PREPARE_PERSISTENT, &made, nullptr);
        if (code != SQLITE_OK) {
            statements_.erase(sql);
            return fail(error(code));
        }
        statement.reset(made);
    } else if (sqlite3_stmt_busy(statement.get()) != 0) {
        return fail(ErrorCode::internal, "query within itself on '" + file_.string() + "'");
    }
    return Query(*this, statement.get());
}

Result<void> Database::script(const char* sql) {
    const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) {
        return fail(error(code));
    }
    return {};
}

std::int64_t Database::last_row_id() const {
    return sqlite3_last_insert_rowid(connection_);
}

std::int64_t Database::changes() const {
    return sqlite3_changes64(connection_);
}

bool Database::is_at_its_path() const {
    struct stat info{};
    return ::stat(file_.c_str(), &info) == 0 && info.st_dev == device_ && info.st_ino == inode_;
}

Error Database::error(int code) {
    corrupt_ = corrupt_ || means_corrupt(code);
    return sqlite_error(connection_, code, file_, "cannot use");
}

Result<Transaction> Transaction::begin(Database& database) {
    if (auto begun = database.run("BEGIN IMMEDIATE"); !begun) {
        return fail(std::move(begun).error());
    }
    return Transaction(database);
}

Transaction::Transaction(Transaction&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)) {}

Transaction::~Transaction() {
    if (database_ != nullptr) {
        // Fails only when SQLite has rolled back by itself.
        const auto rolled_back = database_->run("ROLLBACK");
        static_cast<void>(rolled_back);
    }
}

Result<void> Transaction::commit() {
    auto committed = database_->run("COMMIT");
    if (committed) {
        database_ = nullptr;
    }
    return committed;
}

} // namespace plex_tuner::state
