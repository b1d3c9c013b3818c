// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_numbers.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::engine {

namespace {

constexpr std::string_view kOffsetNote = "numbers.offset";

Result<void> write(state::StateDb& database, const lineup::NumberBook& book) {
    std::vector<state::NumberEntry> entries;
    entries.reserve(book.entries.size());
    for (const lineup::BookedNumber& entry : book.entries) {
        entries.push_back({.guide_number = entry.guide_number,
            .identity = entry.identity,
            .name_key = entry.name_key,
            .last_seen = entry.last_seen});
    }
    auto change = database.begin();
    if (!change) {
        return fail(std::move(change).error());
    }
    if (auto replaced = change->replace_numbers(entries); !replaced) {
        return replaced;
    }
    if (auto noted = change->put_note(kOffsetNote, std::to_string(book.offset)); !noted) {
        return noted;
    }
    return change->commit();
}

} // namespace

Result<void> GuideNumbers::open(const std::filesystem::path& state_directory) {
    auto state = state::StateDb::open(state_directory / "state.db");
    if (!state) {
        return fail(std::move(state).error());
    }
    for (const std::string& warning : state->take_warnings()) {
        logger_.warn(warning);
    }
    state_ = std::move(*state);
    return {};
}

lineup::NumberBook GuideNumbers::load(int offset) {
    if (book_) {
        return *book_;
    }
    lineup::NumberBook book;
    book.offset = offset;
    const auto entries = state_->numbers();
    const auto noted = state_->note(kOffsetNote);
    if (!entries || !noted) {
        logger_.error("guide numbers not read, channels may get others",
            {{"error", entries ? noted.error() : entries.error()}});
        unread_ = true;
        return book;
    }
    if (*noted) {
        book.offset = ascii::parse_integer<int>(**noted).value_or(offset);
    }
    for (const state::NumberEntry& entry : *entries) {
        book.entries.push_back(
            {entry.identity, entry.name_key, entry.guide_number, entry.last_seen});
    }
    return book;
}

void GuideNumbers::save(lineup::NumberBook book) {
    if (unread_) {
        // What is on disk is better than what was made without it: the next start reads it again.
        book_ = std::move(book);
        return;
    }
    if (auto saved = write(*state_, book); !saved) {
        logger_.error(
            "guide numbers not saved, a restart may give others", {{"error", saved.error()}});
    }
    book_ = std::move(book);
}

} // namespace plex_tuner::engine
