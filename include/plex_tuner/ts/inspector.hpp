// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/packet.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// A clock seen in a stream: PCR in 27 MHz ticks, PTS and DTS in 90 kHz ticks. Wrapping is no jump.
struct ClockStats {
    std::uint64_t count = 0;
    std::optional<std::int64_t> first, last;
    std::uint64_t jumps = 0;     ///< steps beyond the tolerance that no discontinuity flag excuses
    std::uint64_t backwards = 0; ///< steps below zero without such a flag
    std::uint64_t steps = 0;     ///< between neighbours; flagged ones left out
    std::int64_t min_step = 0, max_step = 0; ///< of those
};

struct PidStats {
    std::uint64_t packets = 0;
    std::uint64_t payload_packets = 0;
    std::uint64_t unit_starts = 0;
    std::uint64_t continuity_errors = 0;
    std::uint64_t duplicates = 0;      ///< exact repetition, allowed once (2.4.3.3)
    std::uint64_t discontinuities = 0; ///< packets with discontinuity_indicator
    std::uint64_t random_access = 0;
    std::uint64_t scrambled = 0;
    ClockStats pcr, pts;
    ClockStats dts; ///< of units with a PTS alone, that
};

struct StreamTotals {
    std::uint64_t packets = 0;
    std::uint64_t null_packets = 0;
    std::uint64_t continuity_errors = 0;
    std::uint64_t duplicates = 0;
    std::uint64_t discontinuities = 0;
    std::uint64_t transport_errors = 0; ///< TEI set; not looked at further
    std::uint64_t invalid_packets = 0;  ///< no sync byte or reserved adaptation control
};

/// Counts what is wrong and what is there, for metrics and tests. Rules of ISO/IEC 13818-1 2.4.3.3:
/// the counter rises with payload packets only, one exact duplicate is allowed, and
/// discontinuity_indicator excuses a jump. Pure; not thread-safe.
class Inspector {
public:
    /// PCR steps above this are jumps: 100 ms is the limit of 2.7.2, a second tolerates bursts of
    /// sparse muxers and HLS joins. PTS steps above kMaxTimestampStep likewise.
    static constexpr std::int64_t kMaxPcrStep = 27'000'000;
    static constexpr std::int64_t kMaxTimestampStep = 5 * 90'000;

    Inspector();
    ~Inspector();
    Inspector(Inspector&&) noexcept;
    Inspector& operator=(Inspector&&) noexcept;

    /// Whole packets, a multiple of 188 bytes.
    void feed(Bytes packets);

    /// A new piece follows, as a segment: counters may start anew, and with `other_clock` clocks
    /// too; neither is an error.
    void seam(bool other_clock) noexcept;

    [[nodiscard]] const StreamTotals& totals() const noexcept { return totals_; }

    /// nullptr when the PID has not been seen.
    [[nodiscard]] const PidStats* pid(std::uint16_t pid) const noexcept;

    /// In the order of first sight; null packets left out.
    [[nodiscard]] const std::vector<std::uint16_t>& pids() const noexcept { return pids_; }

private:
    struct State;

    void feed_packet(PacketView packet);

    std::vector<std::unique_ptr<State>> states_;
    std::vector<std::uint16_t> pids_;
    StreamTotals totals_;
};

} // namespace plex_tuner::ts
