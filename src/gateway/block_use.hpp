// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace plex_tuner::gateway {

/// How much of what comes in blocks goes out again, into the ring. One packet in the ring keeps all
/// of its block, so blocks stay only where they are put to good use: not those of a multiplex of
/// which one program is played. Confined to a strand.
class BlockUse {
public:
    /// A block of `bytes` has come.
    void came(std::size_t bytes) noexcept {
        in_ += bytes - in_ / kBlocks;
        out_ -= out_ / kBlocks;
    }

    /// So much has gone out, tables and clocks included.
    void went(std::size_t bytes) noexcept { out_ += bytes; }

    /// Half of what has come of late, at least, went into the ring.
    [[nodiscard]] bool is_good() const noexcept { return in_ > 0 && out_ >= in_ / 2; }

private:
    /// Those that are looked at, about: a key frame goes out at its end, all at once.
    static constexpr std::size_t kBlocks = 64;

    std::size_t in_ = 0;
    std::size_t out_ = 0;
};

} // namespace plex_tuner::gateway
