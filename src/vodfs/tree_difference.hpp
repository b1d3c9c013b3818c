// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tree.hpp"

#include <plex_tuner/vodfs/changed_title.hpp>

#include <string>
#include <vector>

namespace plex_tuner::vodfs {

/// A name in a directory that stands for another node now, or for none, or did not before.
struct ChangedName {
    Inode directory = 0;
    std::string name;
};

/// What a kernel that knows `before` must forget to see `after`.
class TreeDifference {
public:
    TreeDifference(const Tree& before, const Tree& after);

    [[nodiscard]] const std::vector<ChangedName>& names() const noexcept { return names_; }

    /// Films and series with other files or under another name; one that was renamed came and went.
    [[nodiscard]] const std::vector<ChangedTitle>& titles() const noexcept { return titles_; }

    /// Directories whose listing is another one; each once.
    [[nodiscard]] const std::vector<Inode>& directories() const noexcept { return directories_; }

    /// Nodes that are in both and whose stat is another one.
    [[nodiscard]] const std::vector<Inode>& nodes() const noexcept { return nodes_; }

private:
    template <class Row>
    void compare_rows(
        const std::vector<Row>& before, const std::vector<Row>& after, Inode directory);
    void compare_both(const Tree::Film& before, const Tree::Film& after);
    void compare_both(const Tree::Show& before, const Tree::Show& after);
    void compare_listings(Inode directory);
    void note_title(Inode directory, std::string_view name, bool is_gone);
    [[nodiscard]] bool are_same(std::size_t season_before, std::size_t season_after) const;

    const Tree& before_;
    const Tree& after_;
    std::vector<ChangedName> names_;
    std::vector<ChangedTitle> titles_;
    std::vector<Inode> directories_;
    std::vector<Inode> nodes_;
};

} // namespace plex_tuner::vodfs
