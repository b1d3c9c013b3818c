// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_index.hpp"

#include <plex_tuner/base/ascii.hpp>

namespace plex_tuner::guide {

ChannelIndex::ChannelIndex(const std::vector<GuideChannel>& channels) {
    for (std::uint32_t i = 0; i < channels.size(); ++i) {
        const std::string_view id = ascii::trim(channels[i].tvg_id);
        if (id.empty()) {
            continue;
        }
        const auto [entry, added] =
            by_id_.try_emplace(id, static_cast<std::uint32_t>(groups_.size()));
        if (added) {
            by_folded_id_[ascii::lower(id)].push_back(entry->second);
            groups_.emplace_back();
        }
        groups_[entry->second].channels.push_back(i);
    }
}

void ChannelIndex::begin_source() {
    last_valid_ = false;
    for (Group& group : groups_) {
        group.exact_seen = false;
        group.bound.clear();
    }
}

void ChannelIndex::declare(std::string_view source_id) {
    if (Group* group = find_exact(ascii::trim(source_id)); group != nullptr) {
        group->exact_seen = true;
        last_valid_ = false;
    }
}

std::span<const std::uint32_t> ChannelIndex::find(std::string_view source_id) {
    if (!last_valid_ || source_id != last_id_) {
        last_id_ = source_id;
        last_valid_ = true;
        found_.clear();
        resolve(ascii::trim(source_id));
    }
    return found_;
}

ChannelIndex::Group* ChannelIndex::find_exact(std::string_view source_id) {
    const auto entry = by_id_.find(source_id);
    return entry == by_id_.end() ? nullptr : &groups_[entry->second];
}

void ChannelIndex::resolve(std::string_view source_id) {
    if (Group* group = find_exact(source_id); group != nullptr) {
        group->exact_seen = true;
        found_ = group->channels;
        return;
    }
    const auto folded = by_folded_id_.find(ascii::lower(source_id));
    if (folded == by_folded_id_.end()) {
        return;
    }
    for (const std::uint32_t index : folded->second) {
        Group& group = groups_[index];
        if (group.exact_seen || (!group.bound.empty() && group.bound != source_id)) {
            continue;
        }
        group.bound = source_id;
        found_.insert(found_.end(), group.channels.begin(), group.channels.end());
    }
}

} // namespace plex_tuner::guide
