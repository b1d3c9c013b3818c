// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rtp_packet.hpp"

#include <plex_tuner/base/clock.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// Puts RTP packets into the order of their sequence numbers: waits a little for those that are
/// missing, drops those that come twice or too late, and follows a sender that begins anew. Pure.
class RtpOrder {
public:
    /// Packets held while an earlier one is missing, and for how long at most.
    static constexpr std::size_t kWindow = 64;
    static constexpr std::chrono::milliseconds kPatience{100};
    /// A larger step backwards or forwards is another sequence (RFC 3550 appendix A.1).
    static constexpr int kMaxMisorder = 100;
    static constexpr int kMaxDropout = 3000;

    /// Appends to `out` the payloads that are due.
    void add(const RtpPacket& packet, SteadyTime now, std::string& out);
    /// The same for what has waited long enough.
    void release(SteadyTime now, std::string& out);

    [[nodiscard]] std::uint64_t lost() const noexcept { return lost_; }

    /// Came twice, or after the wait for them was over.
    [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

private:
    void begin(const RtpPacket& packet, std::string& out);
    void step(std::string& out); ///< to the next number, whether it is held or lost
    void give_in_order(SteadyTime now, std::string& out);

    std::array<std::optional<std::string>, kWindow> held_; ///< by number modulo kWindow
    std::size_t holding_ = 0;
    std::optional<SteadyTime> waiting_since_;
    std::optional<std::uint32_t> sender_;
    std::uint16_t next_ = 0;
    std::uint64_t lost_ = 0;
    std::uint64_t dropped_ = 0;
};

} // namespace plex_tuner::gateway
