// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/base/file_lock.hpp>
#include <plex_tuner/base/result.hpp>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::state {

class DatabaseFile;

/// The details of one series as the provider sent them.
struct SeriesDetails {
    std::string id;            ///< as the panel names it
    std::string last_modified; ///< of the series list, as it stood there; compared, not understood
    WallTime fetched_at{};
    std::string body; ///< any bytes

    friend bool operator==(const SeriesDetails&, const SeriesDetails&) = default;
};

/// All but the body: what decides whether a series is asked for again.
struct SeriesStamp {
    std::string id;
    std::string last_modified;
    WallTime fetched_at{};

    friend bool operator==(const SeriesStamp&, const SeriesStamp&) = default;
};

/// The right to fetch the series of an account, exclusive on this machine, for as long as this
/// lives or until the process ends, however it ends.
class SeriesPass {
public:
    SeriesPass(SeriesPass&& other) noexcept;
    SeriesPass& operator=(SeriesPass&& other) noexcept;
    SeriesPass(const SeriesPass&) = delete;
    SeriesPass& operator=(const SeriesPass&) = delete;
    ~SeriesPass();

private:
    friend class SeriesStore;
    explicit SeriesPass(FileLock lock);

    std::unique_ptr<FileLock> lock_;
};

/// details.db of a machine: series details per account, kept over restarts so that only changed
/// shows are fetched again. A cache: removing it costs time, never data. Accounts are named by keys
/// of 1 to 256 bytes without credentials. One thread at a time per object; several processes may
/// have the same directory open. Calls block; writers wait for each other, ten seconds at most.
class SeriesStore {
public:
    /// Creates the directory if need be. A damaged details.db is set aside and begun anew, here or
    /// when the damage is met later; see take_warnings().
    [[nodiscard]] static Result<SeriesStore> open(const std::filesystem::path& directory);

    SeriesStore(SeriesStore&& other) noexcept;
    SeriesStore& operator=(SeriesStore&& other) noexcept;
    SeriesStore(const SeriesStore&) = delete;
    SeriesStore& operator=(const SeriesStore&) = delete;
    ~SeriesStore();

    /// Empty while another pass over the account runs, in this process or another.
    [[nodiscard]] Result<std::optional<SeriesPass>> try_begin_pass(std::string_view account);

    /// Adds or replaces all of `batch` or, on an error, none. Some hundred rows are a good size.
    [[nodiscard]] Result<void> put(std::string_view account, std::span<const SeriesDetails> batch);

    [[nodiscard]] Result<std::optional<SeriesDetails>> get(
        std::string_view account, std::string_view id);

    /// By id.
    [[nodiscard]] Result<std::vector<SeriesStamp>> stamps(std::string_view account);

    /// Another text after every change of the account's rows, by whatever process.
    [[nodiscard]] Result<std::string> change_stamp(std::string_view account);

    /// Removes the rows whose id is not among `kept` (in any order); returns how many.
    [[nodiscard]] Result<std::size_t> erase_missing(
        std::string_view account, std::span<const std::string> kept);

    /// What happened to details.db since the last call, for the user.
    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    SeriesStore(std::filesystem::path directory, DatabaseFile file);

    std::filesystem::path directory_;
    std::unique_ptr<DatabaseFile> file_;
};

} // namespace plex_tuner::state
