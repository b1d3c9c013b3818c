// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inode.hpp"
#include "inode_table.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/catalog/catalog.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::vodfs {

/// The directories of the root.
inline constexpr std::string_view kMoviesName = "Movies";
inline constexpr std::string_view kTvName = "TV";

struct TreeOptions {
    std::string prefix;    ///< before the names of films and series; without '/'
    WallTime changed_at{}; ///< of Movies and TV: when the catalog last changed
};

/// What stat says of a node, but for the size of a file.
struct NodeInfo {
    Inode inode = 0;
    bool is_directory = false;
    std::uint32_t links = 1;
    WallTime time{}; ///< when the provider got it; the same at every mount
};

struct NamedNode {
    std::string_view name;
    NodeInfo info;
};

/// Where the bytes of a file are.
struct FileAddress {
    std::string url;
    std::string name;    ///< of the file, for the log
    bool is_hls = false; ///< of a playlist: the file is made of its segments
};

struct TreeCounts {
    std::size_t films = 0;
    std::size_t series = 0;
    std::size_t episodes = 0;
    std::size_t left_out = 0; ///< without an address, or DASH
};

/// The file system of one catalog: /Movies/<film>/<file>, /TV/<series>/Season NN/<file>. Immutable,
/// any thread. Nodes are known by inode numbers made of what they are (kind and ids), so that they
/// are the same in the tree of the next catalog and at the next mount.
///
/// Of two films (or series) of one name the older one has it, the others have their id in theirs.
class Tree {
public:
    /// Keeps the catalog.
    [[nodiscard]] static std::shared_ptr<const Tree> build(
        std::shared_ptr<const catalog::Catalog> catalog, const TreeOptions& options);

    [[nodiscard]] std::optional<NodeInfo> find(Inode inode) const;
    [[nodiscard]] std::optional<NodeInfo> child(Inode directory, std::string_view name) const;
    /// Of a directory that exists.
    [[nodiscard]] Inode parent(Inode directory) const;
    /// The entries of a directory whose inode numbers are greater than `after`, in that order,
    /// until `entry` returns false. An order that other entries coming and going does not disturb.
    /// False when there is no such directory.
    bool list(
        Inode directory, Inode after, const std::function<bool(const NamedNode&)>& entry) const;
    /// None: there is no such file.
    [[nodiscard]] std::optional<FileAddress> address(Inode file) const;
    /// All files, until `file` returns false.
    void for_each_file(const std::function<bool(Inode)>& file) const;

    [[nodiscard]] const TreeCounts& counts() const noexcept { return counts_; }

private:
    friend class TreeDifference;

    struct Film {
        Inode inode = 0;          ///< of the directory
        std::uint32_t record = 0; ///< in the catalog
        std::uint32_t name = 0;   ///< where it begins in the text of film_names_
        std::uint8_t name_bytes = 0;
        std::uint8_t mark_bytes = 0; ///< " [id]" at its end, which the file has not
    };

    struct Show {
        Inode inode = 0;
        std::uint32_t record = 0;
        std::uint32_t name = 0;
        std::uint8_t name_bytes = 0;
        std::uint32_t first_season = 0;
        std::uint32_t time = 0;
    };

    struct Season {
        std::uint32_t show = 0;
        std::uint32_t first_episode = 0; ///< counted over all series
        std::uint32_t time = 0;
    };

    /// The names of films (or series), one behind the other, and who has them.
    struct Names {
        std::string text;
        /// By hash: position + 1, or 0 where none is; a power of two of them.
        std::vector<std::uint32_t> index;
    };

    /// A name of an episode and which one has it.
    struct ListedEpisode {
        std::string name;
        std::size_t episode = 0;
        Inode inode = 0;
    };

    Tree() = default;
    /// Both return how many they left out.
    [[nodiscard]] std::size_t add_films();
    [[nodiscard]] std::size_t add_shows();
    void add_inodes();
    template <class Row>
    void name_rows(std::vector<Row>& rows, Names& names, std::string_view prefix);
    template <class Row>
    [[nodiscard]] const Row* row_named(
        const std::vector<Row>& rows, const Names& names, std::string_view name) const;
    template <class Row>
    bool list_rows(const std::vector<Row>& rows, NodeRef::Kind kind, Inode after,
        const std::function<bool(const NamedNode&)>& entry) const;

    template <class Row>
    [[nodiscard]] static std::string_view name_in(const Names& names, const Row& row) {
        return std::string_view(names.text).substr(row.name, row.name_bytes);
    }

    [[nodiscard]] std::string_view name_of(const Film& film) const {
        return name_in(film_names_, film);
    }

    [[nodiscard]] std::string_view name_of(const Show& show) const {
        return name_in(show_names_, show);
    }

    [[nodiscard]] const catalog::Movie& record_of(const Film& film) const;
    [[nodiscard]] const catalog::Series& record_of(const Show& show) const;
    [[nodiscard]] std::size_t season_count(std::size_t show) const;
    [[nodiscard]] const catalog::Season& record_of_season(std::size_t season) const;
    [[nodiscard]] std::size_t season_of_episode(std::size_t episode) const;

    [[nodiscard]] std::string file_name(const Film& film) const;
    [[nodiscard]] std::string directory_name(std::size_t season) const;
    [[nodiscard]] std::string episode_file_name(std::size_t season, std::size_t episode) const;
    [[nodiscard]] std::vector<ListedEpisode> listing_of(std::size_t season) const;
    [[nodiscard]] std::optional<NodeRef> episode_named(
        std::size_t season, std::string_view name) const;

    [[nodiscard]] NodeInfo info_of(Inode inode, NodeRef node) const;
    [[nodiscard]] Inode inode_of(NodeRef node) const;
    /// The numbers nodes have unless another one has them already.
    [[nodiscard]] Inode first_choice(NodeRef node) const;
    [[nodiscard]] static Inode inode_of_film_file(const Film& film);
    [[nodiscard]] static Inode inode_of_season(Inode show, const catalog::Season& season);
    [[nodiscard]] static Inode inode_of_episode(
        Inode show, const catalog::Season& season, const catalog::Episode& episode);

    std::shared_ptr<const catalog::Catalog> catalog_;
    WallTime changed_at_{};
    std::vector<Film> films_;     ///< by inode
    std::vector<Show> shows_;     ///< by inode
    std::vector<Season> seasons_; ///< those of a show together
    Names film_names_;
    Names show_names_;
    std::size_t episode_positions_ = 0; ///< episodes that are no files count
    InodeTable inodes_;
    TreeCounts counts_;
};

} // namespace plex_tuner::vodfs
