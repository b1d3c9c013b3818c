// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/lineup/number_book.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace plex_tuner::lineup {

/// Hands out guide numbers that are unique in one lineup.
class Numbering {
public:
    explicit Numbering(int offset) : offset_(offset) {}

    /// The number a source asks for, with the offset applied to integers; empty when it is no
    /// usable number ("0", "-1", text) or already taken. "5" and "5.1" are numbers; "5.10" is not
    /// "5.1".
    [[nodiscard]] std::string claim(std::string_view wanted);

    /// Nobody is given this number any more.
    void take(std::string number) { taken_.insert(std::move(number)); }

    /// The lowest integer that nobody has.
    [[nodiscard]] std::string next_free();

private:
    int offset_;
    std::int64_t next_ = 1;
    std::unordered_set<std::string> taken_;
};

/// A channel to be numbered.
struct Candidate {
    std::string_view identity;
    std::string name_key;
    std::string_view wanted;     ///< as the source names it; may be no number
    std::string_view fixed = {}; ///< the user's table says so, whoever has it; else empty
};

struct Assigned {
    std::string number;
    NumberOrigin origin = NumberOrigin::next_free;
    bool has_returned = false; ///< it was in the book, but not in the lineup of late
};

/// A number for each candidate, in their order. One that is fixed is what it is, without the
/// offset, and who had it in the book gets another. Those in the book keep theirs: first who has
/// both identity and name of an entry, then who has its name (the provider renumbered its streams),
/// then who has its identity (it was renamed). Others get the number they want, when nobody has it
/// and none is reserved for it, else the next free one. Then brings the book up to date: the
/// entries of the candidates in their order, then the reserved ones; who is unseen for longer than
/// the reservation is forgotten.
[[nodiscard]] std::vector<Assigned> assign_numbers(
    const std::vector<Candidate>& candidates, int offset, NumberBook& book, WallTime now);

} // namespace plex_tuner::lineup
