// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::lineup {

/// A channel that was given a number once.
struct BookedNumber {
    std::string identity;     ///< its channel_id
    std::string name_key;     ///< tvg-id and name, see name_key()
    std::string guide_number; ///< unique in the book
    WallTime last_seen;       ///< when it was last in the lineup
    int shard = 0;            ///< the shard it was given to, from 1; 0: none

    friend bool operator==(const BookedNumber&, const BookedNumber&) = default;
};

/// Why a channel has its number.
enum class NumberOrigin {
    fixed,    ///< the user's table of channels says so
    kept,     ///< it had it before
    wanted,   ///< its source names it
    next_free ///< its source names none, or one that was taken
};

/// Which channel has which guide number: viewers learn numbers and recordings are scheduled by
/// them, so a channel keeps its own whatever the provider does to its list. Pure data.
struct NumberBook {
    /// For so long after a channel was last seen nobody else gets its number, as the book counts:
    /// from its own last update.
    static constexpr std::chrono::days kReservation{60};

    std::vector<BookedNumber> entries;
    int offset = 0; ///< Options::guide_number_offset that the numbers include

    friend bool operator==(const NumberBook&, const NumberBook&) = default;
};

/// What a channel is recognised by when the provider has given it another id: tvg-id and name,
/// lower-case, blanks in runs as one.
[[nodiscard]] std::string name_key(std::string_view tvg_id, std::string_view name);

} // namespace plex_tuner::lineup
