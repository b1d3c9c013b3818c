// SPDX-License-Identifier: GPL-3.0-or-later
#include "source_watch.hpp"

namespace plex_tuner::gateway {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A program without pictures and sound may be followed by its real tables.
constexpr seconds kUselessFor{3};
constexpr seconds kFrozenFor{10};
/// A clock cannot go on when nothing has come.
constexpr std::uint64_t kFrozenPackets = 500;
constexpr seconds kJoinsWithin{6};
/// So long the media of a source is measured, and it must be no less than this part of it.
constexpr seconds kWindow{15};
constexpr int kLeastPercent = 80;

} // namespace

void SourceWatch::begin(SteadyTime now) noexcept {
    *this = SourceWatch();
    begun_ = now;
    moved_ = now;
    window_ = now;
}

std::optional<SourceWatch::Verdict> SourceWatch::look(
    const ts::Splicer::Progress& progress, milliseconds ahead, SteadyTime now) {
    if (progress.has_vp9) {
        return Verdict{FailoverReason::unsupported,
            "its pictures are VP9, which players do not take in a transport stream"};
    }
    if (progress.program != ts::Splicer::Program::useless) {
        useless_since_.reset();
    } else if (useless_since_ = useless_since_.value_or(now); now - *useless_since_ > kUselessFor) {
        return Verdict{FailoverReason::no_media, "its program has neither pictures nor sound"};
    }
    if (progress.joining || progress.time != time_ || !progress.time) {
        time_ = progress.time;
        moved_ = now;
        packets_ = progress.media_packets;
    } else if (now - moved_ > kFrozenFor && progress.media_packets - packets_ > kFrozenPackets) {
        return Verdict{FailoverReason::frozen_clock, "packets come, but their clock stands still"};
    }
    // What waits for the viewers, or has not begun, is not slow.
    if (progress.joining || !progress.time || ahead > milliseconds(0) || !ahead_) {
        ahead_ = ahead;
        window_ = now;
        return std::nullopt;
    }
    if (now - window_ < kWindow) {
        return std::nullopt;
    }
    const auto real = std::chrono::duration_cast<milliseconds>(now - window_);
    const milliseconds media = real + (ahead - *ahead_);
    ahead_ = ahead;
    window_ = now;
    if (media * 100 < real * kLeastPercent) {
        return Verdict{FailoverReason::too_slow, "only " + std::to_string(media.count()) +
                                                     " ms of media came in " +
                                                     std::to_string(real.count()) + " ms"};
    }
    return std::nullopt;
}

bool SourceWatch::wants_to_settle(const ts::Splicer::Progress& progress, SteadyTime now) noexcept {
    if (!progress.joining) {
        joining_since_.reset();
        return false;
    }
    joining_since_ = joining_since_.value_or(now);
    return now - *joining_since_ > kJoinsWithin;
}

} // namespace plex_tuner::gateway
