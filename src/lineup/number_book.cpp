// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbering.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>
#include <deque>
#include <iterator>
#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace plex_tuner::lineup {
namespace {

void append_folded(std::string& out, std::string_view text) {
    bool blank = false;
    for (const char c : ascii::trim(text)) {
        if (ascii::is_space(c)) {
            blank = true;
            continue;
        }
        if (blank) {
            out.push_back(' ');
            blank = false;
        }
        out.push_back(ascii::to_lower(c));
    }
}

/// Moves the integers of a book that was kept under another offset; numbers that would fall below
/// one are forgotten.
void move_to_offset(NumberBook& book, int offset) {
    const std::int64_t shift = std::int64_t{offset} - book.offset;
    book.offset = offset;
    if (shift == 0) {
        return;
    }
    std::erase_if(book.entries, [&](BookedNumber& entry) {
        const auto number = ascii::parse_integer<std::int64_t>(entry.guide_number);
        if (!number) {
            return false; // "5.1" has no offset
        }
        entry.guide_number = std::to_string(*number + shift);
        return *number + shift <= 0;
    });
}

/// Finds the entries of the book that belong to candidates.
class Matcher {
public:
    Matcher(const std::vector<Candidate>& candidates, const std::vector<BookedNumber>& entries)
        : candidates_(candidates), entries_(entries), entry_of_(candidates.size()),
          used_(entries.size(), false) {}

    /// For each candidate the index of its entry.
    [[nodiscard]] std::vector<std::optional<std::size_t>> run() {
        match([](const auto& one) { return std::string(one.identity) + '\n' + one.name_key; });
        match([](const auto& one) { return one.name_key; });
        match([](const auto& one) { return std::string(one.identity); });
        return std::move(entry_of_);
    }

private:
    /// Pairs what is left over by equal keys; several of one key in the order they have.
    template <class KeyOf>
    void match(KeyOf key_of) {
        std::unordered_map<std::string, std::deque<std::size_t>> waiting;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (!used_[i]) {
                waiting[key_of(entries_[i])].push_back(i);
            }
        }
        for (std::size_t i = 0; i < candidates_.size() && !waiting.empty(); ++i) {
            if (entry_of_[i]) {
                continue;
            }
            const auto found = waiting.find(key_of(candidates_[i]));
            if (found != waiting.end() && !found->second.empty()) {
                entry_of_[i] = found->second.front();
                used_[found->second.front()] = true;
                found->second.pop_front();
            }
        }
    }

    const std::vector<Candidate>& candidates_;
    const std::vector<BookedNumber>& entries_;
    std::vector<std::optional<std::size_t>> entry_of_;
    std::vector<bool> used_;
};

[[nodiscard]] WallTime last_update(const std::vector<BookedNumber>& entries) {
    WallTime newest{};
    for (const BookedNumber& entry : entries) {
        newest = std::max(newest, entry.last_seen);
    }
    return newest;
}

/// Those of channels that are gone, but not for too long. Time is that of the book: a program that
/// did not run for a year has missed nobody.
[[nodiscard]] std::vector<BookedNumber> reserved_entries(const std::vector<BookedNumber>& entries,
    const std::vector<std::optional<std::size_t>>& entry_of) {
    std::vector<bool> present(entries.size(), false);
    for (const auto& index : entry_of) {
        if (index) {
            present[*index] = true;
        }
    }
    const WallTime newest = last_update(entries);
    std::vector<BookedNumber> reserved;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (!present[i] && newest - entries[i].last_seen <= NumberBook::kReservation) {
            reserved.push_back(entries[i]);
        }
    }
    return reserved;
}

} // namespace

std::string name_key(std::string_view tvg_id, std::string_view name) {
    std::string key;
    key.reserve(tvg_id.size() + 1 + name.size());
    append_folded(key, tvg_id);
    key.push_back('|');
    append_folded(key, name);
    return key;
}

std::vector<Assigned> assign_numbers(
    const std::vector<Candidate>& candidates, int offset, NumberBook& book, WallTime now) {
    move_to_offset(book, offset);
    const auto entry_of = Matcher(candidates, book.entries).run();
    const WallTime newest = last_update(book.entries);
    std::vector<BookedNumber> kept = reserved_entries(book.entries, entry_of);

    Numbering numbering(offset);
    std::unordered_set<std::string_view> fixed;
    for (const Candidate& one : candidates) {
        if (!one.fixed.empty()) {
            fixed.insert(one.fixed);
            numbering.take(std::string(one.fixed));
        }
    }
    std::erase_if(kept, [&](const BookedNumber& one) { return fixed.contains(one.guide_number); });
    for (const BookedNumber& entry : kept) {
        numbering.take(entry.guide_number);
    }
    std::vector<Assigned> assigned(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const bool has_returned =
            entry_of[i].has_value() && book.entries[*entry_of[i]].last_seen < newest;
        if (!candidates[i].fixed.empty()) {
            assigned[i] = {std::string(candidates[i].fixed), NumberOrigin::fixed, has_returned};
        } else if (entry_of[i] && !fixed.contains(book.entries[*entry_of[i]].guide_number)) {
            const BookedNumber& entry = book.entries[*entry_of[i]];
            assigned[i] = {entry.guide_number, NumberOrigin::kept, has_returned};
            numbering.take(entry.guide_number);
        }
    }
    // Numbers the sources name are settled first: a channel without one never pushes another off
    // the number its provider gave it.
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (assigned[i].number.empty()) {
            assigned[i] = {numbering.claim(candidates[i].wanted), NumberOrigin::wanted, false};
        }
    }
    for (Assigned& one : assigned) {
        if (one.number.empty()) {
            one = {numbering.next_free(), NumberOrigin::next_free, false};
        }
    }
    std::vector<BookedNumber> entries;
    entries.reserve(candidates.size() + kept.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        entries.push_back({.identity = std::string(candidates[i].identity),
            .name_key = candidates[i].name_key,
            .guide_number = assigned[i].number,
            .last_seen = now,
            .shard = entry_of[i] ? book.entries[*entry_of[i]].shard : 0});
    }
    std::ranges::move(kept, std::back_inserter(entries));
    book.entries = std::move(entries);
    return assigned;
}

} // namespace plex_tuner::lineup
