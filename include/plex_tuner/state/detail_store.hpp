// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <cstdint>
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

/// What the provider sent when it was asked for one record alone: a series and its episodes, the
/// programmes of a channel.
struct Details {
    std::string id;            ///< as the panel names it
    std::string last_modified; ///< of the list, as it stood there; compared, not understood
    WallTime fetched_at{};
    std::string body; ///< any bytes

    friend bool operator==(const Details&, const Details&) = default;
};

/// All but the body: what decides whether a record is asked for again.
struct DetailStamp {
    std::string id;
    std::string last_modified;
    WallTime fetched_at{};

    friend bool operator==(const DetailStamp&, const DetailStamp&) = default;
};

/// The right to fetch the details of an account, exclusive on this machine, for as long as this
/// lives or until the process ends, however it ends.
class DetailPass {
public:
    DetailPass(DetailPass&& other) noexcept;
    DetailPass& operator=(DetailPass&& other) noexcept;
    DetailPass(const DetailPass&) = delete;
    DetailPass& operator=(const DetailPass&) = delete;
    ~DetailPass();

private:
    friend class DetailStore;
    explicit DetailPass(FileLock lock);

    std::unique_ptr<FileLock> lock_;
};

/// The details of one account as they were at one time, for reading many of them: a question to the
/// store itself costs a dozen system calls. While it lives nothing else is asked of its store.
class DetailReader {
public:
    DetailReader(DetailReader&& other) noexcept;
    DetailReader& operator=(DetailReader&&) = delete;
    DetailReader(const DetailReader&) = delete;
    DetailReader& operator=(const DetailReader&) = delete;
    ~DetailReader();

    /// Valid until the next call. After an error the reader is of no more use; a new one may be.
    [[nodiscard]] Result<std::optional<std::string_view>> body(std::string_view id);

private:
    friend class DetailStore;
    DetailReader(Database& database, std::int64_t account) noexcept;

    Database* database_;
    std::int64_t account_;
    std::string body_;
};

/// details.db of a machine: details per account, kept over restarts so that only what has changed
/// is fetched again. Details of two kinds are kept under two accounts. A cache: removing it costs
/// time, never data. Accounts are named by keys of 1 to 256 bytes without credentials. One thread
/// at a time per object; several processes may have the same directory open. Calls block; writers
/// wait for each other, ten seconds at most.
class DetailStore {
public:
    /// Creates the directory if need be. A damaged details.db is set aside and begun anew, here or
    /// when the damage is met later; see take_warnings().
    [[nodiscard]] static Result<DetailStore> open(const std::filesystem::path& directory);

    DetailStore(DetailStore&& other) noexcept;
    DetailStore& operator=(DetailStore&& other) noexcept;
    DetailStore(const DetailStore&) = delete;
    DetailStore& operator=(const DetailStore&) = delete;
    ~DetailStore();

    /// Empty while another pass over the account runs, in this process or another.
    [[nodiscard]] Result<std::optional<DetailPass>> try_begin_pass(std::string_view account);

    /// Adds or replaces all of `batch` or, on an error, none. Some hundred rows are a good size.
    [[nodiscard]] Result<void> put(std::string_view account, std::span<const Details> batch);

    [[nodiscard]] Result<std::optional<Details>> get(std::string_view account, std::string_view id);

    [[nodiscard]] Result<DetailReader> reader(std::string_view account);

    /// By id.
    [[nodiscard]] Result<std::vector<DetailStamp>> stamps(std::string_view account);

    /// Another text after every change of the account's rows, by whatever process.
    [[nodiscard]] Result<std::string> change_stamp(std::string_view account);

    /// Removes the rows whose id is not among `kept` (in any order); returns how many.
    [[nodiscard]] Result<std::size_t> erase_missing(
        std::string_view account, std::span<const std::string> kept);

    /// Removes the rows fetched before `time`; returns how many.
    [[nodiscard]] Result<std::size_t> erase_before(std::string_view account, WallTime time);

    /// What happened to details.db since the last call, for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    DetailStore(std::filesystem::path directory, DatabaseFile file);

    std::filesystem::path directory_;
    std::unique_ptr<DatabaseFile> file_;
};

} // namespace plex_tuner::state
