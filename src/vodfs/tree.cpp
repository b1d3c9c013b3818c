// SPDX-License-Identifier: GPL-3.0-or-later
#include "tree.hpp"

#include "names.hpp"
#include "node_time.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace plex_tuner::vodfs {

namespace {

using Kind = NodeRef::Kind;

[[nodiscard]] WallTime wall(std::uint32_t seconds) {
    return WallTime(std::chrono::seconds(seconds));
}

[[nodiscard]] std::uint32_t narrow(std::size_t value) {
    return static_cast<std::uint32_t>(value);
}

} // namespace

std::optional<NodeInfo> Tree::find(Inode inode) const {
    switch (inode) {
    case kRootInode:
        return NodeInfo{.inode = inode, .is_directory = true, .links = 4, .time = changed_at_};
    case kMoviesInode:
        return NodeInfo{.inode = inode,
            .is_directory = true,
            .links = narrow(films_.size() + 2),
            .time = changed_at_};
    case kTvInode:
        return NodeInfo{.inode = inode,
            .is_directory = true,
            .links = narrow(shows_.size() + 2),
            .time = changed_at_};
    default:
        break;
    }
    const auto node = inodes_.find(inode);
    return node ? std::optional(info_of(inode, *node)) : std::nullopt;
}

NodeInfo Tree::info_of(Inode inode, NodeRef node) const {
    NodeInfo info{.inode = inode, .is_directory = true, .links = 2, .time = {}};
    switch (node.kind) {
    case Kind::film:
    case Kind::film_file:
        info.time = wall(time_of(record_of(films_[node.position])));
        break;
    case Kind::show:
        info.time = wall(shows_[node.position].time);
        info.links = narrow(season_count(node.position) + 2);
        break;
    case Kind::season:
        info.time = wall(seasons_[node.position].time);
        break;
    case Kind::episode: {
        const std::size_t season = season_of_episode(node.position);
        const std::size_t place = node.position - seasons_[season].first_episode;
        info.time = wall(time_of(record_of_season(season).episodes[place],
            record_of(shows_[seasons_[season].show]).year));
        break;
    }
    }
    if (node.kind == Kind::film_file || node.kind == Kind::episode) {
        info.is_directory = false;
        info.links = 1;
    }
    return info;
}

const catalog::Movie& Tree::record_of(const Film& film) const {
    return catalog_->movies()[film.record];
}

const catalog::Series& Tree::record_of(const Show& show) const {
    return catalog_->series()[show.record];
}

std::size_t Tree::season_count(std::size_t show) const {
    const std::size_t end =
        show + 1 < shows_.size() ? shows_[show + 1].first_season : seasons_.size();
    return end - shows_[show].first_season;
}

const catalog::Season& Tree::record_of_season(std::size_t season) const {
    const Show& show = shows_[seasons_[season].show];
    return record_of(show).seasons[season - show.first_season];
}

std::size_t Tree::season_of_episode(std::size_t episode) const {
    // The last one that does not begin behind it; seasons without episodes begin where the next
    // does.
    const auto behind =
        std::ranges::upper_bound(seasons_, narrow(episode), {}, &Season::first_episode);
    return static_cast<std::size_t>(behind - seasons_.begin()) - 1;
}

Inode Tree::first_choice(NodeRef node) const {
    switch (node.kind) {
    case Kind::film:
        return films_[node.position].inode;
    case Kind::show:
        return shows_[node.position].inode;
    case Kind::film_file:
        return inode_of_film_file(films_[node.position]);
    case Kind::season:
        return inode_of_season(
            shows_[seasons_[node.position].show].inode, record_of_season(node.position));
    case Kind::episode: {
        const std::size_t season = season_of_episode(node.position);
        const catalog::Season& record = record_of_season(season);
        return inode_of_episode(shows_[seasons_[season].show].inode, record,
            record.episodes[node.position - seasons_[season].first_episode]);
    }
    }
    return 0;
}

Inode Tree::inode_of_film_file(const Film& film) {
    return inode_below(film.inode, 0, "file");
}

Inode Tree::inode_of_season(Inode show, const catalog::Season& season) {
    return inode_below(show, season.number, "season");
}

Inode Tree::inode_of_episode(
    Inode show, const catalog::Season& season, const catalog::Episode& episode) {
    return episode.id.empty() ? inode_below(show, episode.episode_number, "nameless")
                              : inode_below(show, season.number, episode.id);
}

Inode Tree::inode_of(NodeRef node) const {
    Inode inode = first_choice(node);
    while (inodes_.find(inode) != node) {
        ++inode;
    }
    return inode;
}

