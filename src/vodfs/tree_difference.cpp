// SPDX-License-Identifier: GPL-3.0-or-later
#include "tree_difference.hpp"

#include "names.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace plex_tuner::vodfs {

TreeDifference::TreeDifference(const Tree& before, const Tree& after)
    : before_(before), after_(after) {
    compare_rows(before_.films_, after_.films_, kMoviesInode);
    compare_rows(before_.shows_, after_.shows_, kTvInode);
}

template <class Row>
void TreeDifference::compare_rows(
    const std::vector<Row>& before, const std::vector<Row>& after, Inode directory) {
    bool changed = false;
    const auto note = [&](std::string_view name) {
        names_.push_back({directory, std::string(name)});
        changed = true;
    };
    // Both are in the order of their inode numbers.
    auto was = before.begin();
    auto is = after.begin();
    while (was != before.end() || is != after.end()) {
        if (is == after.end() || (was != before.end() && was->inode < is->inode)) {
            note(before_.name_of(*was));
            note_title(directory, before_.name_of(*was), true);
            ++was;
            continue;
        }
        if (was == before.end() || is->inode < was->inode) {
            note(after_.name_of(*is));
            note_title(directory, after_.name_of(*is), false);
            ++is;
            continue;
        }
        if (before_.name_of(*was) != after_.name_of(*is)) {
            note(before_.name_of(*was));
            note(after_.name_of(*is));
            note_title(directory, before_.name_of(*was), true);
            note_title(directory, after_.name_of(*is), false);
        }
        compare_both(*was, *is);
        ++was;
        ++is;
    }
    if (changed) {
        directories_.push_back(directory);
    }
    if (changed || before_.changed_at_ != after_.changed_at_) {
        nodes_.push_back(directory);
    }
}

void TreeDifference::compare_both(const Tree::Film& before, const Tree::Film& after) {
    const Inode file = after_.inode_of({.kind = NodeRef::Kind::film_file,
        .position = static_cast<std::uint32_t>(&after - after_.films_.data())});
    std::string was = before_.file_name(before);
    std::string is = after_.file_name(after);
    if (was != is) {
        directories_.push_back(after.inode);
        names_.push_back({after.inode, std::move(was)});
        names_.push_back({after.inode, std::move(is)});
        if (before_.name_of(before) == after_.name_of(after)) {
            note_title(kMoviesInode, after_.name_of(after), false);
        }
    }
    if (before_.find(before.inode)->time != after_.find(after.inode)->time) {
        nodes_.push_back(after.inode);
        nodes_.push_back(file);
    }
}

void TreeDifference::compare_both(const Tree::Show& before, const Tree::Show& after) {
    const auto was = static_cast<std::size_t>(&before - before_.shows_.data());
    const auto is = static_cast<std::size_t>(&after - after_.shows_.data());
    const std::size_t seasons_before = before_.season_count(was);
    const std::size_t seasons_after = after_.season_count(is);
    bool same_seasons = seasons_before == seasons_after;
    bool same_episodes = before_.name_of(before) == after_.name_of(after);
    for (std::size_t i = 0; i < seasons_before && same_seasons; ++i) {
        const std::size_t one = before.first_season + i;
        const std::size_t other = after.first_season + i;
        same_seasons =
            before_.record_of_season(one).number == after_.record_of_season(other).number;
        same_episodes = same_episodes && are_same(one, other);
    }
    if (same_seasons && same_episodes) {
        return;
    }
    if (before_.name_of(before) == after_.name_of(after)) {
        note_title(kTvInode, after_.name_of(after), false);
    }
    nodes_.push_back(after.inode);
    compare_listings(after.inode);
    std::vector<Inode> seasons;
    after_.list(after.inode, 0, [&](const NamedNode& node) {
        seasons.push_back(node.info.inode);
        return true;
    });
    for (const Inode season : seasons) {
        if (before_.find(season)) {
            nodes_.push_back(season);
            compare_listings(season);
        }
    }
}

void TreeDifference::note_title(Inode directory, std::string_view name, bool is_gone) {
    std::string path(directory == kMoviesInode ? kMoviesName : kTvName);
    titles_.push_back({.directory = path.append("/").append(name), .is_gone = is_gone});
}

/// Names and the nodes behind them, of a directory that is in both.
void TreeDifference::compare_listings(Inode directory) {
    const auto listing = [directory](const Tree& tree) {
        std::map<std::string, NodeInfo> all;
        tree.list(directory, 0, [&](const NamedNode& node) {
            all.emplace(node.name, node.info);
            return true;
        });
        return all;
    };
    const auto was = listing(before_);
    const auto is = listing(after_);
    bool changed = false;
    const auto note = [&](const std::string& name) {
        names_.push_back({directory, name});
        changed = true;
    };
    for (const auto& [name, info] : was) {
        const auto found = is.find(name);
        if (found == is.end() || found->second.inode != info.inode) {
            note(name);
        } else if (!info.is_directory && found->second.time != info.time) {
            nodes_.push_back(info.inode);
        }
    }
    for (const auto& [name, info] : is) {
        if (!was.contains(name)) {
            note(name);
        }
    }
    if (changed) {
        directories_.push_back(directory);
    }
}

bool TreeDifference::are_same(std::size_t season_before, std::size_t season_after) const {
    const auto was = before_.record_of_season(season_before).episodes;
    const auto is = after_.record_of_season(season_after).episodes;
    return std::ranges::equal(was, is, [](const catalog::Episode& a, const catalog::Episode& b) {
        return a.id == b.id && a.episode_number == b.episode_number && a.title == b.title &&
               a.added == b.added && a.airdate == b.airdate &&
               extension_of(a.stream_url) == extension_of(b.stream_url) &&
               is_file(a.stream_url) == is_file(b.stream_url);
    });
}

} // namespace plex_tuner::vodfs
