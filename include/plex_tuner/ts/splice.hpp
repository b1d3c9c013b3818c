// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <vector>

namespace plex_tuner::ts {

/// What lies between the bytes before and after a join.
enum class Seam : std::uint8_t {
    continuous,    ///< next segment of the same stream: only the counters may start anew
    discontinuity, ///< other time base, program or a gap: viewers must be told
};

/// Joins pieces of transport streams into one with continuous counters. Within a piece the counter
/// steps are kept as they are (a loss stays visible, duplicates stay duplicates); at a join each
/// PID goes on where it stopped. After a discontinuity the first packet of each PID carries
/// discontinuity_indicator (ISO/IEC 13818-1 2.4.3.5): in its own adaptation field, or in an
/// adaptation-only packet put before it. Pure; not thread-safe.
class ContinuityRewriter {
public:
    ContinuityRewriter();

    /// Copies whole packets (a multiple of 188 bytes) to the end of `out`, rewritten; packets with
    /// the reserved adaptation control 00, with transport_error_indicator (no bit of theirs can be
    /// trusted, the counter included) and without sync byte are left out. `out` grows by at
    /// most packets.size() plus one packet per PID that passes a discontinuity.
    void append(Bytes packets, std::vector<std::uint8_t>& out);

    /// The next append begins a new piece.
    void seam(Seam kind) noexcept;

    /// Discontinuities announced so far (seams, not packets).
    [[nodiscard]] std::uint64_t discontinuities() const noexcept { return discontinuities_; }

    [[nodiscard]] std::uint64_t dropped_packets() const noexcept { return dropped_packets_; }

private:
    static constexpr std::uint8_t kNone = 0xFF;

    struct PidState {
        std::uint32_t piece = 0;   ///< piece_ when last seen
        std::uint8_t last = kNone; ///< counter last sent
        std::uint8_t shift = 0;    ///< added to incoming counters, mod 16
    };

    /// First packet of a PID in this piece: sets its shift and says whether a marker packet is due.
    [[nodiscard]] bool enter(PidState& state, std::uint8_t* packet) const noexcept;

    std::vector<PidState> pids_;
    std::uint32_t piece_ = 1;
    std::uint32_t marked_piece_ = 0; ///< PIDs not seen since this piece began are to be marked
    std::uint64_t discontinuities_ = 0;
    std::uint64_t dropped_packets_ = 0;
};

} // namespace plex_tuner::ts
