// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_words.hpp"
#include "numbering.hpp"
#include "sharding.hpp"

#include <plex_tuner/base/ascii.hpp>
#include <plex_tuner/lineup/lineup.hpp>

#include <algorithm>
#include <array>

namespace plex_tuner::lineup {

namespace {

using catalog::LiveChannel;

[[nodiscard]] bool says_hd(std::string_view name) {
    const std::string words = channel_words({name});
    return std::ranges::any_of(std::array{" HD ", " FHD ", " UHD ", " 4K ", " 8K ", " QHD ",
                                   " 720P ", " 1080P ", " 1080I ", " 2160P "},
        [&](const char* word) { return words.contains(word); });
}

/// "inputstream.adaptive.license_key" and its like, of #KODIPROP.
[[nodiscard]] bool names_licence_key(const LiveChannel& channel) {
    return std::ranges::any_of(channel.attributes, [](const catalog::NamedText& attribute) {
        return ascii::icontains(attribute.name, "license_key") && !attribute.value.empty();
    });
}

/// What the user's table says of the channels of a catalog.
class Corrections {
public:
    Corrections(const ChannelTable* table, const TableMatch& match)
        : table_(table), row_of_(match.row_of) {}

    /// Null: nothing.
    [[nodiscard]] const TableRow* of(std::size_t channel) const {
        return row_of_.empty() || row_of_[channel] == ChannelTable::kNone
                   ? nullptr
                   : &table_->rows()[row_of_[channel]];
    }

private:
    const ChannelTable* table_;
    std::span<const std::size_t> row_of_;
};

[[nodiscard]] std::vector<Assigned> number(std::span<const LiveChannel> live,
    const Corrections& corrections, const ChannelOrder& order, const Options& options,
    NumberBook& book, WallTime now) {
    std::vector<Candidate> candidates;
    candidates.reserve(order.size());
    for (const std::size_t index : order) {
        const LiveChannel& channel = live[index];
        const TableRow* const row = corrections.of(index);
        candidates.push_back({.identity = channel.channel_id,
            .name_key = name_key(channel.tvg_id, channel.guide_name),
            .wanted = channel.guide_number,
            .fixed = row == nullptr ? std::string_view() : row->number});
    }
    return assign_numbers(candidates, options.guide_number_offset, book, now);
}

/// Leaves in `order` and `assigned` what belongs to `shard`; the book begins with their entries.
void keep_shard(const Shard& shard, std::optional<std::size_t> capacity, ChannelOrder& order,
    std::vector<Assigned>& assigned, NumberBook& book, Report& report, const RemovalSink& removed) {
    const std::span<BookedNumber> entries = std::span(book.entries).first(order.size());
    assign_shards(entries, assigned, shard.count, capacity);
    Division division{.channels = order.size(),
        .without_room = 0,
        .shard_sizes = std::vector<std::size_t>(static_cast<std::size_t>(shard.count), 0)};
    ChannelOrder kept;
    std::vector<Assigned> numbers;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const int its = entries[i].shard;
        ++(its == 0 ? division.without_room
                    : division.shard_sizes[static_cast<std::size_t>(its) - 1]);
        if (its == shard.index) {
            kept.push_back(order[i]);
            numbers.push_back(std::move(assigned[i]));
        } else if (removed) {
            removed(order[i], kShardStage,
                its == 0 ? "all " + std::to_string(shard.count) + " shards are full"
                         : "it is on shard " + std::to_string(its) + " of " +
                               std::to_string(shard.count));
        }
    }
    report.stages.push_back({kShardStage, order.size(), kept.size()});
    report.division = std::move(division);
    order = std::move(kept);
    assigned = std::move(numbers);
}

} // namespace

