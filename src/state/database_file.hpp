// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "database.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace plex_tuner::state {

struct DatabaseSpec {
    std::filesystem::path file;
    /// Script n brings a database of version n to n + 1; what was released is never edited.
    std::span<const char* const> migrations;
    Durability durability = Durability::process;
    /// Look at every page on opening. For small files; damage in others shows when it is met.
    bool check_whole = true;
    /// Of a new file: a power of two up to 64 KiB. Large for large rows.
    int page_bytes = 4096;
};

/// A database that is there whatever happens to its file: created, brought to the newest version,
/// and, when it is damaged, set aside as "<file>.corrupt-<UTC time>" and begun anew, with a
/// warning. It notices when another process did that, or a user removed the file. Not thread-safe.
class DatabaseFile {
public:
    [[nodiscard]] static Result<DatabaseFile> open(const DatabaseSpec& spec);

    /// Runs `work(Database&) -> Result<T>` in one write transaction that is committed if it
    /// succeeds. `work` runs a second time when the first found the file damaged.
    template <class Work>
    [[nodiscard]] std::invoke_result_t<Work&, Database&> write(Work work) {
        return with_retry([&](Database& database) -> std::invoke_result_t<Work&, Database&> {
            auto transaction = Transaction::begin(database);
            if (!transaction) {
                return fail(std::move(transaction).error());
            }
            auto result = work(database);
            if (result) {
                if (auto committed = transaction->commit(); !committed) {
                    return fail(std::move(committed).error());
                }
            }
            return result;
        });
    }

    /// The same without a transaction: each statement sees a state of its own.
    template <class Work>
    [[nodiscard]] std::invoke_result_t<Work&, Database&> read(Work work) {
        return with_retry(work);
    }

    /// The connection, opened again if its file was moved, removed or found damaged.
    [[nodiscard]] Result<Database*> current();

    /// Counts openings: rows written under another generation may be gone.
    [[nodiscard]] std::uint64_t generation() const noexcept { return generation_; }

    /// What happened to the file since the last call, for the user.
    [[nodiscard]] std::vector<std::string> take_warnings() { return std::exchange(warnings_, {}); }

private:
    explicit DatabaseFile(const DatabaseSpec& spec) : spec_(spec) {}

    template <class Work>
    [[nodiscard]] std::invoke_result_t<Work&, Database&> with_retry(Work work) {
        for (bool again = false;; again = true) {
            auto database = current();
            if (!database) {
                return fail(std::move(database).error());
            }
            auto result = work(**database);
            if (result || again || !(*database)->corrupt()) {
                return result;
            }
        }
    }

    [[nodiscard]] Result<void> reopen(bool suspect);

    DatabaseSpec spec_;
    std::unique_ptr<Database> database_;
    std::uint64_t generation_ = 0;
    std::vector<std::string> warnings_;
};

} // namespace plex_tuner::state
