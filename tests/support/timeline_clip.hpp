// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/psi.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace plex_tuner::testing {

/// A clip as FFmpeg's muxer writes it, measured so that it can be played over and over: one
/// program, tables of one packet each. Immutable. Times are ticks of 27 MHz.
class TimelineClip {
public:
    /// Throws std::runtime_error when it is no such clip.
    explicit TimelineClip(std::string bytes);

    [[nodiscard]] std::size_t packets() const noexcept { return times_.size(); }

    [[nodiscard]] const std::uint8_t* packet(std::size_t index) const noexcept {
        return ts::bytes_of(bytes_).subspan(index * ts::kPacketSize).data();
    }

    /// When it is due, counted from the first PCR. The tables before a key frame are due with it.
    [[nodiscard]] std::int64_t time(std::size_t index) const noexcept { return times_[index]; }

    /// Tables and a key frame begin here: a place to cut.
    [[nodiscard]] bool join(std::size_t index) const noexcept { return joins_[index]; }

    /// What a repetition adds to all clocks, so that each stream's time stamps rise.
    [[nodiscard]] std::int64_t period() const noexcept { return period_; }

    [[nodiscard]] std::int64_t first_pcr() const noexcept { return first_pcr_; }

    [[nodiscard]] const ts::Pat& pat() const noexcept { return pat_; }

    [[nodiscard]] const ts::Pmt& pmt() const noexcept { return pmt_; }

    [[nodiscard]] std::uint16_t pmt_pid() const noexcept { return pat_.programs.front().pid; }

private:
    void read_tables();
    void measure_times();
    void find_joins();
    void measure_period();

    std::string bytes_;
    std::vector<std::int64_t> times_;
    std::vector<bool> joins_;
    std::int64_t period_ = 0;
    std::int64_t first_pcr_ = 0;
    ts::Pat pat_;
    ts::Pmt pmt_;
};

} // namespace plex_tuner::testing
