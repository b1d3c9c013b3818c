// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/result.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

class Database;
class DatabaseFile;
class Transaction;

/// A guide number and the channel it was given to.
struct NumberEntry {
    std::string guide_number; ///< unique: "5", "5.1"
    std::string identity;     ///< of the channel; never a URL
    std::string name_key;     ///< what it is recognised by when its identity changes
    WallTime last_seen{};
    int shard = 0; ///< the one of several tuners it was given to; 0: none

    friend bool operator==(const NumberEntry&, const NumberEntry&) = default;
};

/// What one instance must not forget: the number book, and notes (fingerprints of the latest
/// refresh, by key). Rules about numbers live elsewhere; this keeps what it is given. One thread at
/// a time; several processes may have the same file open. Committed changes survive a power cut.
class StateDb {
public:
    /// One write transaction. Reads in it see its writes and exclude other writers, so that what a
    /// change is based on is still true when it is committed. Without commit() nothing changed.
    /// Must not outlive its StateDb, which is not to be used meanwhile.
    class Change {
    public:
        Change(Change&& other) noexcept;
        Change& operator=(Change&&) = delete;
        Change(const Change&) = delete;
        Change& operator=(const Change&) = delete;
        ~Change();

        [[nodiscard]] Result<std::vector<NumberEntry>> numbers();
        /// invalid_argument when two entries have one number.
        [[nodiscard]] Result<void> replace_numbers(std::span<const NumberEntry> entries);

        [[nodiscard]] Result<std::optional<std::string>> note(std::string_view key);
        [[nodiscard]] Result<void> put_note(std::string_view key, std::string_view value);

        /// Once.
        [[nodiscard]] Result<void> commit();

    private:
        friend class StateDb;
        Change(Database& database, Transaction transaction);

        Database* database_;
        std::unique_ptr<Transaction> transaction_;
    };

    /// Creates the file and its directory if need be. A damaged file is set aside and begun anew;
    /// see take_warnings(). Other errors name the file and the remedy.
    [[nodiscard]] static Result<StateDb> open(const std::filesystem::path& file);

    StateDb(StateDb&& other) noexcept;
    StateDb& operator=(StateDb&& other) noexcept;
    StateDb(const StateDb&) = delete;
    StateDb& operator=(const StateDb&) = delete;
    ~StateDb();

    /// In the order in which they were given.
    [[nodiscard]] Result<std::vector<NumberEntry>> numbers();
    [[nodiscard]] Result<std::optional<std::string>> note(std::string_view key);
    /// Waits for other writers, ten seconds at most (unavailable).
    [[nodiscard]] Result<Change> begin();

    /// What happened to the file since the last call, for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    explicit StateDb(DatabaseFile file);

    std::unique_ptr<DatabaseFile> file_;
};

} // namespace plex_tuner::state
