// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/hash.hpp>

#include <cstdint>
#include <string_view>

namespace plex_tuner::vodfs {

using Inode = std::uint64_t;

inline constexpr Inode kRootInode = 1; ///< FUSE_ROOT_ID
/// Positions of "." and ".." in a directory; no node has such a number.
inline constexpr Inode kDotPosition = 4;
inline constexpr Inode kDotDotPosition = 5;
inline constexpr Inode kMoviesInode = 8;
inline constexpr Inode kTvInode = 9;
/// Below are the numbers above.
inline constexpr Inode kFirstMadeInode = 16;
/// Inode numbers are positions in a directory, too: never negative.
inline constexpr Inode kInodeMask = 0x3fff'ffff'ffff'ffff;

/// The number of the node that `key` names, always the same.
[[nodiscard]] constexpr Inode inode_of_key(std::string_view key) noexcept {
    const Inode hash = Fnv1a().add("plexvod:").add(key).value() & kInodeMask;
    return hash < kFirstMadeInode ? hash + kFirstMadeInode : hash;
}

/// The number of a node below another one.
[[nodiscard]] constexpr Inode inode_below(
    Inode parent, std::int32_t number, std::string_view key) noexcept {
    Fnv1a hash;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        const char byte = static_cast<char>(parent >> shift);
        hash.add({&byte, 1});
    }
    for (unsigned shift = 0; shift < 32; shift += 8) {
        const char byte = static_cast<char>(static_cast<std::uint32_t>(number) >> shift);
        hash.add({&byte, 1});
    }
    const Inode inode = hash.add(key).value() & kInodeMask;
    return inode < kFirstMadeInode ? inode + kFirstMadeInode : inode;
}

/// What an inode number stands for: a kind and a position among its like.
struct NodeRef {
    enum class Kind : std::uint8_t { film, film_file, show, season, episode };
    static constexpr unsigned kPositionBits = 28;

    Kind kind = Kind::film;
    std::uint32_t position = 0;

    friend bool operator==(const NodeRef&, const NodeRef&) = default;
};

} // namespace plex_tuner::vodfs