std::optional<NodeInfo> Tree::child(Inode directory, std::string_view name) const {
    switch (directory) {
    case kRootInode:
        return name == kMoviesName ? find(kMoviesInode)
               : name == kTvName   ? find(kTvInode)
                                   : std::nullopt;
    case kMoviesInode: {
        const Film* film = row_named(films_, film_names_, name);
        return film == nullptr ? std::nullopt : find(film->inode);
    }
    case kTvInode: {
        const Show* show = row_named(shows_, show_names_, name);
        return show == nullptr ? std::nullopt : find(show->inode);
    }
    default:
        break;
    }
    const auto node = inodes_.find(directory);
    std::optional<NodeRef> found;
    if (node && node->kind == Kind::film && file_name(films_[node->position]) == name) {
        found = NodeRef{.kind = Kind::film_file, .position = node->position};
    } else if (node && node->kind == Kind::show) {
        const std::size_t first = shows_[node->position].first_season;
        for (std::size_t i = first; i < first + season_count(node->position) && !found; ++i) {
            if (directory_name(i) == name) {
                found = NodeRef{.kind = Kind::season, .position = narrow(i)};
            }
        }
    } else if (node && node->kind == Kind::season) {
        found = episode_named(node->position, name);
    }
    return found ? std::optional(info_of(inode_of(*found), *found)) : std::nullopt;
}

template <class Row>
const Row* Tree::row_named(
    const std::vector<Row>& rows, const Names& names, std::string_view name) const {
    const std::vector<std::uint32_t>& index = names.index;
    if (index.empty()) {
        return nullptr;
    }
    const std::size_t mask = index.size() - 1;
    for (std::size_t slot = folded_hash(name) & mask; index[slot] != 0; slot = (slot + 1) & mask) {
        const Row& row = rows[index[slot] - 1];
        if (name_in(names, row) == name) {
            return &row;
        }
    }
    return nullptr;
}

Inode Tree::parent(Inode directory) const {
    const auto node = inodes_.find(directory);
    if (!node) {
        return kRootInode;
    }
    switch (node->kind) {
    case Kind::film:
        return kMoviesInode;
    case Kind::season:
        return shows_[seasons_[node->position].show].inode;
    default:
        return kTvInode;
    }
}

template <class Row>
bool Tree::list_rows(const std::vector<Row>& rows, Kind kind, Inode after,
    const std::function<bool(const NamedNode&)>& entry) const {
    for (auto row = std::ranges::upper_bound(rows, after, {}, &Row::inode); row != rows.end();
        ++row) {
        const NodeRef node{
            .kind = kind, .position = narrow(static_cast<std::size_t>(row - rows.begin()))};
        if (!entry({.name = name_of(*row), .info = info_of(row->inode, node)})) {
            break;
        }
    }
    return true;
}

bool Tree::list(
    Inode directory, Inode after, const std::function<bool(const NamedNode&)>& entry) const {
    if (directory == kRootInode) {
        if (after < kMoviesInode && !entry({kMoviesName, *find(kMoviesInode)})) {
            return true;
        }
        if (after < kTvInode) {
            entry({kTvName, *find(kTvInode)});
        }
        return true;
    }
    if (directory == kMoviesInode) {
        return list_rows(films_, Kind::film, after, entry);
    }
    if (directory == kTvInode) {
        return list_rows(shows_, Kind::show, after, entry);
    }
    const auto node = inodes_.find(directory);
    if (!node) {
        return false;
    }
    if (node->kind == Kind::film) {
        const NodeRef file{.kind = Kind::film_file, .position = node->position};
        if (const Inode inode = inode_of(file); inode > after) {
            entry({file_name(films_[node->position]), info_of(inode, file)});
        }
        return true;
    }
    if (node->kind == Kind::season) {
        for (const ListedEpisode& one : listing_of(node->position)) {
            const NodeRef file{.kind = Kind::episode, .position = narrow(one.episode)};
            if (one.inode > after && !entry({one.name, info_of(one.inode, file)})) {
                break;
            }
        }
        return true;
    }
    if (node->kind != Kind::show) {
        return false;
    }
    std::vector<std::pair<Inode, std::size_t>> seasons;
    const std::size_t first = shows_[node->position].first_season;
    for (std::size_t i = first; i < first + season_count(node->position); ++i) {
        seasons.emplace_back(inode_of({.kind = Kind::season, .position = narrow(i)}), i);
    }
    std::ranges::sort(seasons);
    for (const auto& [inode, season] : seasons) {
        const NodeRef ref{.kind = Kind::season, .position = narrow(season)};
        if (inode > after && !entry({directory_name(season), info_of(inode, ref)})) {
            break;
        }
    }
    return true;
}

