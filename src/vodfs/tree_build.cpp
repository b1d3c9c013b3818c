// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.hpp"
#include "node_time.hpp"
#include "tree.hpp"

#include <plex_tuner/base/hash.hpp>

#include <algorithm>
#include <bit>
#include <limits>
#include <string>
#include <tuple>
#include <utility>

namespace plex_tuner::vodfs {

namespace {

using Kind = NodeRef::Kind;

/// What decides which of several records of one name has it: the oldest, which is the one that was
/// there first. Ids of a panel grow: the shorter number is the older one.
[[nodiscard]] auto age_of(std::uint32_t added, std::string_view id) {
    return std::tuple(
        added == 0 ? std::numeric_limits<std::uint32_t>::max() : added, id.size(), id);
}

[[nodiscard]] auto age_of(const catalog::Movie& film) {
    return age_of(film.added, film.id);
}

[[nodiscard]] auto age_of(const catalog::Series& series) {
    return age_of(0, series.id);
}

[[nodiscard]] std::uint64_t hash_of(std::int32_t season, const catalog::Episode& episode) {
    return Fnv1a()
        .add(std::to_string(season))
        .add({"\0", 1})
        .add(std::to_string(episode.episode_number))
        .add({"\0", 1})
        .add(episode.id)
        .add({"\0", 1})
        .add(episode.title)
        .value();
}

/// Gives rows of one inode number, which stand together, different ones.
template <class Row>
void part(std::vector<Row>& rows) {
    std::ranges::sort(rows, [](const Row& a, const Row& b) {
        return std::tie(a.inode, a.record) < std::tie(b.inode, b.record);
    });
    for (std::size_t i = 1; i < rows.size(); ++i) {
        rows[i].inode = std::max(rows[i].inode, rows[i - 1].inode + 1);
    }
}

} // namespace

std::shared_ptr<const Tree> Tree::build(
    std::shared_ptr<const catalog::Catalog> catalog, const TreeOptions& options) {
    std::shared_ptr<Tree> tree(new Tree());
    tree->catalog_ = std::move(catalog);
    tree->changed_at_ = options.changed_at;
    tree->add_films();
    tree->add_shows();
    tree->name_rows(tree->films_, tree->film_names_, options.prefix);
    tree->name_rows(tree->shows_, tree->show_names_, options.prefix);
    tree->names_.shrink_to_fit();
    tree->add_inodes();
    return tree;
}

void Tree::add_films() {
    const auto records = catalog_->movies();
    films_.reserve(records.size());
    std::string key;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!is_file(records[i].stream_url)) {
            ++counts_.left_out;
            continue;
        }
        key.assign("movie:").append(records[i].id);
        films_.push_back({.inode = inode_of_key(key), .record = static_cast<std::uint32_t>(i)});
    }
    part(films_);
    counts_.films = films_.size();
}

void Tree::add_shows() {
    const auto records = catalog_->series();
    shows_.reserve(records.size());
    std::string key;
    for (std::size_t i = 0; i < records.size(); ++i) {
        key.assign("series:").append(records[i].id);
        shows_.push_back({.inode = inode_of_key(key), .record = static_cast<std::uint32_t>(i)});
    }
    part(shows_);
    counts_.series = shows_.size();
    for (std::size_t i = 0; i < shows_.size(); ++i) {
        Show& show = shows_[i];
        const catalog::Series& record = records[show.record];
        show.first_season = static_cast<std::uint32_t>(seasons_.size());
        std::uint64_t contents = 0;
        for (const catalog::Season& season : record.seasons) {
            Season& row = seasons_.emplace_back();
            row.show = static_cast<std::uint32_t>(i);
            row.first_episode = static_cast<std::uint32_t>(episode_positions_);
            std::uint64_t in_season = 0; // the same whatever the order
            for (const catalog::Episode& episode : season.episodes) {
                row.time = std::max(row.time, time_of(episode, record.year));
                const bool is_shown = is_file(episode.stream_url);
                ++(is_shown ? counts_.episodes : counts_.left_out);
                in_season += is_shown ? hash_of(season.number, episode) : 0;
            }
            show.time = std::max(show.time, row.time);
            contents += in_season;
            row.time = time_of_contents(row.time == 0 ? kUnknownTime : row.time, in_season);
            episode_positions_ += season.episodes.size();
        }
        show.time = time_of_contents(show.time == 0 ? kUnknownTime : show.time, contents);
    }
    seasons_.shrink_to_fit();
}

