// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "program_map.hpp"

#include <plex_tuner/ts/splicer.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// Sends PAT and PMT of the program that viewers see: once they have changed, and from time to time
/// for those who have not got them. Pure; not thread-safe.
class TableSender {
public:
    /// Both outlive it.
    TableSender(ProgramMap& map, PacketSink& sink) : map_(map), sink_(sink) {}

    /// The program has changed. If that shows in the tables, the new ones go out with the next
    /// media.
    void update() { due_ = map_.write() || due_; }

    /// The main stream stands at `time` (90 kHz).
    void on_time(std::int64_t time) noexcept;

    /// `bytes` of media are about to be sent: sends what is due before them.
    void before_media(std::size_t bytes);

    /// Sends the tables now. There must have been an update.
    void send();

private:
    ProgramMap& map_;
    PacketSink& sink_;
    bool due_ = false;
    std::optional<std::int64_t> sent_; ///< time of the main stream
    std::size_t bytes_since_ = 0;
    std::size_t pat_packets_ = 0; ///< sent so far: their counters
    std::size_t pmt_packets_ = 0;
    std::vector<std::uint8_t> packets_;
};

} // namespace plex_tuner::ts
