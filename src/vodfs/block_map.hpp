// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plex_tuner::vodfs {

/// What is kept of a file is kept in blocks of this size; the last one may be shorter.
inline constexpr std::uint64_t kBlockBytes = std::uint64_t{16} * 1024;

[[nodiscard]] constexpr std::uint64_t block_floor(std::uint64_t offset) noexcept {
    return offset - offset % kBlockBytes;
}

/// Which blocks of a file are there. Pure. Offsets are bytes of the file.
class BlockMap {
public:
    /// Block number `block` is there.
    void set(std::uint64_t block);
    void reset(std::uint64_t block);
    [[nodiscard]] bool has(std::uint64_t block) const noexcept;
    /// The first byte from `begin` on that is missing, at most `end`.
    [[nodiscard]] std::uint64_t first_missing(
        std::uint64_t begin, std::uint64_t end) const noexcept;
    /// The first byte from `begin` on that is there, at most `end`.
    [[nodiscard]] std::uint64_t first_present(
        std::uint64_t begin, std::uint64_t end) const noexcept;

    /// How many blocks are there.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// As bytes, for a file; the other way round.
    [[nodiscard]] std::string packed() const;
    [[nodiscard]] static BlockMap unpacked(std::string_view bytes);

private:
    std::vector<std::uint64_t> words_;
    std::uint64_t count_ = 0;
};

} // namespace plex_tuner::vodfs
