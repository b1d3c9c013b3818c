// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <sqlite3.h>
#include <sys/types.h>

namespace plex_tuner::state {

/// What a committed transaction survives: `process` the end of any process, `power` also that of
/// the machine. Neither can damage the file.
enum class Durability { process, power };

/// How long a writer waits for those before it.
inline constexpr std::chrono::milliseconds kBusyTimeout{10'000};

/// Bytes that are no text.
struct Blob {
    std::string_view bytes;
};

class Database;

/// A prepared statement of the cache, bound and in use until this is destroyed. Texts it returns
/// are valid until the next call of next().
class Query {
public:
    Query(Query&& other) noexcept;
    Query& operator=(Query&&) = delete;
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;
    ~Query();

    /// True with a row, false at the end.
    [[nodiscard]] Result<bool> next();
    /// To the end, for statements whose rows, if any, do not matter.
    [[nodiscard]] Result<void> run();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] std::string_view text(int column) const; ///< of a blob too
    [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const;

private:
    friend class Database;
    Query(Database& database, sqlite3_stmt* statement) noexcept;

    [[nodiscard]] int bind(int index, std::int64_t value);
    [[nodiscard]] int bind(int index, double value);
    [[nodiscard]] int bind(int index, std::string_view value);
    [[nodiscard]] int bind(int index, Blob value);

    template <std::integral T>
    [[nodiscard]] int bind(int index, T value) {
        return bind(index, static_cast<std::int64_t>(value));
    }

    template <class T>
    [[nodiscard]] int bind(int index, const std::optional<T>& value) {
        return value ? bind(index, *value) : sqlite3_bind_null(statement_, index);
    }

    Database* database_;
    sqlite3_stmt* statement_;
};

/// One connection. Not thread-safe; not to be used on both sides of a fork.
class Database {
public:
    /// Creates the file, for its owner only and with such pages, when there is none.
    [[nodiscard]] static Result<std::unique_ptr<Database>> open(
        const std::filesystem::path& file, Durability durability, int page_bytes);

    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    /// `sql` is a string literal: prepared once, kept by its text, and in use by one Query at a
    /// time.
    template <class... Args>
    [[nodiscard]] Result<Query> query(std::string_view sql, const Args&... args) {
        auto prepared = prepare(sql);
        if (!prepared) {
            return prepared;
        }
        int index = 0;
        int code = SQLITE_OK;
        ((code = code == SQLITE_OK ? prepared->bind(++index, args) : code), ...);
        if (code != SQLITE_OK) {
            return fail(error(code));
        }
        return prepared;
    }

    template <class... Args>
    [[nodiscard]] Result<void> run(std::string_view sql, const Args&... args) {
        auto prepared = query(sql, args...);
        return prepared ? prepared->run() : Result<void>(fail(std::move(prepared).error()));
    }

    /// Calls `row(const Query&)` for each row.
    template <class Row, class... Args>
    [[nodiscard]] Result<void> for_each_row(std::string_view sql, Row row, const Args&... args) {
        auto prepared = query(sql, args...);
        if (!prepared) {
            return fail(std::move(prepared).error());
        }
        for (;;) {
            auto found = prepared->next();
            if (!found) {
                return fail(std::move(found).error());
            }
            if (!*found) {
                return {};
            }
            row(std::as_const(*prepared));
        }
    }

    /// The first column of the first row; 0 without one.
    template <class... Args>
    [[nodiscard]] Result<std::int64_t> integer(std::string_view sql, const Args&... args) {
        auto prepared = query(sql, args...);
        if (!prepared) {
            return fail(std::move(prepared).error());
        }
        auto row = prepared->next();
        if (!row) {
            return fail(std::move(row).error());
        }
        return *row ? prepared->integer(0) : 0;
    }

    /// Several statements, not kept.
    [[nodiscard]] Result<void> script(const char* sql);

    [[nodiscard]] std::int64_t last_row_id() const;
    /// Rows that the latest INSERT, UPDATE or DELETE touched.
    [[nodiscard]] std::int64_t changes() const;

    /// A statement has found the file damaged.
    [[nodiscard]] bool corrupt() const noexcept { return corrupt_; }

    /// False once somebody moved or removed the file: what is written here then, nobody reads.
    [[nodiscard]] bool is_at_its_path() const;

    [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }

private:
    friend class Query;

    explicit Database(std::filesystem::path file) : file_(std::move(file)) {}

    [[nodiscard]] Result<void> configure(Durability durability, int page_bytes);
    [[nodiscard]] Result<Query> prepare(std::string_view sql);
    [[nodiscard]] Error error(int code);
    static int on_busy(void* self, int tries) noexcept;

    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };

    std::filesystem::path file_;
    sqlite3* connection_ = nullptr;
    std::unordered_map<std::string_view, std::unique_ptr<sqlite3_stmt, Finalize>> statements_;
    std::chrono::steady_clock::time_point busy_since_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
    bool corrupt_ = false;
};

/// BEGIN IMMEDIATE: the writer's place is taken, or waited for, before anything is read, so that
/// what was read still holds when it commits. Rolled back unless committed.
class Transaction {
public:
    [[nodiscard]] static Result<Transaction> begin(Database& database);
    Transaction(Transaction&& other) noexcept;
    Transaction& operator=(Transaction&&) = delete;
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    [[nodiscard]] Result<void> commit();

private:
    explicit Transaction(Database& database) noexcept : database_(&database) {}

    Database* database_;
};

} // namespace plex_tuner::state