std::string Tree::file_name(const Film& film) const {
    std::string name(name_of(film).substr(0, std::size_t{film.name_bytes} - film.mark_bytes));
    return name.append(extension_of(record_of(film).stream_url));
}

std::string Tree::directory_name(std::size_t season) const {
    const std::size_t first = shows_[seasons_[season].show].first_season;
    const std::int32_t number = record_of_season(season).number;
    int earlier = 0;
    for (std::size_t i = first; i < season; ++i) {
        earlier += record_of_season(i).number == number ? 1 : 0;
    }
    return earlier == 0 ? season_name(number)
                        : season_name(number) + " (" + std::to_string(earlier + 1) + ")";
}

std::string Tree::episode_file_name(std::size_t season, std::size_t episode) const {
    const catalog::Season& record = record_of_season(season);
    const std::string_view show = name_of(shows_[seasons_[season].show]);
    const auto plain = [&](const catalog::Episode& one, std::string_view mark) {
        return episode_name(
            show, record.number, one.episode_number, one.title, mark, extension_of(one.stream_url));
    };
    const std::size_t place = episode - seasons_[season].first_episode;
    const catalog::Episode& wanted = record.episodes[place];
    std::string name = plain(wanted, {});
    std::size_t earlier = 0;
    for (const catalog::Episode& one : record.episodes.first(place)) {
        // Names with different numbers differ.
        if (one.episode_number == wanted.episode_number && folded_equal(plain(one, {}), name)) {
            ++earlier;
        }
    }
    if (earlier == 0) {
        return name;
    }
    const std::string id = wanted.id.empty() ? std::to_string(earlier + 1) : std::string(wanted.id);
    return plain(wanted, mark_of(id));
}

std::vector<Tree::ListedEpisode> Tree::listing_of(std::size_t season) const {
    const std::size_t first = seasons_[season].first_episode;
    const std::size_t count = record_of_season(season).episodes.size();
    std::vector<ListedEpisode> all;
    all.reserve(count);
    std::set<std::string> names;
    for (std::size_t i = first; i < first + count; ++i) {
        if (!is_file(record_of_season(season).episodes[i - first].stream_url)) {
            continue;
        }
        std::string name = episode_file_name(season, i);
        // Twice the same id under one number: there is no telling them apart.
        if (names.insert(name).second) {
            all.push_back(
                {std::move(name), i, inode_of({.kind = Kind::episode, .position = narrow(i)})});
        }
    }
    std::ranges::sort(all, {}, &ListedEpisode::inode);
    return all;
}

std::optional<NodeRef> Tree::episode_named(std::size_t season, std::string_view name) const {
    const catalog::Season& record = record_of_season(season);
    for (std::size_t i = 0; i < record.episodes.size(); ++i) {
        if (!is_file(record.episodes[i].stream_url)) {
            continue;
        }
        const std::size_t episode = seasons_[season].first_episode + i;
        // The number is the cheap part of a name.
        const std::string code =
            episode_name("", record.number, record.episodes[i].episode_number, {}, {}, {});
        if (name.contains(code) && episode_file_name(season, episode) == name) {
            return NodeRef{.kind = Kind::episode, .position = narrow(episode)};
        }
    }
    return std::nullopt;
}

std::optional<FileAddress> Tree::address(Inode file) const {
    const auto node = inodes_.find(file);
    if (!node) {
        return std::nullopt;
    }
    if (node->kind == Kind::film_file) {
        const Film& film = films_[node->position];
        const catalog::StreamAddress& address = record_of(film).stream_url;
        return FileAddress{
            .url = address.str(), .name = file_name(film), .is_hls = is_hls(address)};
    }
    if (node->kind == Kind::episode) {
        const std::size_t season = season_of_episode(node->position);
        const catalog::Episode& episode =
            record_of_season(season).episodes[node->position - seasons_[season].first_episode];
        return FileAddress{.url = episode.stream_url.str(),
            .name = episode_file_name(season, node->position),
            .is_hls = is_hls(episode.stream_url)};
    }
    return std::nullopt;
}

void Tree::for_each_file(const std::function<bool(Inode)>& file) const {
    for (std::size_t i = 0; i < films_.size(); ++i) {
        if (!file(inode_of({.kind = Kind::film_file, .position = narrow(i)}))) {
            return;
        }
    }
    for (std::size_t season = 0; season < seasons_.size(); ++season) {
        const auto episodes = record_of_season(season).episodes;
        for (std::size_t i = 0; i < episodes.size(); ++i) {
            const NodeRef node{
                .kind = Kind::episode, .position = narrow(seasons_[season].first_episode + i)};
            if (is_file(episodes[i].stream_url) && !file(inode_of(node))) {
                return;
            }
        }
    }
}

} // namespace plex_tuner::vodfs
