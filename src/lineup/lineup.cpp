// SPDX-License-Identifier: GPL-3.0-or-later
#include "numbering.hpp"

#include <plex_tuner/lineup/lineup.hpp>

#include <algorithm>

namespace plex_tuner::lineup {

std::shared_ptr<const Lineup> Lineup::build(std::shared_ptr<const catalog::Catalog> catalog,
    const Options& options, NumberBook& book, WallTime now, Report* report) {
    auto lineup = std::make_shared<Lineup>();
    const auto live = catalog->live_channels();
    std::size_t count = live.size();
    if (options.max_channels >= 0) {
        count = std::min(count, static_cast<std::size_t>(options.max_channels));
    }

    std::vector<Candidate> candidates;
    candidates.reserve(count);
    for (const auto& source : live.first(count)) {
        candidates.push_back({.identity = source.channel_id,
            .name_key = name_key(source.tvg_id, source.guide_name),
            .wanted = source.guide_number});
    }
    std::size_t numbered_by_us = 0;
    auto numbers =
        assign_numbers(candidates, options.guide_number_offset, book, now, numbered_by_us);

    lineup->channels_.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& source = live[i];
        Channel& channel = lineup->channels_.emplace_back();
        channel.guide_number = std::move(numbers[i]);
        channel.guide_name = source.guide_name;
        channel.channel_id = source.channel_id;
        channel.tvg_id = source.tvg_id;
        channel.tvg_shift = source.tvg_shift;
        channel.logo = source.logo;
        channel.group = source.group_title;
        channel.radio = source.radio;
        channel.sources = source.sources;
    }

    lineup->by_number_.reserve(count);
    lineup->by_id_.reserve(count);
    for (std::size_t i = 0; i < lineup->channels_.size(); ++i) {
        lineup->by_number_.emplace(lineup->channels_[i].guide_number, i);
        lineup->by_id_.emplace(lineup->channels_[i].channel_id, i);
    }
    if (report != nullptr) {
        *report = {live.size(), live.size() - count, numbered_by_us};
    }
    lineup->catalog_ = std::move(catalog);
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
