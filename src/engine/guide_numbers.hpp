// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/lineup/number_book.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/state_db.hpp>

#include <filesystem>
#include <functional>
#include <optional>

namespace plex_tuner::engine {

/// The guide numbers of a lineup, kept in a database that several processes may share. One that
/// fails holds nobody up: the numbers in memory go on. Blocks on the disk.
class GuideNumbers {
public:
    explicit GuideNumbers(log::Logger logger) : logger_(std::move(logger)) {}

    [[nodiscard]] Result<void> open(const std::filesystem::path& file);

    /// Gives `change` the book and keeps what it makes of it; no other process changes it
    /// meanwhile. `offset` is that of a book that is begun anew.
    void update(int offset, const std::function<void(lineup::NumberBook&)>& change);

private:
    [[nodiscard]] Result<void> update_on_disk(
        int offset, const std::function<void(lineup::NumberBook&)>& change);

    log::Logger logger_;
    std::optional<state::StateDb> state_;
    /// There are numbers on disk that could not be read: they are better than what was made without
    /// them, so they are not written over.
    bool unread_ = false;
    bool changed_ = false;                   ///< the update at hand has been made
    bool unsaved_ = false;                   ///< the book in memory is newer than that on disk
    std::optional<lineup::NumberBook> book_; ///< as saved, or as it should have been
};

/// The book on disk without changing anything; an empty one when there is none.
[[nodiscard]] Result<lineup::NumberBook> read_number_book(
    const std::filesystem::path& file, int offset);

} // namespace plex_tuner::engine
