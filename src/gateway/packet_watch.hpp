// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/ts/packet.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace plex_tuner::gateway {

/// One look at the header of every packet sent: lost packets, whether there is media at all (tables
/// and null packets are none), and how far the stream's clock runs ahead of ours. Confined to the
/// session's strand.
class PacketWatch {
public:
    PacketWatch() noexcept { counters_.fill(kUnknown); }

    /// Whole packets. `pcr_pid` and `pmt_pid` are kNullPid while unknown.
    void feed(ts::Bytes packets, std::uint16_t pcr_pid, std::uint16_t pmt_pid);

    /// Another time base follows.
    void seam() noexcept { last_pcr_.reset(); }

    /// Counter jumps that no discontinuity_indicator excuses.
    [[nodiscard]] std::uint64_t continuity_errors() const noexcept { return continuity_errors_; }

    /// Packets with payload of elementary streams.
    [[nodiscard]] std::uint64_t media_packets() const noexcept { return media_packets_; }

    /// How much more stream time than real time has passed since the first packet: above zero for a
    /// source that delivers faster than it plays. Zero without a program clock.
    [[nodiscard]] std::chrono::milliseconds ahead(SteadyTime now) const noexcept;

private:
    static constexpr std::uint8_t kUnknown = 0xff;
    /// Longer steps of the program clock are jumps and count as no time.
    static constexpr std::int64_t kMaxClockStep = 2 * ts::kPcrHz;

    void on_clock(std::int64_t pcr) noexcept;

    std::array<std::uint8_t, ts::kPidCount> counters_{};
    std::uint64_t continuity_errors_ = 0;
    std::uint64_t media_packets_ = 0;
    std::optional<std::int64_t> last_pcr_;
    std::int64_t stream_ticks_ = 0;
    std::optional<SteadyTime> began_;
};

} // namespace plex_tuner::gateway
