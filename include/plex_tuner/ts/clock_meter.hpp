// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/ts/packet.hpp>
#include <plex_tuner/ts/step_stats.hpp>

#include <cstdint>
#include <optional>

namespace plex_tuner::ts {

/// Watches the program clock (PCR) of a stream as it arrives: how often it comes, how evenly, and
/// how far it has run. Of several PIDs with a clock it takes the first, and leaves it for another
/// when it is silent. Looks at two bytes of each packet. Pure; not thread-safe.
class ClockMeter {
public:
    /// Steps above this, and those below zero, are jumps: not part of what was played.
    static constexpr std::int64_t kMaxStep = kPcrHz;
    /// Intervals and jitter are told of so much of the stream.
    static constexpr std::int64_t kWindow = 10 * kPcrHz;

    struct Window {
        StepStats interval{}; ///< between clock references, jumps left out; 27 MHz
        /// The most by which arrival strayed from the clock, peak to peak, 27 MHz. Empty when the
        /// stream did not come at its own pace (less than half or more than twice as fast), as what
        /// is read from a disk, or began with a burst.
        std::optional<std::int64_t> jitter{};

        friend bool operator==(const Window&, const Window&) = default;
    };

    /// `now`: when these whole packets arrived.
    void feed(Bytes packets, SteadyTime now) noexcept {
        for (std::size_t at = 0; at + kPacketSize <= packets.size(); at += kPacketSize) {
            const PacketView packet(packets.data() + at);
            if ((packet.adaptation_flags() & kPcrFlag) != 0) {
                take(packet, now);
            }
        }
    }

    /// Another clock may follow, which is no jump.
    void new_clock() noexcept;

    /// Clock references seen on the PID that is watched.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

    /// kNullPid before the first.
    [[nodiscard]] std::uint16_t pid() const noexcept { return pid_; }

    /// Stream time since the first clock reference, without jumps; 27 MHz.
    [[nodiscard]] std::int64_t played() const noexcept { return played_; }

    /// Jumps that nothing announced.
    [[nodiscard]] std::uint64_t jumps() const noexcept { return jumps_; }

    /// The last whole window; before the first is whole, what there is of it.
    [[nodiscard]] const Window& recent() const noexcept { return whole_ ? recent_ : current_; }

    /// Of all of the stream; its jitter is that of the worst window.
    [[nodiscard]] const Window& overall() const noexcept { return overall_; }

private:
    static constexpr std::uint8_t kPcrFlag = 0x10;
    /// So many references of another PID without one of ours, and ours is over.
    static constexpr int kForeign = 100;

    void take(PacketView packet, SteadyTime now) noexcept;
    void begin_window(SteadyTime now) noexcept;
    void end_window(SteadyTime now) noexcept;

    std::uint16_t pid_ = kNullPid;
    int foreign_ = 0;
    std::uint64_t count_ = 0;
    std::optional<std::int64_t> last_;
    std::int64_t played_ = 0;
    std::uint64_t jumps_ = 0;

    Window current_;
    Window recent_;
    Window overall_;
    bool whole_ = false; ///< recent_ is set
    bool fresh_ = true;  ///< the window is the first behind a begin or a jump
    SteadyTime window_begin_{};
    std::int64_t window_played_ = 0;         ///< at its begin
    std::int64_t earliest_ = 0, latest_ = 0; ///< arrival against the clock, in the window
};

} // namespace plex_tuner::ts
