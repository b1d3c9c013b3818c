// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "decoder.hpp"
#include "encoder.hpp"
#include "filter_chain.hpp"
#include "frame_rate.hpp"

#include <optional>
#include <vector>

namespace plex_tuner::media {

/// Pictures of one size and rate, progressive, encoded as a profile wants them, out of whatever
/// pictures a source has, which may change on the way.
class PictureChain {
public:
    /// `take` gets packets with times in units of 1/90000 s.
    PictureChain(const Profile& profile, TakePacket take)
        : profile_(profile), take_(std::move(take)) {}

    /// Times in units of 1/90000 s.
    [[nodiscard]] Result<void> feed(const AVCodecParameters& parameters, const AVPacket& packet);
    [[nodiscard]] Result<void> finish();

    /// Null until the first picture.
    [[nodiscard]] const AVCodecContext* encoder() const noexcept { return encoder_.get(); }

private:
    [[nodiscard]] Result<void> hold(FramePtr frame);
    [[nodiscard]] Result<void> release();
    [[nodiscard]] Result<void> filter(FramePtr frame);
    [[nodiscard]] Result<void> make_filters(const AVFrame& first);
    [[nodiscard]] Result<void> drain();
    [[nodiscard]] Result<void> encode(FramePtr frame);
    [[nodiscard]] std::string scaling(const AVFrame& first) const;

    const Profile& profile_;
    TakePacket take_;
    Decoder decoder_;
    FrameRateMeter meter_;
    std::vector<FramePtr> held_; ///< until the rate is known
    std::optional<AVRational> rate_;
    std::optional<FilterChain> filters_;
    CodecContextPtr encoder_;
    std::int64_t origin_ = AV_NOPTS_VALUE; ///< from which the times of filters and encoder count
    std::int64_t last_input_ = AV_NOPTS_VALUE;
    std::int64_t last_output_ = AV_NOPTS_VALUE;
};

} // namespace plex_tuner::media
