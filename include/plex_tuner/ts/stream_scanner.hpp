// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/ts/program_tracker.hpp>
#include <plex_tuner/ts/random_access.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace plex_tuner::ts {

/// Continuity counter of a PID's last packet.
struct PidCounter {
    std::uint16_t pid = 0;
    std::uint8_t counter = 0;
};

/// A place where a viewer can begin, with all that must be sent before the bytes at `offset`.
struct AccessPoint {
    std::uint64_t offset = 0; ///< of the first packet to send after the preamble
    AccessReason reason = AccessReason::key_frame;
    std::optional<std::int64_t> pts;             ///< 90 kHz ticks
    std::shared_ptr<const ProgramTables> tables; ///< in force at `offset`; never nullptr
    std::vector<PidCounter> counters;            ///< of all PIDs seen before `offset`

    /// PAT and PMT packets whose counters lead over to the packets at `offset`: what a new viewer
    /// is sent first.
    [[nodiscard]] std::vector<std::uint8_t> preamble() const;
    /// The same for a viewer who already has earlier packets of this stream and jumps here: each
    /// PID is marked with discontinuity_indicator first, so the jump is no continuity error.
    [[nodiscard]] std::vector<std::uint8_t> jump_preamble() const;
};

/// Follows one relayed stream and reports its access points: program tables, key frames and
/// counters in one pass. Feed what viewers will get (after ContinuityRewriter). Pure; not
/// thread-safe.
class StreamScanner {
public:
    /// PIDs whose counters are remembered; more do not occur in single-program streams.
    static constexpr std::size_t kMaxTrackedPids = 256;

    StreamScanner() : StreamScanner(RandomAccessFinder::Limits{}) {}

    explicit StreamScanner(RandomAccessFinder::Limits limits);

    /// Whole packets (a multiple of 188 bytes), the first at `offset` in the caller's count of
    /// bytes. Points found are appended to `points`; their offsets may lie in earlier calls, at
    /// most RandomAccessFinder::kMaxLookAhead of video (plus what is interleaved with it) before.
    /// Offsets rise strictly.
    void feed(Bytes packets, std::uint64_t offset, std::vector<AccessPoint>& points);

    /// Tables in force; nullptr before PAT and PMT.
    [[nodiscard]] const std::shared_ptr<const ProgramTables>& tables() const noexcept {
        return tracker_.tables();
    }

    /// The place up to which a viewer who waits for an access point may be sent tables and nothing
    /// else: the next point lies there or behind it. No place to begin, but it has the preamble of
    /// one. nullopt before PAT and PMT.
    [[nodiscard]] std::optional<AccessPoint> waiting_place() const;

    [[nodiscard]] const ProgramTracker& tracker() const noexcept { return tracker_; }

    /// The wait for a key frame takes too long: take the next start of anything.
    void settle_for_anything() noexcept { finder_.settle_for_anything(); }

    /// A new upstream or a discontinuity follows. Tables are learnt anew when `new_program`; the
    /// counters stay, for they are those of the output.
    void seam(bool new_program);

private:
    /// How many bytes of packets at the front, all of one stream, only continue what began before
    /// them and can neither change the tables nor decide about an access point.
    [[nodiscard]] std::size_t middle_of_unit(Bytes packets) const noexcept;
    void remember(PacketView packet);
    void copy_counters(std::vector<PidCounter>& out) const;

    static constexpr std::uint8_t kNoCounter = 0xFF;

    ProgramTracker tracker_;
    RandomAccessFinder finder_;
    std::vector<std::uint8_t> counters_; ///< by PID
    std::vector<std::uint16_t> pids_;    ///< those with a counter
    std::uint64_t end_ = 0;              ///< offset behind what has been fed
    std::vector<PidCounter> candidate_counters_;
    std::shared_ptr<const ProgramTables> candidate_tables_;
};

} // namespace plex_tuner::ts