template <class Row>
void Tree::name_rows(std::vector<Row>& rows, NameIndex& index, std::string_view prefix) {
    struct Named {
        std::uint64_t hash;
        std::uint32_t row;
    };

    std::vector<Named> order;
    order.reserve(rows.size());
    const auto keep = [this](Row& row, std::string_view name) {
        row.name = static_cast<std::uint32_t>(names_.size());
        row.name_bytes = static_cast<std::uint8_t>(name.size());
        names_.append(name);
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& record = record_of(rows[i]);
        const std::string name = dated_name(prefix, record.title, record.year);
        order.push_back({folded_hash(name), static_cast<std::uint32_t>(i)});
        keep(rows[i], name);
    }
    std::ranges::sort(order, [&](const Named& a, const Named& b) {
        return a.hash != b.hash ? a.hash < b.hash
                                : age_of(record_of(rows[a.row])) < age_of(record_of(rows[b.row]));
    });
    index.assign(std::bit_ceil(rows.size() + rows.size() / 2 + 1), 0);
    const std::size_t mask = index.size() - 1;
    const auto try_insert = [&](const Named& named) {
        const std::string_view name = name_of(rows[named.row]);
        std::size_t slot = named.hash & mask;
        for (; index[slot] != 0; slot = (slot + 1) & mask) {
            if (folded_equal(name_of(rows[index[slot] - 1]), name)) {
                return false;
            }
        }
        index[slot] = named.row + 1;
        return true;
    };
    // Those with the name first: what is marked must not take it from one of that very name.
    std::vector<std::uint32_t> doubles;
    for (const Named& named : order) {
        if (!try_insert(named)) {
            doubles.push_back(named.row);
        }
    }
    for (const std::uint32_t row : doubles) {
        const std::string plain(name_of(rows[row]));
        const std::string id(record_of(rows[row]).id);
        for (int attempt = 1;; ++attempt) {
            const std::string mark =
                mark_of(attempt == 1 ? id : id + "-" + std::to_string(attempt));
            const std::string marked = marked_name(plain, mark);
            keep(rows[row], marked);
            if (try_insert({folded_hash(marked), row})) {
                if constexpr (std::is_same_v<Row, Film>) {
                    rows[row].mark_bytes = static_cast<std::uint8_t>(mark.size());
                }
                break;
            }
        }
    }
}

Inode Tree::insert(NodeRef node) {
    Inode inode = first_choice(node);
    while (!inodes_.insert(inode, node)) {
        ++inode;
    }
    return inode;
}

void Tree::add_inodes() {
    inodes_.reserve(2 * films_.size() + shows_.size() + seasons_.size() + counts_.episodes);
    const auto add = [this](Kind kind, std::size_t position) {
        return insert({.kind = kind, .position = static_cast<std::uint32_t>(position)});
    };
    for (std::size_t i = 0; i < films_.size(); ++i) {
        films_[i].inode = add(Kind::film, i);
    }
    for (std::size_t i = 0; i < shows_.size(); ++i) {
        shows_[i].inode = add(Kind::show, i);
    }
    for (std::size_t i = 0; i < films_.size(); ++i) {
        add(Kind::film_file, i);
    }
    for (std::size_t season = 0; season < seasons_.size(); ++season) {
        add(Kind::season, season);
        const auto episodes = record_of_season(season).episodes;
        for (std::size_t i = 0; i < episodes.size(); ++i) {
            if (is_file(episodes[i].stream_url)) {
                add(Kind::episode, seasons_[season].first_episode + i);
            }
        }
    }
}

} // namespace plex_tuner::vodfs
