// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/lineup/number_book.hpp>
#include <plex_tuner/log/logger.hpp>
#include <plex_tuner/state/state_db.hpp>

#include <filesystem>
#include <optional>

namespace plex_tuner::engine {

/// The guide numbers of an instance, kept in its state.db. A database that fails holds nobody up:
/// the numbers in memory go on. Blocks on the disk.
class GuideNumbers {
public:
    explicit GuideNumbers(log::Logger logger) : logger_(std::move(logger)) {}

    [[nodiscard]] Result<void> open(const std::filesystem::path& state_directory);

    /// `offset` is that of a book that is begun anew.
    [[nodiscard]] lineup::NumberBook load(int offset);
    void save(lineup::NumberBook book);

private:
    log::Logger logger_;
    std::optional<state::StateDb> state_;
    bool unread_ = false;                    ///< there are numbers on disk that could not be read
    std::optional<lineup::NumberBook> book_; ///< as saved, or as it should have been
};

} // namespace plex_tuner::engine
