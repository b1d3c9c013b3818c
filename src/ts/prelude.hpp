// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "kept_runs.hpp"

#include <plex_tuner/ts/clock_fields.hpp>
#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/packet_run.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// The first packets of a stream, kept until it is clear how it has to be announced: players take
/// the first PMT they see for good. Bounded in media time and bytes. Pure; not thread-safe.
class Prelude {
public:
    void begin() noexcept { open_ = true; }

    /// Packets are to be kept.
    [[nodiscard]] bool is_open() const noexcept { return open_; }

    [[nodiscard]] bool is_empty() const noexcept { return runs_.empty(); }

    void add(MutablePacket packet, const PacketMemory& memory);

    /// No more comes of `fed`, of which add() was given packets.
    void leave(const PacketRun& fed) { runs_.leave(fed); }

    /// Bytes of memory that is kept, with what else is there.
    [[nodiscard]] std::size_t kept() const noexcept { return runs_.kept(); }

    /// Moves all of it out where most of what is kept is something else.
    void let_go() { runs_.let_go(); }

    /// So much is kept that viewers should wait no longer.
    [[nodiscard]] bool is_long() const noexcept { return long_; }

    /// What is kept is long enough, for there is no time.
    void cut_short() noexcept { long_ = open_; }

    /// Ends it: the packets, in order.
    [[nodiscard]] KeptRuns take();

private:
    bool open_ = false;
    bool long_ = false;
    KeptRuns runs_;
    std::uint16_t timed_pid_ = kNullPid;     ///< whose times are looked at
    std::optional<std::int64_t> first_time_; ///< 90 kHz
};

} // namespace plex_tuner::ts
