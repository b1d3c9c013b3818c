// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/result.hpp>
#include <plex_tuner/catalog/catalog.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::lineup {

/// What a user says of one channel. Empty: as the playlist has it, but for `name`, which with
/// `tvg_id` says which channel is meant.
struct TableRow {
    std::string number = {};   ///< the guide number, "5" or "5.1"; empty: one of ours
    std::string tvg_id = {};   ///< as in the playlist
    std::string name = {};     ///< as in the playlist
    std::string guide_id = {}; ///< the id of the channel in the guide, in place of tvg_id
    std::string new_name = {}; ///< what viewers see, in place of name

    friend bool operator==(const TableRow&, const TableRow&) = default;
};

/// Which channel a row is for.
struct TableMatch {
    std::vector<std::size_t> row_of = {};     ///< of each channel, or ChannelTable::kNone
    std::vector<std::size_t> unanswered = {}; ///< rows that no channel is for, in their order
};

/// A user's table of the channels of the lineup: which, in which order, under which numbers, names
/// and guide ids. A text of lines with columns parted by tabs; see format_channel_table().
/// Immutable.
class ChannelTable {
public:
    static constexpr std::size_t kMaxRows = 200'000;
    /// The row of match() for a channel that none is for.
    static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

    /// Errors (parse) name the line and what is wrong with it: a number that is none or there
    /// twice, a channel without name and id, too many columns.
    [[nodiscard]] static Result<ChannelTable> parse(std::string_view text);

    [[nodiscard]] const std::vector<TableRow>& rows() const noexcept { return rows_; }

    /// Whether channels without a row are in the lineup, too, behind those that have one.
    [[nodiscard]] bool keeps_others() const noexcept { return keeps_others_; }

    /// First come channels that have both tvg-id and name of a row, then those of its name, then
    /// those of its tvg-id, as the provider may change either; several of one key in the order they
    /// have.
    [[nodiscard]] TableMatch match(std::span<const catalog::LiveChannel> channels) const;

private:
    std::vector<TableRow> rows_;
    bool keeps_others_ = false;
};

/// The file, with a head that explains it. Control characters in texts become blanks; the text "-"
/// cannot be said, and stands for none.
[[nodiscard]] std::string format_channel_table(
    std::span<const TableRow> rows, bool keeps_others, std::string_view origin);

/// The first few of `rows` by number, name and tvg-id, as the table has them, and how many more
/// there are: "101 BBC One (bbc1.uk), CNN and 12 more".
[[nodiscard]] std::string named_rows(const ChannelTable& table, std::span<const std::size_t> rows);

/// A guide number as it is written: "007" is "7"; empty for what is none.
[[nodiscard]] std::string canonical_number(std::string_view text);

} // namespace plex_tuner::lineup
