// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "channel_output.hpp"

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/log/logger.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// What of a channel's start has been seen, and when: for the log and for the viewer that gets
/// nothing. Confined to the session's strand.
class StartReport {
public:
    explicit StartReport(SteadyTime begun) noexcept : begun_(begun) {}

    /// `bytes`: all that the sources have sent.
    void look(const ChannelOutput& output, std::uint64_t bytes, SteadyTime now);

    /// A viewer can begin.
    [[nodiscard]] bool has_started() const noexcept { return key_frame_.has_value(); }

    /// Logs what was seen, as a start or as the failure of one.
    void write(const log::Logger& log) const;
    /// The first thing that was missing, in words; empty when nothing came at all.
    [[nodiscard]] std::string missing() const;

private:
    SteadyTime begun_;
    std::uint64_t bytes_ = 0;
    std::uint64_t media_packets_ = 0;
    ts::Splicer::Program program_ = ts::Splicer::Program::unknown;
    std::optional<std::uint16_t> video_pid_, audio_pid_; ///< announced to viewers
    std::optional<SteadyTime> first_byte_, tables_, key_frame_;
};

} // namespace plex_tuner::gateway
