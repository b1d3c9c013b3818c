// SPDX-License-Identifier: GPL-3.0-or-later
#include "inode_table.hpp"

#include <bit>

namespace plex_tuner::vodfs {

namespace {

constexpr std::uint32_t kPositionMask = (1U << NodeRef::kPositionBits) - 1;

} // namespace

void InodeTable::reserve(std::size_t count) {
    const std::size_t slots = std::bit_ceil(count + count / 4 + 1);
    inodes_.assign(slots, 0);
    nodes_.assign(slots, 0);
}

std::size_t InodeTable::slot_of(Inode inode) const noexcept {
    const std::size_t mask = inodes_.size() - 1;
    // The low bits of the numbers are as good as random.
    std::size_t slot = static_cast<std::size_t>(inode) & mask;
    while (inodes_[slot] != 0 && inodes_[slot] != inode) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void InodeTable::prefetch(Inode inode) const noexcept {
    const std::size_t slot = static_cast<std::size_t>(inode) & (inodes_.size() - 1);
    __builtin_prefetch(&inodes_[slot], 1);
    __builtin_prefetch(&nodes_[slot], 1);
}

bool InodeTable::insert(Inode inode, NodeRef node) {
    const std::size_t slot = slot_of(inode);
    if (inodes_[slot] != 0) {
        return false;
    }
    inodes_[slot] = inode;
    nodes_[slot] = static_cast<std::uint32_t>(node.kind) << NodeRef::kPositionBits | node.position;
    return true;
}

std::optional<NodeRef> InodeTable::find(Inode inode) const noexcept {
    if (inode == 0 || inodes_.empty()) {
        return std::nullopt;
    }
    const std::size_t slot = slot_of(inode);
    if (inodes_[slot] == 0) {
        return std::nullopt;
    }
    return NodeRef{.kind = static_cast<NodeRef::Kind>(nodes_[slot] >> NodeRef::kPositionBits),
        .position = nodes_[slot] & kPositionMask};
}

} // namespace plex_tuner::vodfs
