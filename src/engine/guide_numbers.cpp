// SPDX-License-Identifier: GPL-3.0-or-later
#include "guide_numbers.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <string>
#include <utility>
#include <vector>

namespace plex_tuner::engine {

namespace {

constexpr std::string_view kOffsetNote = "numbers.offset";

/// `source` is a StateDb or a change of one.
template <class Source>
Result<lineup::NumberBook> read(Source& source, int offset) {
    auto entries = source.numbers();
    if (!entries) {
        return fail(std::move(entries).error());
    }
    auto noted = source.note(kOffsetNote);
    if (!noted) {
        return fail(std::move(noted).error());
    }
    lineup::NumberBook book;
    book.offset = *noted ? ascii::parse_integer<int>(**noted).value_or(offset) : offset;
    book.entries.reserve(entries->size());
    for (state::NumberEntry& entry : *entries) {
        book.entries.push_back({.identity = std::move(entry.identity),
            .name_key = std::move(entry.name_key),
            .guide_number = std::move(entry.guide_number),
            .last_seen = entry.last_seen,
            .shard = entry.shard});
    }
    return book;
}

Result<void> write(state::StateDb::Change& change, const lineup::NumberBook& book) {
    std::vector<state::NumberEntry> entries;
    entries.reserve(book.entries.size());
    for (const lineup::BookedNumber& entry : book.entries) {
        entries.push_back({.guide_number = entry.guide_number,
            .identity = entry.identity,
            .name_key = entry.name_key,
            .last_seen = entry.last_seen,
            .shard = entry.shard});
    }
    if (auto replaced = change.replace_numbers(entries); !replaced) {
        return replaced;
    }
    if (auto noted = change.put_note(kOffsetNote, std::to_string(book.offset)); !noted) {
        return noted;
    }
    return change.commit();
}

} // namespace

Result<void> GuideNumbers::open(const std::filesystem::path& file) {
    auto state = state::StateDb::open(file);
    if (!state) {
        return fail(std::move(state).error());
    }
    for (const std::string& warning : state->take_warnings()) {
        logger_.warn(warning);
    }
    state_ = std::move(*state);
    return {};
}

void GuideNumbers::update(int offset, const std::function<void(lineup::NumberBook&)>& change) {
    changed_ = false;
    const auto updated = update_on_disk(offset, change);
    if (!updated) {
        logger_.error(
            "guide numbers not saved, a restart may give others", {{"error", updated.error()}});
    }
    if (!changed_) {
        if (!book_) {
            book_.emplace().offset = offset;
        }
        change(*book_);
    }
    unsaved_ = !updated;
}

Result<void> GuideNumbers::update_on_disk(
    int offset, const std::function<void(lineup::NumberBook&)>& change) {
    if (unread_) {
        return fail(ErrorCode::io, "those on disk could not be read");
    }
    auto transaction = state_->begin();
    if (!transaction) {
        return fail(std::move(transaction).error());
    }
    if (!unsaved_) {
        auto book = read(*transaction, offset);
        if (!book) {
            unread_ = !book_;
            return fail(std::move(book).error());
        }
        book_ = std::move(*book);
    }
    change(*book_);
    changed_ = true;
    return write(*transaction, *book_);
}

Result<lineup::NumberBook> read_number_book(const std::filesystem::path& file, int offset) {
    lineup::NumberBook none;
    none.offset = offset;
    std::error_code error;
    if (!std::filesystem::exists(file, error)) {
        return none;
    }
    auto state = state::StateDb::open(file);
    if (!state) {
        return fail(std::move(state).error());
    }
    return read(*state, offset);
}

} // namespace plex_tuner::engine
