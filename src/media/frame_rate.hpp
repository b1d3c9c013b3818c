// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ffmpeg_handles.hpp"

#include <cstdint>
#include <vector>

namespace plex_tuner::media {

/// How many pictures a second a source has, learned from the times of the first ones: what streams
/// say of it themselves counts fields in one place and frames in another.
class FrameRateMeter {
public:
    /// In display order, 90 kHz.
    void add(std::int64_t time);

    [[nodiscard]] bool is_known() const noexcept { return times_.size() >= kPictures; }

    /// The usual rate that is nearest; 25 where it is near none.
    [[nodiscard]] AVRational rate() const;

private:
    static constexpr std::size_t kPictures = 9;

    std::vector<std::int64_t> times_;
};

/// What a profile makes of a source of that rate.
[[nodiscard]] AVRational target_rate(AVRational source, bool ntsc_rate);

} // namespace plex_tuner::media
