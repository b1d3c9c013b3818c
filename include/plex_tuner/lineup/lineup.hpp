// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/catalog/catalog.hpp>
#include <plex_tuner/lineup/number_book.hpp>
#include <plex_tuner/lineup/pipeline.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace plex_tuner::lineup {

/// One channel as every client sees it. Views point into the catalog and the table of channels that
/// the Lineup keeps alive, but for guide_number, which is ours.
struct Channel {
    std::string guide_number; ///< unique in the lineup; digits, or digits.digits
    NumberOrigin number_origin = NumberOrigin::next_free;
    std::string_view guide_name;
    std::string_view channel_id;
    std::string_view tvg_id;         ///< empty: no guide source names it
    bool has_given_guide_id = false; ///< tvg_id is of the user's table, not of the source
    std::string_view tvg_shift; ///< hours between the guide of tvg_id and the channel, as given
    std::string_view logo;
    std::string_view group;
    bool radio = false;
    bool is_hd = false;   ///< its name says HD, or more
    bool has_drm = false; ///< its playlist entry names a licence key: it cannot be played
    std::span<const catalog::StreamSource> sources;
};

struct Options {
    Pipeline pipeline;
    int guide_number_offset = 0; ///< added to integer guide numbers
};

/// How a lineup that several tuners share is divided.
struct Division {
    std::size_t channels = 0;     ///< of all shards and those without room
    std::size_t without_room = 0; ///< they are on no shard
    std::vector<std::size_t> shard_sizes;
};

/// What became of the user's table.
struct TableUse {
    std::size_t rows = 0;
    std::vector<std::size_t> unanswered; ///< rows that no channel of the catalog is for

    /// It has channels, and the catalog has none of them.
    [[nodiscard]] bool is_in_vain() const noexcept { return rows > 0 && unanswered.size() == rows; }
};

/// What build() left out and changed, for the log.
struct Report {
    std::size_t catalog_channels = 0;
    std::vector<StageReport> stages; ///< those that were at work, in order
    std::size_t cut_by_cap = 0;
    std::size_t numbered_by_us = 0;   ///< the source named no number, or one already taken
    std::optional<Division> division; ///< where there is a shard
    std::optional<TableUse> table;    ///< where the user has one
};

/// What a user has to know of rows that are in vain, which first names them; empty: nothing is.
[[nodiscard]] std::string table_problem(const ChannelTable& table, const TableUse& use);

/// The channels of the tuner in order: immutable, shared by hdhr, guide and gateway, so that the
/// three always hold the same channels under the same numbers. Lookups are O(1).
class Lineup {
public:
    Lineup() = default;
    /// Takes the catalog through the stages, numbers what is left from the book, and brings that up
    /// to date. With a shard the book is that of the whole lineup: its channels are numbered before
    /// they are divided, so that no two tuners give one number. `removed` is told of the catalog's
    /// channels that are left out.
    [[nodiscard]] static std::shared_ptr<const Lineup> build(
        std::shared_ptr<const catalog::Catalog> catalog, const Options& options, NumberBook& book,
        WallTime now, Report* report = nullptr, const RemovalSink& removed = {});

    [[nodiscard]] const std::vector<Channel>& channels() const noexcept { return channels_; }

    [[nodiscard]] const Channel* find_number(std::string_view guide_number) const;
    [[nodiscard]] const Channel* find_id(std::string_view channel_id) const;

private:
    std::shared_ptr<const catalog::Catalog> catalog_;
    std::shared_ptr<const ChannelTable> table_; ///< channels view its texts
    std::vector<Channel> channels_;
    std::unordered_map<std::string_view, std::size_t> by_number_;
    std::unordered_map<std::string_view, std::size_t> by_id_;
};

} // namespace plex_tuner::lineup