std::string table_problem(const ChannelTable& table, const TableUse& use) {
    if (use.unanswered.empty()) {
        return {};
    }
    const std::string rows = std::to_string(use.rows) + " rows of PLEX_TUNER_LINEUP_CHANNELS_FILE ";
    const std::string named = named_rows(table, use.unanswered);
    return use.is_in_vain() ? "none of the " + rows + "is a channel of the catalog: " + named +
                                  "; tvg-id and name in it have to be those of the playlist"
                            : std::to_string(use.unanswered.size()) + " of the " + rows +
                                  (use.unanswered.size() == 1 ? "is" : "are") +
                                  " no channel of the catalog: " + named;
}

std::shared_ptr<const Lineup> Lineup::build(std::shared_ptr<const catalog::Catalog> catalog,
    const Options& options, NumberBook& book, WallTime now, Report* report,
    const RemovalSink& removed) {
    auto lineup = std::make_shared<Lineup>();
    const auto live = catalog->live_channels();
    TableMatch match = options.pipeline.match(live);
    const ChannelTable* const table = options.pipeline.table().get();
    const Corrections corrections(table, match);
    Report made;
    made.catalog_channels = live.size();
    ChannelOrder order = options.pipeline.select(live, match, made.stages, removed);
    std::vector<Assigned> assigned;
    if (options.pipeline.shard()) {
        assigned = number(live, corrections, order, options, book, now);
        keep_shard(*options.pipeline.shard(), options.pipeline.shard_capacity(), order, assigned,
            book, made, removed);
    } else {
        options.pipeline.cap(order, made.stages, removed);
        assigned = number(live, corrections, order, options, book, now);
        if (!made.stages.empty() && made.stages.back().stage == kCapStage) {
            made.cut_by_cap = made.stages.back().before - made.stages.back().after;
        }
    }
    made.numbered_by_us = static_cast<std::size_t>(
        std::ranges::count(assigned, NumberOrigin::next_free, &Assigned::origin));

    lineup->channels_.reserve(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        const LiveChannel& source = live[order[i]];
        Channel& channel = lineup->channels_.emplace_back();
        channel.guide_number = std::move(assigned[i].number);
        channel.number_origin = assigned[i].origin;
        channel.guide_name = source.guide_name;
        channel.channel_id = source.channel_id;
        channel.tvg_id = source.tvg_id;
        channel.tvg_shift = source.tvg_shift;
        channel.logo = source.logo;
        channel.group = source.group_title;
        channel.radio = source.radio;
        channel.is_hd = says_hd(source.guide_name);
        channel.has_drm = names_licence_key(source);
        channel.sources = source.sources;
        if (const TableRow* const row = corrections.of(order[i])) {
            channel.guide_name = row->new_name.empty() ? channel.guide_name : row->new_name;
            channel.has_given_guide_id = !row->guide_id.empty();
            channel.tvg_id = row->guide_id.empty() ? channel.tvg_id : row->guide_id;
        }
    }

    lineup->by_number_.reserve(order.size());
    lineup->by_id_.reserve(order.size());
    for (std::size_t i = 0; i < lineup->channels_.size(); ++i) {
        lineup->by_number_.emplace(lineup->channels_[i].guide_number, i);
        lineup->by_id_.emplace(lineup->channels_[i].channel_id, i);
    }
    if (report != nullptr) {
        if (table != nullptr) {
            made.table =
                TableUse{.rows = table->rows().size(), .unanswered = std::move(match.unanswered)};
        }
        *report = std::move(made);
    }
    lineup->catalog_ = std::move(catalog);
    lineup->table_ = options.pipeline.table();
    return lineup;
}

const Channel* Lineup::find_number(std::string_view guide_number) const {
    const auto found = by_number_.find(guide_number);
    return found == by_number_.end() ? nullptr : &channels_[found->second];
}

const Channel* Lineup::find_id(std::string_view channel_id) const {
    const auto found = by_id_.find(channel_id);
    return found == by_id_.end() ? nullptr : &channels_[found->second];
}

} // namespace plex_tuner::lineup
