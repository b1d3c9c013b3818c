// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet_run.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace plex_tuner::ts {

/// Packets of a stream that are kept for a while, in order, where they are. Pure; not thread-safe.
class KeptRuns {
public:
    void append(std::span<std::uint8_t> packets, const PacketMemory& memory);

    /// No more comes of `fed`. What is kept there is moved out if it is little: packets that come
    /// now and then would keep hundreds of times their size.
    void leave(const PacketRun& fed);

    /// Moves all of it out where most of the memory it keeps is something else.
    void let_go();

    void clear() noexcept;

    [[nodiscard]] std::span<const PacketRun> runs() const noexcept { return runs_; }

    [[nodiscard]] bool empty() const noexcept { return runs_.empty(); }

    /// Bytes of the packets.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Bytes of the memory that was left and is kept, with what else is there.
    [[nodiscard]] std::size_t kept() const noexcept { return kept_; }

private:
    void move_out(std::size_t from);

    std::vector<PacketRun> runs_;
    std::size_t size_ = 0;
    std::size_t left_ = 0; ///< those of runs_ in memory that was left
    std::size_t kept_ = 0;
};

} // namespace plex_tuner::ts
