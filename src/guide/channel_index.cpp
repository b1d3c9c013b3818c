// SPDX-License-Identifier: GPL-3.0-or-later
#include "channel_index.hpp"

#include <plex_tuner/base/ascii.hpp>

#include <algorithm>

namespace plex_tuner::guide {

ChannelIndex::ChannelIndex(std::span<const std::string_view> ids) {
    for (std::uint32_t i = 0; i < ids.size(); ++i) {
        const std::string_view id = ascii::trim(ids[i]);
        if (id.empty()) {
            continue;
        }
        const auto [entry, added] =
            by_id_.try_emplace(id, static_cast<std::uint32_t>(groups_.size()));
        if (added) {
            by_folded_id_[ascii::lower(id)].groups.push_back(entry->second);
            groups_.emplace_back();
        }
        groups_[entry->second].channels.push_back(i);
    }
}

void ChannelIndex::begin_source() {
    last_valid_ = false;
    for (Group& group : groups_) {
        group.exact_declared = false;
        group.exact_used = false;
        group.bound.clear();
        group.bound_declared = false;
    }
    for (auto& [folded, spellings] : by_folded_id_) {
        spellings.declared.clear();
    }
}

void ChannelIndex::declare(std::string_view source_id) {
    source_id = ascii::trim(source_id);
    const auto folded = by_folded_id_.find(ascii::lower(source_id));
    if (folded == by_folded_id_.end()) {
        return;
    }
    last_valid_ = false;
    auto& declared = folded->second.declared;
    if (declared.size() < kMaxDeclared &&
        std::ranges::find(declared, source_id) == declared.end()) {
        declared.emplace_back(source_id);
    }
    if (Group* group = find_exact(source_id); group != nullptr) {
        group->exact_declared = true;
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
        group->exact_used = true;
        found_ = group->channels;
        return;
    }
    const auto folded = by_folded_id_.find(ascii::lower(source_id));
    if (folded == by_folded_id_.end()) {
        return;
    }
    const bool declared =
        std::ranges::find(folded->second.declared, source_id) != folded->second.declared.end();
    for (const std::uint32_t index : folded->second.groups) {
        Group& group = groups_[index];
        if (is_kept_out(group, source_id, declared)) {
            continue;
        }
        if (group.bound.empty()) {
            group.bound = source_id;
            group.bound_declared = declared;
        }
        found_.insert(found_.end(), group.channels.begin(), group.channels.end());
    }
}

/// Whether an id that is not the exact one is another channel than the group's.
bool ChannelIndex::is_kept_out(const Group& group, std::string_view source_id, bool declared) {
    if (group.exact_declared) {
        return declared;
    }
    if (group.exact_used) {
        return true;
    }
    const bool is_bound_elsewhere = !group.bound.empty() && group.bound != source_id;
    return is_bound_elsewhere && (declared || !group.bound_declared);
}

} // namespace plex_tuner::guide
