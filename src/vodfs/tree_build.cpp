// SPDX-License-Identifier: GPL-3.0-or-later
#include "names.hpp"
#include "node_time.hpp"
#include "tree.hpp"

#include <plex_tuner/base/hash.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <future>
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
    // Films and series know nothing of each other.
    auto shows_left_out =
        std::async(std::launch::async, [&tree = *tree, prefix = std::string_view(options.prefix)] {
            const std::size_t left_out = tree.add_shows();
            tree.name_rows(tree.shows_, tree.show_names_, prefix);
            return left_out;
        });
    const std::size_t films_left_out = tree->add_films();
    tree->name_rows(tree->films_, tree->film_names_, options.prefix);
    tree->counts_.left_out = films_left_out + shows_left_out.get();
    tree->add_inodes();
    return tree;
}

std::size_t Tree::add_films() {
    const auto records = catalog_->movies();
    std::size_t left_out = 0;
    films_.reserve(records.size());
    std::string key;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!is_file(records[i].stream_url)) {
            ++left_out;
            continue;
        }
        key.assign("movie:").append(records[i].id);
        films_.push_back({.inode = inode_of_key(key), .record = static_cast<std::uint32_t>(i)});
    }
    part(films_);
    counts_.films = films_.size();
    return left_out;
}

std::size_t Tree::add_shows() {
    const auto records = catalog_->series();
    std::size_t left_out = 0;
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
                ++(is_shown ? counts_.episodes : left_out);
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
    return left_out;
}

template <class Row>
void Tree::name_rows(std::vector<Row>& rows, Names& names, std::string_view prefix) {
    struct Named {
        std::uint64_t hash;
        std::uint32_t row;
    };

    std::vector<Named> order;
    order.reserve(rows.size());
    const auto keep = [&names](Row& row, std::string_view name) {
        row.name = static_cast<std::uint32_t>(names.text.size());
        row.name_bytes = static_cast<std::uint8_t>(name.size());
        names.text.append(name);
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
    std::vector<std::uint32_t>& index = names.index;
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

void Tree::add_inodes() {
    // A number goes to a place that is in no cache: while it comes from memory, the next ones are
    // made.
    constexpr std::size_t kUnderWay = 16;

    struct Waiting {
        NodeRef node;
        Inode inode = 0;
    };

    std::array<Waiting, kUnderWay> waiting{};
    std::size_t begun = 0;
    std::size_t inserted = 0;
    const auto insert_oldest = [&] {
        auto [node, inode] = waiting[inserted++ % kUnderWay];
        while (!inodes_.insert(inode, node)) {
            ++inode;
        }
        if (node.kind == Kind::film) {
            films_[node.position].inode = inode;
        } else if (node.kind == Kind::show) {
            shows_[node.position].inode = inode;
        }
    };
    const auto finish = [&] {
        while (inserted < begun) {
            insert_oldest();
        }
    };
    const auto add = [&](Kind kind, std::size_t position, Inode first_choice) {
        if (begun - inserted == kUnderWay) {
            insert_oldest();
        }
        inodes_.prefetch(first_choice);
        waiting[begun++ % kUnderWay] = {
            {.kind = kind, .position = static_cast<std::uint32_t>(position)}, first_choice};
    };
    inodes_.reserve(2 * films_.size() + shows_.size() + seasons_.size() + counts_.episodes);
    for (std::size_t i = 0; i < films_.size(); ++i) {
        add(Kind::film, i, films_[i].inode);
    }
    for (std::size_t i = 0; i < shows_.size(); ++i) {
        add(Kind::show, i, shows_[i].inode);
    }
    finish(); // what is below them is made of their numbers
    for (std::size_t i = 0; i < films_.size(); ++i) {
        add(Kind::film_file, i, inode_of_film_file(films_[i]));
    }
    for (std::size_t season = 0; season < seasons_.size(); ++season) {
        const catalog::Season& record = record_of_season(season);
        const Inode show = shows_[seasons_[season].show].inode;
        add(Kind::season, season, inode_of_season(show, record));
        for (std::size_t i = 0; i < record.episodes.size(); ++i) {
            if (is_file(record.episodes[i].stream_url)) {
                add(Kind::episode, seasons_[season].first_episode + i,
                    inode_of_episode(show, record, record.episodes[i]));
            }
        }
    }
    finish();
}

} // namespace plex_tuner::vodfs
