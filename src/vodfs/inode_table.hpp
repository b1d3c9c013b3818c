// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "inode.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace plex_tuner::vodfs {

/// From inode number to node: twelve bytes a node and one look for most.
class InodeTable {
public:
    /// Room for `count` nodes, and no more.
    void reserve(std::size_t count);
    /// False when the number is taken.
    bool insert(Inode inode, NodeRef node);
    /// The place of a number will be looked at soon.
    void prefetch(Inode inode) const noexcept;
    [[nodiscard]] std::optional<NodeRef> find(Inode inode) const noexcept;

private:
    [[nodiscard]] std::size_t slot_of(Inode inode) const noexcept;

    std::vector<Inode> inodes_; ///< 0: free; a power of two of them
    std::vector<std::uint32_t> nodes_;
};

} // namespace plex_tuner::vodfs
