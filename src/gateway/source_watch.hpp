// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <plex_tuner/base/clock.hpp>
#include <plex_tuner/gateway/failover_reason.hpp>
#include <plex_tuner/ts/splicer.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace plex_tuner::gateway {

/// Looks at what a source delivers and says when it is of no use although packets come: a program
/// without pictures and sound, or with VP9, a clock that stands still, media that comes slower than
/// it plays. Confined to the session's strand.
class SourceWatch {
public:
    struct Verdict {
        FailoverReason reason;
        std::string why;
    };

    /// Another source or connection begins.
    void begin(SteadyTime now) noexcept;

    /// After each read. `ahead`: how far the stream's clock is ahead of ours.
    [[nodiscard]] std::optional<Verdict> look(
        const ts::Splicer::Progress& progress, std::chrono::milliseconds ahead, SteadyTime now);

    /// A random access point is awaited for too long: any picture will do.
    [[nodiscard]] bool wants_to_settle(
        const ts::Splicer::Progress& progress, SteadyTime now) noexcept;

private:
    SteadyTime begun_{};
    std::optional<SteadyTime> useless_since_;
    std::optional<SteadyTime> joining_since_;
    std::optional<std::int64_t> time_; ///< of the stream, when it last moved
    SteadyTime moved_{};
    std::uint64_t packets_ = 0;                      ///< that had come then
    std::optional<std::chrono::milliseconds> ahead_; ///< at the begin of the window
    SteadyTime window_{};
};

} // namespace plex_tuner::gateway
