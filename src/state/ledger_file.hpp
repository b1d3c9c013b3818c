// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database_file.hpp"
#include "holder.hpp"

#include <plex_tuner/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace plex_tuner::state {

/// Where a permit or slot is written down.
struct LedgerRow {
    std::string holder;
    std::int64_t id = 0;
};

/// ledger.db of a machine as one of its users sees it: the database, the proof of being alive, and
/// the removal of what the dead left. Thread-safe; every call is one transaction.
class LedgerFile {
public:
    enum class Table { permit, slot };

    [[nodiscard]] static Result<std::shared_ptr<LedgerFile>> open(
        const std::filesystem::path& directory);

    /// `work(Database&, const std::string& holder_id) -> Result<T>`, holding the mutex.
    template <class Work>
    [[nodiscard]] auto write(Work work) {
        using Value = std::invoke_result_t<Work&, Database&, const std::string&>;
        const std::scoped_lock lock(mutex_);
        auto result = file_.write([&](Database& database) -> Value {
            if (auto ready = make_ready(database); !ready) {
                return fail(std::move(ready).error());
            }
            return work(database, holder_->id());
        });
        if (result) {
            abandoned_.clear();
        }
        return result;
    }

    /// The same outside of a transaction, for a single SELECT.
    template <class Work>
    [[nodiscard]] auto read(Work work) {
        const std::scoped_lock lock(mutex_);
        return file_.read(work);
    }

    /// Deletes the rows of dead holders; returns how many. To be called within write().
    [[nodiscard]] Result<std::int64_t> remove_dead(Database& database) const;

    /// Deletes a row without ever failing: what cannot be deleted now is tried again with the next
    /// write, and ends with the process at the latest.
    void abandon(Table table, const LedgerRow& row) noexcept;

    [[nodiscard]] std::vector<std::string> take_warnings();

private:
    struct Abandoned {
        Table table;
        LedgerRow row;
    };

    LedgerFile(std::filesystem::path directory, DatabaseFile file)
        : directory_(std::move(directory)), file_(std::move(file)) {}

    [[nodiscard]] Result<void> make_ready(Database& database);

    std::filesystem::path directory_;
    std::mutex mutex_;
    DatabaseFile file_;
    std::optional<Holder> holder_;
    std::uint64_t holder_generation_ = 0;
    std::vector<Abandoned> abandoned_;
};

[[nodiscard]] Result<void> delete_row(
    Database& database, LedgerFile::Table table, const LedgerRow& row);

} // namespace plex_tuner::state
